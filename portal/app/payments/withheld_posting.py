"""Stated withholdings come in: accepted by the issuer's rule up to the suggestion, else they wait for its word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.app.payments.withheld_mails import tell_issuer
from portal.app.payments.withheld_offers import stateable_by
from portal.app.portal import Portal
from portal.domain.book import Book, Cause, Item, Side
from portal.domain.money import plain
from portal.domain.withholdings import Stand, Stateable
from portal.ledger import audit, withholdings
from portal.ledger import withholding_policies as policies
from portal.ledger.audit import Event, Where
from portal.ledger.books import load_book
from portal.ledger.ids import new_id
from portal.ledger.unit import Unit
from portal.ledger.withholdings import RULE, Withholding


def bring_in(portal: Portal, unit: Unit, stated: Sequence[Withholding], on: date) -> None:
    """Let what is held stand from now on, in the caller's unit and under the customer's lock.

    What the rule accepts is in the ledger then, from `on`; of what waits, the issuer's people are told.
    """
    if not stated:
        return
    documents = {one.document_id for one in stated}
    debits, waiting = withholdings.debits_of(unit.conn, documents), withholdings.waiting_on(unit.conn, documents)
    book, posted = load_book(unit.conn, debits.values()), dict[int, Item]()
    may = _by_rule(unit, stated[0].issuer_id, documents)
    for one in stated:
        debit_id = debits.get(one.document_id)
        room = book.items[debit_id].balance - waiting.get(one.document_id, 0) if debit_id else 0
        suggested = may.get(one.document_id, Stateable()).suggested.get(one.tax, 0)
        if debit_id and one.amount <= min(room, suggested, one.suggested):
            posted[one.id] = post(book, one, debit_id, on)
    unit.book(book, {item.id: details(one) for one in stated if (item := posted.get(one.id))})
    for one in stated:
        _settle(unit, one, posted.get(one.id))
    left = [one for one in stated if one.id not in posted]
    if left:
        tell_issuer(portal, unit, left)


def _by_rule(unit: Unit, issuer_id: int, documents: set[int]) -> dict[int, Stateable]:
    policy = policies.policy_of(unit.conn, issuer_id)
    return stateable_by(unit.conn, issuer_id, policy, documents) if policy.allowed and policy.automatic else {}


def _settle(unit: Unit, one: Withholding, item: Item | None) -> None:
    if item is None:
        withholdings.set_withholding(unit, one, Stand.WAITING)
        return
    withholdings.decide(unit, one, Stand.ACCEPTED, RULE, item_id=item.id)
    noted(unit, Event.WITHHOLDING_ACCEPTED, one, how=RULE)


def post(book: Book, one: Withholding, debit_id: int, on: date) -> Item:
    """A withholding in the book: an adjustment that lowers what is owed, set against its document."""
    credit = Item(new_id(), one.issuer_id, one.customer_id, one.currency, Side.CREDIT, on)
    book.open(credit, one.amount, Cause.WITHHOLDING, note=one.tax)
    book.allocate(credit.id, debit_id, one.amount, Cause.WITHHOLDING)
    return credit


def details(one: Withholding) -> dict[str, str]:
    """What its item says of itself in the ledger."""
    return {"cause": Cause.WITHHOLDING, "reference": one.tax}


def noted(unit: Unit, event: Event, one: Withholding, where: Where | None = None, **detail: str) -> None:
    amount = f"{plain(one.amount, one.currency)} {one.currency}"
    told = {"tax": one.tax.value, "amount": amount, **detail}
    audit.note(unit, event, f"document:{one.document_id}", one.issuer_id, one.customer_id, where, **told)
