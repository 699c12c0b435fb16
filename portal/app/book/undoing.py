"""An act is undone by entries of its own, once, with a reason: what it gave or took goes back exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.app.book.desk import Whose, note, reasons_against
from portal.app.book.lowering import check_total
from portal.app.portal import Portal
from portal.app.under_lock import under_lock
from portal.clock import today
from portal.domain.access import Actor
from portal.domain.acts import Act, reason_needed
from portal.domain.book import Book, Cause, Entry
from portal.domain.settling import Kept, due_on, open_again, take_back
from portal.errors import Refused
from portal.ledger import acts, references, withholdings
from portal.ledger.acts import ActRow, DeskAct
from portal.ledger.applications import credits_with
from portal.ledger.audit import Event, Where
from portal.ledger.books import items_of_rows, load_book
from portal.ledger.papers import has_paper
from portal.ledger.parties import issuer_by_id
from portal.ledger.payables import Payable, payables
from portal.ledger.unit import Unit
from portal.text import Text


def undo_act(portal: Portal, actor: Actor, act_id: int, reason: str, where: Where | None = None) -> None:
    """Take back what an act did. Raises NotFound; Refused without a reason, or when it can't be taken back any more."""
    why = reason_needed(reason)
    with portal.ledger.write(actor.name) as unit:
        act = _undoable(unit, actor, act_id)
        now = today(portal.clock, issuer_by_id(unit.conn, act.issuer_id).timezone)
        _UNDO[act.kind](_Case(unit, act, acts.rows_of(unit.conn, act.id), now))
        acts.set_undone(unit, act.id, why)
        whose = Whose(act.issuer_id, act.customer_id, act.currency)
        note(unit, Event.BOOKING_UNDONE, act.id, whose, act.kind, act.amount, why, where)
        unit.commit()


@dataclass(frozen=True, slots=True)
class _Case:
    """An act to be undone, under its customer's lock, with the rows that it made."""

    unit: Unit
    act: DeskAct
    rows: Sequence[ActRow]
    today: date

    @property
    def documents(self) -> list[int]:
        return sorted({one.document_id for one in self.rows if one.document_id is not None})

    def lines(self) -> list[Payable]:
        """Those of its documents that are still active."""
        return payables(self.unit.conn, self.documents)

    def kept(self) -> Kept:
        return withholdings.kept_on(self.unit.conn, self.documents)

    def check_free(self) -> None:
        """What makes less owed of its documents must not meet a payment under way. Raises Refused."""
        lines = self.lines()
        against = reasons_against(self.unit.conn, lines, self.unit.now)
        for one in lines:
            if one.document_id in against:
                raise Refused(Text("{number}: {why}", number=one.number, why=against[one.document_id]))

    def book(self) -> Book:
        """All that it touched, with its rows."""
        unit = self.unit
        applied = [one.allocation_id for one in self.rows if one.allocation_id is not None]
        entered = [one.entry_id for one in self.rows if one.entry_id is not None]
        return load_book(unit.conn, items_of_rows(unit.conn, entered, applied), with_rows=True)


def _undoable(unit: Unit, actor: Actor, act_id: int) -> DeskAct:
    now = under_lock(unit, actor, acts.find_act, act_id)
    if now.undone_at is not None:
        raise Refused(Text("Este registro ya fue deshecho: actualiza la lista."))
    return now


def _undo_payment(case: _Case) -> None:
    """All of its money goes, wherever it is applied now."""
    unit, item_id = case.unit, case.act.item_id or 0
    if has_paper(unit.conn, item_id):
        raise Refused(Text("Un recibo de caja confirma este pago: retira primero el recibo."))
    _check_not_reserved(case, item_id)
    first = load_book(unit.conn, {item_id}, with_rows=True)
    debits = {one.debit_id for one in first.standing(item_id)}
    book = load_book(unit.conn, {item_id} | debits, with_rows=True)
    left = -book.items[item_id].entered
    if left > 0:
        take_back(book, item_id, left, Cause.UNDO, case.today)
        unit.book(book)


