"""What an issuer decides about a stated withholding: accepted (in the ledger), rejected, taken back. Each once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from portal.app.mailing import Template
from portal.app.payments.deciding import reason_of
from portal.app.payments.withheld_mails import tell_payer
from portal.app.payments.withheld_posting import details, noted, post
from portal.app.portal import Portal
from portal.app.under_lock import under_lock
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.book import Cause
from portal.domain.settling import take_back
from portal.domain.withholdings import Stand
from portal.errors import Refused
from portal.ledger import withholdings
from portal.ledger.attachments import Attachment, find_attachment
from portal.ledger.audit import Event, Where
from portal.ledger.books import load_book
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.unit import Connection, Unit
from portal.ledger.withholdings import Withholding
from portal.text import Text

PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownWithholding:
    """A withholding with the names of what it is about."""

    withholding: Withholding
    number: str
    customer_name: str
    certificate: Attachment | None


def accept_withholding(portal: Portal, actor: Actor, withholding_id: int, where: Where | None = None) -> None:
    """Post it from today and tell the payer. Raises NotFound; Refused when decided, or more than is outstanding."""
    with portal.ledger.write(actor.name) as unit:
        one = _decidable(unit, actor, withholding_id, Stand.WAITING)
        debit_id = withholdings.debits_of(unit.conn, [one.document_id]).get(one.document_id)
        book = load_book(unit.conn, {debit_id} if debit_id else ())
        if debit_id is None or one.amount > book.items[debit_id].balance:
            raise Refused(Text("El documento ya no debe tanto: rechaza la retención, que así no se descuenta."))
        item = post(book, one, debit_id, _today(portal, unit, one))
        unit.book(book, {item.id: details(one)})
        withholdings.decide(unit, one, Stand.ACCEPTED, item_id=item.id)
        noted(unit, Event.WITHHOLDING_ACCEPTED, one, where)
        tell_payer(portal, unit, one, Template.WITHHOLDING_ACCEPTED)
        unit.commit()


def accept_many(
    portal: Portal, actor: Actor, withholding_ids: Collection[int], where: Where | None = None
) -> dict[int, Text]:
    """Accept each of these that can be; by id, why not the others. Raises NotFound for what is not the actor's."""
    refused: dict[int, Text] = {}
    for one in withholding_ids:
        try:
            accept_withholding(portal, actor, one, where)
        except Refused as why:
            refused[one] = why.text
    return refused


def reject_withholding(
    portal: Portal, actor: Actor, withholding_id: int, reason: str, where: Where | None = None
) -> None:
    """Say no, and why: the amount is due again, the payer is told. Raises NotFound, Refused."""
    why = reason_of(reason)
    with portal.ledger.write(actor.name) as unit:
        one = _decidable(unit, actor, withholding_id, Stand.WAITING)
        withholdings.decide(unit, one, Stand.REJECTED, reason=why)
        noted(unit, Event.WITHHOLDING_REJECTED, one, where, reason=why)
        tell_payer(portal, unit, one, Template.WITHHOLDING_REJECTED, why)
        unit.commit()


def undo_withholding(
    portal: Portal, actor: Actor, withholding_id: int, reason: str, where: Where | None = None
) -> None:
    """Take an accepted one back, by a new entry: it is due again, the payer is told. Raises NotFound, Refused."""
    why = reason_of(reason)
    with portal.ledger.write(actor.name) as unit:
        one = _decidable(unit, actor, withholding_id, Stand.ACCEPTED)
        debits = withholdings.debits_of(unit.conn, [one.document_id]).values()
        book = load_book(unit.conn, {one.item_id or 0, *debits}, with_rows=True)
        take_back(book, one.item_id or 0, one.amount, Cause.UNDO, _today(portal, unit, one))
        unit.book(book)
        withholdings.decide(unit, one, Stand.UNDONE, reason=why)
        noted(unit, Event.WITHHOLDING_UNDONE, one, where, reason=why)
        tell_payer(portal, unit, one, Template.WITHHOLDING_REJECTED, why)
        unit.commit()


def list_withholdings(
    portal: Portal, actor: Actor, states: Collection[Stand], limit: int = PAGE, offset: int = 0
) -> list[ShownWithholding]:
    """What was stated to the actor's desk: what waits the longest first, else the newest first."""
    with portal.ledger.read() as conn:
        return _shown(conn, withholdings.withholdings_in(conn, actor.scope(Right.BOOK), states, limit, offset))


def withholdings_of_document(portal: Portal, actor: Actor, document_id: int) -> list[ShownWithholding]:
    """What was stated for a document and came in, the oldest first, as far as the actor sees it."""
    scope, states = actor.scope(Right.SEE), [one for one in Stand if one is not Stand.HELD]
    with portal.ledger.read() as conn:
        found = withholdings.of_documents(conn, [document_id], states)
        return _shown(conn, [one for one in found if scope.covers(one.issuer_id, one.customer_id)])


def withheld_in_account(
    portal: Portal, actor: Actor, issuer_id: int, customer_id: int, currency: str
) -> list[ShownWithholding]:
    """What a customer has stated in a currency and its issuer has not decided on. Raises NotFound."""
    actor.require(Right.SEE, issuer_id, customer_id)
    with portal.ledger.read() as conn:
        found = withholdings.waiting_of(conn, customer_id, currency)
        return _shown(conn, [one for one in found if one.issuer_id == issuer_id])


def _shown(conn: Connection, found: Sequence[Withholding]) -> list[ShownWithholding]:
    numbers = withholdings.numbers_of(conn, {one.document_id for one in found})
    return [
        ShownWithholding(
            one,
            numbers[one.document_id],
            customer_by_id(conn, one.customer_id).name,
            find_attachment(conn, one.certificate_id) if one.certificate_id else None,
        )
        for one in found
    ]


def _decidable(unit: Unit, actor: Actor, withholding_id: int, state: Stand) -> Withholding:
    """The withholding under its customer's lock, if it stands so."""
    now = under_lock(unit, actor, withholdings.find_withholding, withholding_id)
    if now.state is not state:
        raise Refused(Text("Esta retención ya fue respondida: actualiza la lista."))
    return now


def _today(portal: Portal, unit: Unit, one: Withholding) -> date:
    return today(portal.clock, issuer_by_id(unit.conn, one.issuer_id).timezone)
