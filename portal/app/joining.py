"""A personal link opened by somebody who is signed in: what would be joined to the account, joining, the issuer's word.

What is joined by a link holds while that link is open, unless the issuer confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.app.devices import check_device
from portal.app.links import check_link
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, Right
from portal.domain.roles import Role
from portal.errors import NotFound, Refused, SignInNeeded
from portal.ledger import audit, grants
from portal.ledger.audit import Event, Where
from portal.ledger.links import Link
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Offer:
    """What a link would add to an account, until when; `already`: the account sees it without the link."""

    issuer_name: str
    customer_name: str
    until: datetime
    already: bool


def offer(portal: Portal, actor: Actor, token: str) -> Offer:
    """Only looks. Raises SignInNeeded, LinkClosed."""
    _person(actor)
    link = check_link(portal, token)
    return Offer(link.issuer_name, link.customer_name, link.expires_at, _sees(actor, link))


def join_link(portal: Portal, actor: Actor, token: str, where: Where, device: str | None = None) -> None:
    """Add the link's customer to the account; what is there already stays as it is.

    Raises SignInNeeded, LinkClosed, DeviceUnknown (the same code is wanted as for opening the link).
    """
    user_id = _person(actor)
    link = check_link(portal, token)
    if _sees(actor, link):
        return
    with portal.ledger.write(actor.name) as unit:
        check_device(unit.conn, link, device)
        grant_id = grants.add_grant(
            unit, user_id, link.issuer_id, link.customer_id, Role.CUSTOMER, LINK_RIGHTS, "link", link.id
        )
        said: dict[str, str | int] = {"user": user_id, "rights": " ".join(sorted(LINK_RIGHTS)), "link": link.id}
        audit.note(unit, Event.GRANTED, f"grant:{grant_id}", link.issuer_id, link.customer_id, where, **said)
        unit.commit()


def confirm_grant(portal: Portal, actor: Actor, grant_id: int, where: Where | None = None) -> None:
    """The issuer's word that a joined grant outlives its link. Raises NotFound; Refused for one's own."""
    with portal.ledger.write(actor.name) as unit:
        grant = grants.grant_by_id(unit.conn, grant_id)
        if grant is None or grant.link_id is None:
            raise NotFound()
        actor.require(Right.APPROVE, grant.issuer_id, 0)
        if grant.user_id == actor.user_id:
            raise Refused(Text("No puedes confirmar tu propio acceso: pídele a otra persona de tu equipo que lo haga."))
        if grant.confirmed_at is None:
            grants.confirm_grant(unit, grant_id)
            audit.note(
                unit, Event.GRANT_CONFIRMED, f"grant:{grant_id}", grant.issuer_id, grant.customer_id, where,
                user=grant.user_id,
            )  # fmt: skip
        unit.commit()


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise SignInNeeded(Text("Entra con tu correo para sumar este enlace a tu cuenta."))
    return actor.user_id


def _sees(actor: Actor, link: Link) -> bool:
    return actor.scope(Right.SEE).covers(link.issuer_id, link.customer_id)