def _check_not_reserved(case: _Case, item_id: int) -> None:
    found = credits_with(case.unit.conn, case.act.customer_id, case.act.currency)
    if any(one.held for one in found if one.item_id == item_id):
        raise Refused(Text("El cliente está pagando con el saldo a favor de este pago: espera a que el cobro termine."))


def _undo_applied(case: _Case) -> None:
    book = case.book()
    mine = [book.applied[one.allocation_id] for one in case.rows if one.allocation_id is not None]
    standing = [one for one in mine if book.left(one) > 0]
    if not standing:
        raise Refused(Text("Lo que se aplicó aquí ya se desaplicó: no queda nada por deshacer."))
    for one in reversed(standing):
        book.undo(one.id, book.left(one), case.today)
    open_again(book, {one.debit_id for one in standing}, case.today)
    case.unit.book(book)


def _undo_freed(case: _Case) -> None:
    """Apply it again, as far as both ends are still there; the act that had applied it first owns it again."""
    case.check_free()
    book = case.book()
    backs = [book.applied[one.allocation_id] for one in case.rows if one.allocation_id is not None]
    again = dict[int, int]()
    for back in reversed(backs):
        free = _free_of(case, back.credit_id) - sum(a.amount for a in book.allocations if a.credit_id == back.credit_id)
        if -back.amount > min(free, due_on(book, back.debit_id, case.kept())):
            raise Refused(Text("Ese saldo a favor ya se usó, o el documento ya no debe tanto: aplícalo a mano."))
        first = book.applied[back.undoes or 0]
        done = book.allocate(back.credit_id, back.debit_id, -back.amount, first.cause)
        if done is not None:
            again[done.id] = first.id
    _reverse(case, book)
    case.unit.book(book)
    for allocation_id, first_id in again.items():
        owner = acts.owner_of_allocation(case.unit.conn, first_id)
        if owner is not None:
            amount = book.applied[allocation_id].amount
            acts.add_rows(case.unit, owner, [ActRow(case.documents[0], amount, allocation_id=allocation_id)])


def _free_of(case: _Case, credit_id: int) -> int:
    """What no checkout has reserved; what waits for a document was applied here before it did."""
    found = credits_with(case.unit.conn, case.act.customer_id, case.act.currency)
    return sum(one.left - one.held for one in found if one.item_id == credit_id)


def _undo_entries(case: _Case) -> None:
    if case.act.amount > 0 and case.act.kind is Act.ADJUSTED:
        case.check_free()
    book = case.book()
    _reverse(case, book)
    case.unit.book(book)


def _reverse(case: _Case, book: Book) -> None:
    """Each entry by its opposite, of the same cause: the sums of causes stay true."""
    entries = {one.id: one for many in book.entered.values() for one in many}
    for row in case.rows:
        if row.entry_id is not None:
            _enter_back(case, book, entries[row.entry_id])


def _enter_back(case: _Case, book: Book, entry: Entry) -> None:
    line = next((one for one in case.lines() if one.item_id == entry.item_id), None)
    if line is None:
        raise Refused(Text("El documento ya no está activo: no queda nada por deshacer en él."))
    if entry.amount > due_on(book, entry.item_id, case.kept()):
        raise Refused(Text("El documento ya no debe tanto: deshaz primero lo que vino después."))
    if entry.amount < 0 and entry.cause is not Cause.ROUNDING:
        check_total(book, entry.item_id, -entry.amount, line.total)
    on = max(case.today, book.items[entry.item_id].earliest)
    book.enter(entry.item_id, -entry.amount, entry.cause, on)


def _undo_released(case: _Case) -> None:
    """Wait again, unless what was waited for has come."""
    unit, mine = case.unit, [one.reference_id for one in case.rows if one.reference_id is not None]
    references.wait_again(unit.conn, mine)
    if references.pending_for(unit.conn, case.documents):
        raise Refused(Text("El documento que se esperaba ya llegó: aplica el saldo a favor a mano."))
    unit.touch(case.documents)


_UNDO = {
    Act.PAYMENT: _undo_payment,
    Act.APPLIED: _undo_applied,
    Act.FREED: _undo_freed,
    Act.RELEASED: _undo_released,
    Act.WRITTEN_OFF: _undo_entries,
    Act.ADJUSTED: _undo_entries,
}
