"""A payer states what it keeps back: with a payment (kept with the checkout), or without one."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from portal.app.payments.quoting import bill, less
from portal.app.payments.withheld_posting import bring_in, noted
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.withholdings import Amounts, Stand, Stateable
from portal.errors import NotFound, Refused
from portal.ledger import payers, withholdings
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.payables import Payable, payables
from portal.ledger.unit import Unit
from portal.ledger.withholdings import Withholding
from portal.text import Text

Stated = Mapping[int, Amounts]  # by document


def state_withholdings(
    portal: Portal, actor: Actor, stated: Stated, press: str, language: str = "es", where: Where | None = None
) -> None:
    """State what is kept back of documents of one issuer and customer, without paying them here.

    `press` is the same when one press arrives twice. Raises Refused with what to do, NotFound for documents that are
    not the actor's to pay.
    """
    with portal.ledger.read() as conn:
        whose = _mine(actor, payables(conn, list(stated)), stated)
    key = sha256(repr((actor.name, press, sorted(stated))).encode()).hexdigest()
    with portal.ledger.write(actor.name) as unit:
        lock_customers(unit.conn, {whose.customer_id})
        if withholdings.stated_by(unit.conn, key):
            return
        now = bill(portal, unit.conn, actor.name, payables(unit.conn, list(stated)))
        if less(now, stated).outstanding == now.outstanding:
            raise Refused(Text("Escribe cuánto retienes."))
        kept = keep_stated(unit, actor, now.lines[0], stated, now.stateable, key, language, where=where)
        bring_in(portal, unit, kept, today(portal.clock, whose.timezone))
        unit.commit()


def _mine(actor: Actor, found: list[Payable], stated: Stated) -> Payable:
    """One of them, to know whose they all are."""
    if not found or len(found) != len(stated):
        raise NotFound()
    for one in found:
        actor.require(Right.PAY, one.issuer_id, one.customer_id)
    if len({(one.issuer_id, one.customer_id, one.currency) for one in found}) > 1:
        raise NotFound()
    return found[0]


def keep_stated(
    unit: Unit,
    actor: Actor,
    whose: Payable,
    stated: Stated,
    may: Mapping[int, Stateable],
    key: str,
    language: str,
    checkout_id: int | None = None,
    where: Where | None = None,
) -> list[Withholding]:
    """Write down what was checked already; it stands when it is brought in. `key`: of the press of the button."""
    payer = payers.payer_of(unit.conn, actor.user_id, whose.customer_id)
    withholdings.add_withholdings(
        unit, stated, {one: offer.suggested for one, offer in may.items()}, Stand.HELD,
        issuer_id=whose.issuer_id, customer_id=whose.customer_id, currency=whose.currency, checkout_id=checkout_id,
        start_key=key, name=payer.name, email=payer.email, language=language,
    )  # fmt: skip
    kept = withholdings.stated_by(unit.conn, key)
    for one in kept:
        noted(unit, Event.WITHHOLDING_STATED, one, where)
    return kept
