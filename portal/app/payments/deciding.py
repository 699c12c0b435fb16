"""What an issuer decides about a reported transfer: accepted (money in the ledger), rejected, taken back. Each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from portal.app.mailing import Template
from portal.app.payments.report_mails import tell_of_acceptance, tell_payer
from portal.app.portal import Portal
from portal.app.under_lock import under_lock
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.application import same_reference
from portal.domain.book import Book, Cause, Item, Side
from portal.domain.money import plain
from portal.domain.settling import Kept, due_on, round_away, take_back
from portal.domain.transfers import ReportState
from portal.errors import NotFound, Refused
from portal.ledger import audit, transfers, withholdings
from portal.ledger.audit import Event, Where
from portal.ledger.books import load_book
from portal.ledger.ids import new_id
from portal.ledger.papers import Account, Twin, has_paper, money_like
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import rules_of
from portal.ledger.transfers import Report, ReportLine
from portal.ledger.unit import Connection, Unit
from portal.text import Text

LONGEST = 300


class SameMoney(Refused):
    """The sum is there already: somebody must say whether it is the same money. `twins`: what was found."""

    told = Text("Ya hay un pago por el mismo valor y de esos días: di si es el mismo.")

    def __init__(self, twins: Sequence[Twin]) -> None:
        super().__init__(self.told)
        self.twins = tuple(twins)


def accept_report(
    portal: Portal,
    actor: Actor,
    report_id: int,
    same_as: int | None = None,
    other: bool = False,
    where: Where | None = None,
) -> None:
    """Post the money, set it against the reported documents, issue the comprobante, tell the payer.

    `same_as`: the item of money that was booked before and is this money: nothing is posted. `other`: whoever decides
    knows that it is not. Raises SameMoney where neither is said and money of that sum came in those days; NotFound;
    Refused when it is decided already.
    """
    with portal.ledger.write(actor.name) as unit:
        report = _decidable(unit, actor, report_id, ReportState.WAITING)
        twins = _twins(unit.conn, report)
        known = next((one.item_id for one in twins if one.item_id == same_as), None)
        if same_as is not None and known is None:
            raise NotFound()
        if twins and known is None and not other:
            raise SameMoney(twins)
        item_id = _post(portal, unit, report) if known is None else known
        transfers.decide(unit, report, ReportState.ACCEPTED, item_id=item_id, posted=known is None)
        _noted(unit, Event.TRANSFER_ACCEPTED, report, where)
        if known is None:
            tell_of_acceptance(portal, unit, report, item_id)
        else:
            tell_payer(portal, unit, report, Template.TRANSFER_KNOWN)
        unit.commit()


def reject_report(portal: Portal, actor: Actor, report_id: int, reason: str, where: Where | None = None) -> None:
    """Say no, and why; the payer is told. Raises NotFound, Refused (no reason; decided already)."""
    why = reason_of(reason)
    with portal.ledger.write(actor.name) as unit:
        report = _decidable(unit, actor, report_id, ReportState.WAITING)
        transfers.decide(unit, report, ReportState.REJECTED, reason=why)
        _noted(unit, Event.TRANSFER_REJECTED, report, where, reason=why)
        tell_payer(portal, unit, report, Template.TRANSFER_REJECTED, reason=why)
        unit.commit()


def undo_report(portal: Portal, actor: Actor, report_id: int, reason: str, where: Where | None = None) -> None:
    """Take an accepted transfer back, by a compensating entry: its documents are owed again; the payer is told.

    Raises NotFound; Refused when it was not accepted, or a receipt of the issuer's has confirmed it.
    """
    why = reason_of(reason)
    with portal.ledger.write(actor.name) as unit:
        report = _decidable(unit, actor, report_id, ReportState.ACCEPTED)
        if report.posted and report.item_id is not None:
            _give_back(portal, unit, report, report.item_id)
        transfers.decide(unit, report, ReportState.UNDONE, reason=why)
        _noted(unit, Event.TRANSFER_UNDONE, report, where, reason=why)
        tell_payer(portal, unit, report, Template.TRANSFER_UNDONE, reason=why)
        unit.commit()


def same_money(portal: Portal, actor: Actor, report_id: int) -> list[Twin]:
    """Money that is there already and may be what was reported, for whoever decides. Raises NotFound."""
    with portal.ledger.read() as conn:
        report = transfers.find_report(conn, report_id)
        if report is None:
            raise NotFound()
        actor.require(Right.BOOK, report.issuer_id, report.customer_id)
        return _twins(conn, report)


def _decidable(unit: Unit, actor: Actor, report_id: int, state: ReportState) -> Report:
    """The report under its customer's lock, if it stands in this state."""
    now = under_lock(unit, actor, transfers.find_report, report_id)
    if now.state is not state:
        raise Refused(Text("Este pago avisado ya fue respondido: actualiza la lista."))
    return now


