"""Taking documents back: *anulada* (visible, from a date), *retirada* (import mistake, as if never), restored."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.app.posting import post_documents
from portal.domain.book import Book, Cause
from portal.errors import Refused
from portal.ledger import books, documents, parties, references, withholdings
from portal.ledger.staging import StagedRow
from portal.ledger.unit import Unit
from portal.text import Text


def void(unit: Unit, document_id: int, on: date, reason: str | None = None) -> None:
    """Annul a non-electronic document from `on`: allocations are freed, the reverse is entered, it stays visible.

    What was kept back of it goes with it.

    A receipt that is only the paper of money goes without it: the money was not the receipt's.
    """
    row = _active(unit, document_id)
    if row.cufe:
        raise Refused(Text("Una factura electrónica no se anula aquí: se corrige con una nota crédito."))
    if row.item_id is not None and documents.owns_item(unit.conn, document_id, row.item_id):
        withheld = _end_withholdings(unit, row.customer_id, document_id)
        book = _book(unit, row.customer_id, {row.item_id} | withheld)
        for item_id in (row.item_id, *sorted(withheld)):
            book.void(item_id, on)
        _save(unit, book, document_id)
    elif row.item_id is not None:
        documents.clear_items(unit, [document_id])
    documents.set_state(unit, document_id, "void", reason)


def withdraw(unit: Unit, document_id: int, reason: str) -> None:
    """Take back an import mistake: gone for customers, allocations freed, as if it had never come.

    What named it waits again; an advance that it had used up is whole again; the cash sale booked for it goes too, and
    so does what was kept back of it.
    """
    row = _active(unit, document_id)
    touched = references.reopen(unit.conn, document_id)
    references.forget_targets(unit.conn, document_id)
    caused = documents.items_caused_by(unit.conn, document_id)
    papers = documents.papers_of(unit.conn, caused.cash_sales)
    if row.item_id is not None:
        own = documents.owns_item(unit.conn, document_id, row.item_id)
        withheld = _end_withholdings(unit, row.customer_id, document_id)
        with_it = caused.cash_sales | withheld
        book = _book(unit, row.customer_id, ({row.item_id} if own else set()) | with_it | caused.advances)
        if own:
            book.withdraw(row.item_id)
        for item_id in with_it:
            book.withdraw(item_id)
        _give_back_advances(book, document_id, caused.advances, documents.void_items(unit.conn, caused.advances))
        _save(unit, book, document_id)
        if not own:
            documents.clear_items(unit, [document_id])
    documents.set_state(unit, document_id, "withdrawn", reason)
    unit.touch(touched)
    _post_again(unit, papers)


def restore(unit: Unit, document_id: int) -> None:
    """Bring a withdrawn document back: it posts anew, and its references both ways are looked at again."""
    documents.set_state(unit, document_id, "active")
    _post_again(unit, [document_id])


def _give_back_advances(book: Book, invoice_id: int, advances: set[int], annulled: set[int]) -> None:
    for item_id in advances:
        used = [e for e in book.entered.get(item_id, ()) if e.document_id == invoice_id and e.cause is Cause.PREPAID]
        for entry in used:
            book.enter(item_id, -entry.amount, Cause.PREPAID, entry.effective_on, invoice_id)
            if item_id in annulled:
                book.enter(item_id, entry.amount, Cause.VOID, entry.effective_on, invoice_id)


def _post_again(unit: Unit, document_ids: list[int]) -> None:
    if not document_ids:
        return
    rows: list[StagedRow] = documents.as_staged(unit.conn, document_ids)
    documents.clear_items(unit, document_ids)
    pending = references.pending_for(unit.conn, document_ids)
    post_documents(unit, rows, pending, parties.paid_on_issue(unit.conn))


def _end_withholdings(unit: Unit, customer_id: int, document_id: int) -> set[int]:
    """Under the customer's lock, which whoever decides about them takes first too."""
    books.lock_customers(unit.conn, {customer_id})
    return withholdings.end_with(unit, document_id)


def _book(unit: Unit, customer_id: int, item_ids: set[int]) -> Book:
    books.lock_customers(unit.conn, {customer_id})
    return books.load_book(unit.conn, item_ids, with_rows=True)


def _save(unit: Unit, book: Book, document_id: int) -> None:
    unit.book(book)
    unit.touch([document_id])


def _active(unit: Unit, document_id: int) -> Any:
    row = documents.find(unit.conn, document_id)
    if row is None or row.state not in ("active", "question"):
        raise Refused(Text("Este documento ya no está activo."))
    return row
