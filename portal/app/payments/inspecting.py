"""One payment with all that is known of it: what came of the money, every event, what the provider sent."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.collected import Collected
from portal.errors import NotFound
from portal.ledger import checkouts
from portal.ledger.checkouts import Checkout
from portal.ledger.collected import collected_of
from portal.ledger.notices import ForeignNotice, NoticeRow, foreign_notices, notices_of
from portal.ledger.payables import Payable, payables
from portal.ledger.payments import TrailLine, trail_of
from portal.ledger.people import names_of

MOST_FOREIGN = 20


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """`facts` are all of its transaction, the payment first. `asked`: by document, what the checkout asked for.

    `names`: of those who act in the trail by name. `decides`: whether the actor may decide about it.
    """

    facts: tuple[Collected, ...]
    checkout: Checkout | None
    asked: tuple[tuple[Payable, int], ...]
    trail: tuple[TrailLine, ...]
    notices: tuple[NoticeRow, ...]
    names: dict[str, str]
    decides: bool

    @property
    def payment(self) -> Collected:
        return self.facts[0]

    @property
    def waiting(self) -> Collected | None:
        """The fact that somebody has to decide about."""
        return next((one for one in self.facts if one.waits), None)


def open_payment(portal: Portal, actor: Actor, payment_id: int) -> PaymentPage:
    """By the id of any of its facts. Raises NotFound for what is not the actor's to read."""
    with portal.ledger.read() as conn:
        facts = collected_of(conn, payment_id)
        if not facts:
            raise NotFound()
        one = facts[0]
        actor.require(Right.EXPORT, one.issuer_id, one.customer_id or 0)
        checkout = checkouts.find_checkout(conn, one.checkout_id) if one.checkout_id else None
        lines = checkouts.lines_of(conn, checkout.id) if checkout else []
        found = {document.document_id: document for document in payables(conn, [line.document_id for line in lines])}
        asked = tuple((found[line.document_id], line.amount) for line in lines if line.document_id in found)
        trail = tuple(trail_of(conn, checkout.id)) if checkout else ()
        persons = {line.person for line in trail} | {fact.settled_by or "" for fact in facts}
        return PaymentPage(
            facts=tuple(facts),
            checkout=checkout,
            asked=asked,
            trail=trail,
            notices=tuple(notices_of(conn, checkout.id)) if checkout else (),
            names=names_of(conn, persons),
            decides=actor.scope(Right.BOOK).covers(one.issuer_id, 0),
        )


def strange_notices(portal: Portal, actor: Actor) -> list[ForeignNotice]:
    """Genuine notices about payments that the portal did not ask for, at the actor's issuers, the newest first."""
    with portal.ledger.read() as conn:
        return foreign_notices(conn, actor.scope(Right.EXPORT), MOST_FOREIGN)
