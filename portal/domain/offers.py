"""What an invitation offers, and who may offer it: nobody gives what is not theirs to give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.access import Actor, By, Right
from portal.domain.roles import CUSTOMER_RIGHTS, Role
from portal.errors import NotFound


@dataclass(frozen=True, slots=True)
class Offer:
    """A role at an issuer, for one customer or all of it; or (`operator`) the whole portal and nothing else.

    `rights` are those of a customer's person; other roles bring their own.
    """

    issuer_id: int | None
    customer_id: int | None
    role: Role | None
    rights: frozenset[Right] = frozenset()
    operator: bool = False

    def to_payload(self) -> dict[str, Any]:
        return {
            "issuer_id": self.issuer_id,
            "customer_id": self.customer_id,
            "role": self.role,
            "rights": sorted(self.rights),
            "operator": self.operator,
        }

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Offer:
        role = Role(payload["role"]) if payload["role"] else None
        rights = frozenset(map(Right, payload["rights"]))
        return cls(payload["issuer_id"], payload["customer_id"], role, rights, payload["operator"])


def not_theirs(actor: Actor, offer: Offer) -> frozenset[Right]:
    """The rights of an offer that the actor can't give, for lack of them; raises NotFound when it may not offer at all.

    Operators offer anything; who looks after an issuer's staff, roles at it; who makes its links or approves requests,
    its customers' people; a customer's person who manages its people, others of it with rights that they hold.
    """
    if actor.by is By.OPERATOR:
        return frozenset()
    if offer.operator or offer.issuer_id is None or offer.role is None:
        raise NotFound()
    if offer.role is not Role.CUSTOMER:
        actor.require(Right.STAFF, offer.issuer_id, 0)
        return frozenset()
    customer_id = offer.customer_id or 0
    if any(actor.scope(right).covers(offer.issuer_id, 0) for right in (Right.LINKS, Right.APPROVE)):
        return frozenset()
    actor.require(Right.MANAGE, offer.issuer_id, customer_id)
    return frozenset(r for r in offer.rights if not actor.scope(r).covers(offer.issuer_id, customer_id))


def fits_together(offer: Offer) -> bool:
    """Whether an offer says one thing: a portal's operator, or a role with the parties that it needs."""
    if offer.operator:
        return offer.issuer_id is None and offer.role is None
    if offer.issuer_id is None or offer.role is None or not offer.rights <= CUSTOMER_RIGHTS:
        return False
    if offer.role is Role.CUSTOMER:
        return offer.customer_id is not None
    return offer.role is Role.ANALYST or offer.customer_id is None
