"""Load the open items that a change touches into a `Book`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select

from portal.domain.book import Allocation, Book, Cause, Entry, Item, Side
from portal.ledger.ids import new_id
from portal.ledger.tables import allocations, customers, entries, items

_CHUNK = 5_000


def lock_customers(conn: Connection, customer_ids: Collection[int]) -> None:
    """Let nobody else change these customers' balances until the commit (PostgreSQL; SQLite has one writer).

    Comes before anything else that locks, the change number above all, else two writers wait for each other.
    FOR NO KEY UPDATE: rows that merely refer to a customer (a new document) don't wait.
    """
    if conn.dialect.name == "sqlite":
        return
    ordered = sorted(customer_ids)
    for start in range(0, len(ordered), _CHUNK):
        chosen = customers.c.id.in_(ordered[start : start + _CHUNK])
        conn.execute(
            select(customers.c.id).where(chosen).order_by(customers.c.id).with_for_update(key_share=True)
        ).all()


def load_book(conn: Connection, item_ids: Collection[int], with_rows: bool = False) -> Book:
    """A book of these items with their sums; `with_rows` adds entries and allocations, which undoing needs.

    Whoever changes it must hold the customers' locks.
    """
    book = Book(new_id)
    ordered = sorted(item_ids)
    for start in range(0, len(ordered), _CHUNK):
        _load(conn, book, ordered[start : start + _CHUNK])
    if with_rows:
        _load_rows(conn, book, ordered)
    return book


def _load(conn: Connection, book: Book, ids: list[int]) -> None:
    c = items.c
    for row in conn.execute(
        select(c.id, c.issuer_id, c.customer_id, c.currency, c.side, c.effective_on).where(c.id.in_(ids))
    ):
        book.items[row[0]] = Item(row[0], row[1], row[2], row[3], Side(row[4]), row[5])
    raised = (func.max(entries.c.effective_on).filter(sign) for sign in (entries.c.amount > 0, entries.c.amount < 0))
    sums = select(entries.c.item_id, func.sum(entries.c.amount), *raised).where(entries.c.item_id.in_(ids))
    for item_id, entered, up, down in conn.execute(sums.group_by(entries.c.item_id)):
        item = book.items[item_id]
        item.entered = int(entered)
        item.floor = (up if item.side is Side.DEBIT else down) or date.min
    for end in (allocations.c.credit_id, allocations.c.debit_id):
        undone = func.max(allocations.c.effective_on).filter(allocations.c.amount < 0)
        applied = select(end, func.sum(allocations.c.amount), undone).where(end.in_(ids)).group_by(end)
        for item_id, allocated, floor in conn.execute(applied):
            book.items[item_id].allocated = int(allocated)
            book.items[item_id].floor = max(book.items[item_id].floor, floor or date.min)


def _load_rows(conn: Connection, book: Book, ids: list[int]) -> None:
    a, e = allocations.c, entries.c
    columns = (a.id, a.credit_id, a.debit_id, a.amount, a.cause, a.effective_on, a.undoes, a.document_id)
    for row in conn.execute(select(*columns).where(a.credit_id.in_(ids) | a.debit_id.in_(ids)).order_by(a.id)):
        book.applied[row[0]] = Allocation(*row[:4], Cause(row[4]), *row[5:])
    missing = {i for done in book.applied.values() for i in (done.credit_id, done.debit_id)} - set(book.items)
    if missing:
        _load(conn, book, sorted(missing))
    columns_e = (e.id, e.item_id, e.amount, e.cause, e.effective_on, e.document_id, e.note)
    for found in conn.execute(select(*columns_e).where(e.item_id.in_(ids)).order_by(e.id)):
        entry = Entry(found.id, found.item_id, found.amount, Cause(found.cause), *tuple(found)[4:])
        book.entered.setdefault(entry.item_id, []).append(entry)


def items_of_rows(conn: Connection, entry_ids: Collection[int], allocation_ids: Collection[int]) -> set[int]:
    """The items that these entries and allocations are about."""
    a, e = allocations.c, entries.c
    entered = set(conn.execute(select(e.item_id).where(e.id.in_(entry_ids))).scalars())
    ends = conn.execute(select(a.credit_id, a.debit_id).where(a.id.in_(allocation_ids)))
    return entered | {end for row in ends for end in row}


def prepaid_used(conn: Connection, invoice_ids: Collection[int]) -> dict[int, int]:
    """How much of each invoice's prepaid amount already consumed advances, by invoice."""
    used: dict[int, int] = {}
    ordered = sorted(invoice_ids)
    for start in range(0, len(ordered), _CHUNK):
        rows = conn.execute(
            select(entries.c.document_id, func.sum(entries.c.amount))
            .where(entries.c.document_id.in_(ordered[start : start + _CHUNK]), entries.c.cause.in_([Cause.PREPAID]))
            .group_by(entries.c.document_id)
        )
        used.update((row[0], int(row[1])) for row in rows)
    return used