def _twins(conn: Connection, report: Report) -> list[Twin]:
    """Money that may be the same; two references that payers wrote tell two transfers apart."""
    found = money_like(conn, Account(report.customer_id, report.currency), report.amount, report.paid_on)
    return [
        one
        for one in found
        if not (one.typed and one.reference and report.reference) or same_reference(one.reference, report.reference)
    ]


def _post(portal: Portal, unit: Unit, report: Report) -> int:
    """The money in the ledger, for the documents as they were reported; returns its item."""
    lines = transfers.lines_of(unit.conn, [report.id]).get(report.id, [])
    book = load_book(unit.conn, {line.debit_id for line in lines})
    whose = (report.issuer_id, report.customer_id, report.currency)
    on = min(report.paid_on, _today(portal, unit, report))
    credit = book.open(Item(new_id(), *whose, Side.CREDIT, on), report.amount, Cause.PAYMENT)
    kept = withholdings.kept_on(unit.conn, [line.document_id for line in lines])
    _allocate(book, credit, lines, rules_of(unit.conn, report.issuer_id, report.currency).tolerance, kept)
    about = {"cause": Cause.PAYMENT, "method": report.method, "reference": report.reference or None}
    unit.book(book, {credit.id: about})
    return credit.id


def _allocate(book: Book, credit: Item, lines: Sequence[ReportLine], tolerance: int, kept: Kept) -> None:
    """As reported; then the oldest first with what is left. A residue within the tolerance is rounded away."""
    for line in lines:
        fits = min(line.amount, due_on(book, line.debit_id, kept), credit.balance)
        book.allocate(credit.id, line.debit_id, fits, Cause.PAYMENT)
    for line in lines:
        due = due_on(book, line.debit_id, kept)
        book.allocate(credit.id, line.debit_id, min(due, credit.balance), Cause.PAYMENT)
        round_away(book, line.debit_id, tolerance, kept)


def _give_back(portal: Portal, unit: Unit, report: Report, item_id: int) -> None:
    if has_paper(unit.conn, item_id):
        raise Refused(Text("Un recibo de caja confirma este pago: retira primero el recibo."))
    lines = transfers.lines_of(unit.conn, [report.id]).get(report.id, [])
    book = load_book(unit.conn, {item_id} | {line.debit_id for line in lines}, with_rows=True)
    left = -book.items[item_id].entered
    if left > 0:
        take_back(book, item_id, left, Cause.UNDO, _today(portal, unit, report))
        unit.book(book)


def _today(portal: Portal, unit: Unit, report: Report) -> date:
    return today(portal.clock, issuer_by_id(unit.conn, report.issuer_id).timezone)


def reason_of(typed: str) -> str:
    """Why somebody says no, as it is kept and told. Raises Refused without any."""
    why = " ".join("".join(one if one.isprintable() else " " for one in typed).split())
    if not why:
        raise Refused(Text("Escribe el motivo: se lo contamos a quien lo avisó."))
    return why[:LONGEST]


def _noted(unit: Unit, event: Event, report: Report, where: Where | None, **detail: str) -> None:
    amount = f"{plain(report.amount, report.currency)} {report.currency}"
    audit.note(unit, event, f"report:{report.id}", report.issuer_id, report.customer_id, where, amount=amount, **detail)
