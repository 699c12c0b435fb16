"""The ledger's front door: reading connections, and units of work that commit once or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, insert, select, update

from portal.clock import Clock
from portal.domain.book import Book
from portal.ledger.bulk import insert_rows, set_columns
from portal.ledger.engine import WRITING
from portal.ledger.ids import new_id
from portal.ledger.tables import after_grace, allocations, change_counter, documents, entries, items, outbox

_CHUNK = 5_000


@dataclass
class Unit:
    """One writing transaction: who does it, when, and what has to follow. Leaving without `commit` rolls back."""

    conn: Connection
    now: datetime
    person: str
    changed: set[int] = field(default_factory=set)
    touched_items: set[int] = field(default_factory=set)
    stamped: set[int] = field(default_factory=set)
    new_items: set[int] = field(default_factory=set)
    jobs: list[dict[str, Any]] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    committed: bool = False
    _seq: int | None = None

    def book(self, book: Book, details: Mapping[int, Mapping[str, Any]] | None = None) -> None:
        """Write a book's new rows; `details` adds cause, method and reference to its new items, by id.

        Takes the change number, whose row stays locked until the commit: call it late.
        """
        if not (book.entries or book.allocations):
            return
        self._open_items(book, details or {})
        self._write(book, self.seq())
        self.touched_items |= book.touched

    def post(self, item_by_document: Mapping[int, int], opened: Iterable[int]) -> None:
        """Say which open item each document posted, or is the paper of. `opened`: items made in this unit.

        These documents get the change number at once; nothing else can hold an item that is new.
        """
        if not item_by_document:
            return
        rows = [(item, self.seq(), document) for document, item in item_by_document.items()]
        set_columns(self.conn, documents, ("item_id", "seq"), rows)
        self.stamped |= item_by_document.keys()
        self.new_items.update(opened)

    def touch(self, document_ids: Iterable[int]) -> None:
        """Documents whose copy in the views must be refreshed."""
        self.changed.update(document_ids)

    def job(self, queue: str, job: str, payload: Mapping[str, Any], after: timedelta = timedelta()) -> int:
        """A job that exists only if this transaction commits, begun at once or when `after` has passed; its id."""
        row_id = new_id()
        row = {"id": row_id, "queue": queue, "job": job, "payload": json.dumps(payload), "created_at": self.now}
        self.jobs.append({**row, "due_at": self.now + after if after else after_grace(self.now)})
        if not after:
            self.sent.append(row_id)
        return row_id

    def seq(self) -> int:
        """The number of this change: from the counter row, so that a lower one can't commit after a higher one."""
        if self._seq is None:
            counter = change_counter.c
            taken = update(change_counter).where(counter.k == 1).values(seq=counter.seq + 1).returning(counter.seq)
            self._seq = int(self.conn.execute(taken).scalar_one())
        return self._seq

    def commit(self) -> None:
        """Stamp what changed with the change number, write the jobs, commit."""
        items_left, documents_left = self.touched_items - self.new_items, self.changed - self.stamped
        for column, ids in ((documents.c.item_id, items_left), (documents.c.id, documents_left)):
            for some in _chunks(ids):
                self.conn.execute(update(documents).where(column.in_(some)).values(seq=self.seq()))
        if self.jobs:
            self.conn.execute(insert(outbox), self.jobs)
        self.conn.commit()
        self.committed = True

    def _open_items(self, book: Book, details: Mapping[int, Mapping[str, Any]]) -> None:
        rows = [
            {
                "id": item.id,
                "issuer_id": item.issuer_id,
                "customer_id": item.customer_id,
                "currency": item.currency,
                "side": item.side,
                "effective_on": item.effective_on,
                "method": None,
                "reference": None,
                **details[item.id],
            }
            for item in book.opened
        ]
        insert_rows(self.conn, items, rows, {"recorded_at": self.now, "person": self.person})

    def _write(self, book: Book, seq: int) -> None:
        stamp = {"recorded_at": self.now, "person": self.person, "seq": seq}
        new_entries = [
            {
                "id": entry.id,
                "item_id": entry.item_id,
                **_whose(book, entry.item_id),
                "amount": entry.amount,
                "cause": entry.cause,
                "document_id": entry.document_id,
                "note": entry.note,
                "effective_on": entry.effective_on,
            }
            for entry in book.entries
        ]
        new_allocations = [
            {
                "id": done.id,
                "credit_id": done.credit_id,
                "debit_id": done.debit_id,
                **_whose(book, done.credit_id),
                "amount": done.amount,
                "cause": done.cause,
                "document_id": done.document_id,
                "undoes": done.undoes,
                "effective_on": done.effective_on,
            }
            for done in book.allocations
        ]
        insert_rows(self.conn, entries, new_entries, stamp)
        insert_rows(self.conn, allocations, new_allocations, stamp)


class Ledger:
    """The database. `sent` is told the outbox ids of a commit, so that their jobs start at once."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.sent: Callable[[list[int]], None] = lambda _ids: None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection in a reading transaction: one snapshot, nothing written."""
        with self.engine.connect() as conn:
            yield conn

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection of one's own, for staging before a write; nothing is locked."""
        with self.engine.connect() as conn:
            yield conn

    @contextmanager
    def write(self, person: str, on: Connection | None = None) -> Iterator[Unit]:
        """A unit of work for `person` ("link:7", "operator:cli"); rolls back unless `commit` was called.

        `on` writes through a connection that already staged something, whose transaction has ended.
        """
        with nullcontext(on) if on is not None else self.engine.connect() as conn:
            conn.execution_options(**{WRITING: True})
            unit = Unit(conn, self.clock.now(), person)
            try:
                yield unit
            finally:
                conn.rollback()
                conn.execution_options(**{WRITING: False})
        if unit.committed and unit.sent:
            self.sent(unit.sent)

    def seq(self) -> int:
        """The number of the last change."""
        with self.read() as conn:
            return int(conn.execute(select(change_counter.c.seq).where(change_counter.c.k == 1)).scalar_one())


def _whose(book: Book, item_id: int) -> dict[str, Any]:
    item = book.items[item_id]
    return {"issuer_id": item.issuer_id, "customer_id": item.customer_id, "currency": item.currency}


def _chunks(ids: set[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
