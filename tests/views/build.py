"""A small ledger that a test writes step by step, and remembers as plain Python rows for an oracle."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import insert, update

from portal.domain.access import Scope
from portal.domain.book import Allocation, Book, Cause, Entry, Item, Side
from portal.domain.days import Today
from portal.domain.documents import Kind
from portal.domain.folding import fold_number, fold_text
from portal.errors import LedgerBroken
from portal.ledger.changes import Changes
from portal.ledger.documents import note_opened
from portal.ledger.engine import make_engine
from portal.ledger.ids import new_id
from portal.ledger.schema import migrate
from portal.ledger.tables import customers, document_references, documents, issuers
from portal.ledger.transfer_tables import transfer_report_lines, transfer_reports
from portal.ledger.unit import Ledger, Unit
from portal.ledger.withholding_tables import withholdings
from portal.views.filters import DocumentFilter, SortKey
from portal.views.listing import listing
from portal.views.store import Views

TODAY = date(2026, 3, 15)
NOW = Today(TODAY)
TABLES = ("documents", "documents_by_issuer", "items", "entries", "allocations")


@dataclass(frozen=True)
class Doc:
    """A document as the test wrote it."""

    id: int
    issuer_id: int
    customer_id: int
    kind: Kind
    number: str
    issue_date: date
    due_date: date | None
    currency: str
    total: int
    method: str | None
    search: str
    state: str = "active"
    item_id: int | None = None
    waits: tuple[int | None, ...] = ()
    reported: tuple[tuple[int, int], ...] = ()  # (report, amount) that wait for the issuer
    claimed: tuple[int, ...] = ()  # withholdings that wait for the issuer
    opened: bool = False

    @property
    def payable_on(self) -> date:
        return self.due_date or self.issue_date


@dataclass(frozen=True)
class Written:
    """An entry or an allocation with the instant and the order in which it was written."""

    row: Any
    at: datetime
    order: int


@dataclass
class World:
    """Parties are made on sight; every step is one committed unit of work, an hour after the one before."""

    url: str
    at: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)
    docs: dict[int, Doc] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    about: dict[int, tuple[Cause, str | None]] = field(default_factory=dict)
    applied: dict[int, Allocation] = field(default_factory=dict)
    entered: dict[int, list[Entry]] = field(default_factory=dict)
    entries: list[Written] = field(default_factory=list)
    allocations: list[Written] = field(default_factory=list)
    parties: dict[tuple[str, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.engine = make_engine(self.url)
        self.ledger = Ledger(self.engine, self)
        self.changes = Changes(self.engine)

    def now(self) -> datetime:
        return self.at

    def issuer(self, name: str) -> int:
        row = {"country": "CO", "id_type": "31", "tax_id": f"900{name}", "name": f"Emisor {name}", "slug": name.lower()}
        return self._party(("issuer", name), issuers, {**row, "created_at": self.at})

    def customer(self, issuer: str, name: str) -> int:
        row = {"issuer_id": self.issuer(issuer), "country": "CO", "id_type": "31", "tax_id": f"800{name}"}
        more = {"name": f"Cliente {name} Ñandú", "anonymous": False, "created_at": self.at}
        return self._party(("customer", issuer, name), customers, {**row, **more})

    def document(
        self,
        kind: Kind = Kind.INVOICE,
        total: int = 100_000,
        issued: date = date(2026, 2, 1),
        due: date | None = None,
        currency: str = "COP",
        issuer: str = "A",
        customer: str = "1",
        number: str = "",
        text: str = "",
        method: str | None = None,
        state: str = "active",
        waits: tuple[int | None, ...] = (),
        paper_of: int | None = None,
    ) -> Doc:
        """An issued document with its item; in question: without. `waits`: amounts kept for what has not arrived."""
        issuer_id, customer_id = self.issuer(issuer), self.customer(issuer, customer)
        number = number or f"{kind.value[:2].upper()}-{len(self.docs) + 1}"
        words = fold_text(f"{number} {fold_number(number)} Emisor {issuer} Cliente {customer} Ñandú {text}")
        doc = Doc(
            new_id(), issuer_id, customer_id, kind, number, issued, due, currency, total, method, words, state,
            paper_of, waits,
        )  # fmt: skip
        self._step(lambda unit: self._issue(unit, doc))
        return self.docs[doc.id]

    def payment(self, amount: int, like: Doc, on: date, method: str | None = "47", cause: Cause = Cause.PAYMENT) -> int:
        """A credit without a document, by the customer of `like`; returns its item."""
        item = Item(new_id(), like.issuer_id, like.customer_id, like.currency, Side.CREDIT, on)
        self._posts(lambda book: book.open(item, amount, cause), {item.id: (cause, method)})
        return item.id

    def opening(self, amount: int, like: Doc, on: date) -> int:
        """A debt without a document."""
        item = Item(new_id(), like.issuer_id, like.customer_id, like.currency, Side.DEBIT, on)
        self._posts(lambda book: book.open(item, amount, Cause.OPENING), {item.id: (Cause.OPENING, None)})
        return item.id

    def allocate(self, credit: int, debit: int, amount: int) -> None:
        self._posts(lambda book: book.allocate(credit, debit, amount, Cause.PAYMENT))

    def undo(self, allocation: int, amount: int, on: date) -> None:
        self._posts(lambda book: book.undo(allocation, amount, on))

    def give_back(self, credit: int, amount: int, on: date) -> None:
        self._posts(lambda book: book.give_back(credit, amount, Cause.REFUND, on))

    def adjust(self, item: int, amount: int, on: date) -> None:
        self._posts(lambda book: book.enter(item, amount, Cause.WRITE_OFF, on))

    def void(self, doc: Doc, on: date) -> None:
        self._ends(doc, "void", lambda book, item: book.void(item, on))

    def withdraw(self, doc: Doc) -> None:
        self._ends(doc, "withdrawn", lambda book, item: book.withdraw(item))

    def release(self, doc: Doc) -> None:
        """Nothing waits any more."""

        def stop(unit: Unit) -> None:
            unit.conn.execute(
                update(document_references)
                .where(document_references.c.document_id == doc.id)
                .values(released_at=self.at)
            )
            unit.touch([doc.id])

        self._step(stop)
        self.docs[doc.id] = replace(self.docs[doc.id], waits=())

    def report(self, doc: Doc, amount: int) -> None:
        """The payer says that it has sent so much for a document."""
        report_id = new_id()

        def say(unit: Unit) -> None:
            told = {
                "id": report_id, "issuer_id": doc.issuer_id, "customer_id": doc.customer_id, "amount": amount,
                "currency": doc.currency, "paid_on": TODAY, "start_key": str(report_id), "person": "test", "name": "",
                "method": "47", "bank": "", "reference": "", "comment": "", "language": "es", "state": "waiting",
            }  # fmt: skip
            unit.conn.execute(insert(transfer_reports).values(**told, reported_at=self.at, posted=False))
            line = {"id": new_id(), "report_id": report_id, "document_id": doc.id, "debit_id": doc.item_id}
            unit.conn.execute(insert(transfer_report_lines).values(**line, amount=amount))
            unit.touch([doc.id])

        self._step(say)
        self.docs[doc.id] = replace(self.docs[doc.id], reported=(*self.docs[doc.id].reported, (report_id, amount)))

    def reject(self, doc: Doc) -> None:
        """The issuer did not find the first of what waits for it."""
        (report_id, _), *left = doc.reported

        def say(unit: Unit) -> None:
            mine = transfer_reports.c.id == report_id
            unit.conn.execute(update(transfer_reports).where(mine).values(state="rejected"))
            unit.touch([doc.id])

        self._step(say)
        self.docs[doc.id] = replace(self.docs[doc.id], reported=tuple(left))

    def claim(self, doc: Doc, amount: int) -> None:
        """The payer says that it keeps so much back of a document."""

        def say(unit: Unit) -> None:
            told = {
                "id": new_id(), "issuer_id": doc.issuer_id, "customer_id": doc.customer_id, "document_id": doc.id,
                "currency": doc.currency, "tax": "retefuente", "amount": amount, "suggested": 0, "person": "test",
                "start_key": str(new_id()), "name": "", "language": "es", "state": "waiting",
            }  # fmt: skip
            unit.conn.execute(insert(withholdings).values(**told, stated_at=self.at))
            unit.touch([doc.id])

        self._step(say)
        self.docs[doc.id] = replace(self.docs[doc.id], claimed=(*self.docs[doc.id].claimed, amount))

    def open(self, doc: Doc) -> None:
        """Its customer looks at it."""
        self._step(lambda unit: note_opened(unit, doc.id))
        self.docs[doc.id] = replace(self.docs[doc.id], opened=True)

    def close(self) -> None:
        self.changes.close()
        self.engine.dispose()

    def views(self, directory: Path, **options: Any) -> Views:
        return Views(directory, self.changes, **options)

    def _issue(self, unit: Unit, doc: Doc) -> None:
        stored = {
            "folded_number": fold_number(doc.number), "type_code": "01", "prepaid": 0, "source": "xml", "facts": "{}",
            "test": False, "recorded_at": self.at, "seq": 0,
        }  # fmt: skip
        own = {
            name: getattr(doc, name)
            for name in doc.__dataclass_fields__
            if name not in ("waits", "reported", "claimed", "opened")
        }
        unit.conn.execute(insert(documents).values({**own, **stored}))
        if doc.state == "active" and doc.item_id is None:
            doc = replace(doc, item_id=self._open(unit, doc))
            unit.conn.execute(update(documents).where(documents.c.id == doc.id).values(item_id=doc.item_id))
        for amount in doc.waits:
            unit.conn.execute(
                insert(document_references).values(
                    id=new_id(), document_id=doc.id, issuer_id=doc.issuer_id, role="pays", amount=amount
                )
            )
        unit.touch([doc.id])
        self.docs[doc.id] = doc

    def _open(self, unit: Unit, doc: Doc) -> int:
        side = Side.DEBIT if doc.kind.is_debit else Side.CREDIT
        item = Item(new_id(), doc.issuer_id, doc.customer_id, doc.currency, side, doc.issue_date)
        book = self._book()
        book.open(item, doc.total, Cause(doc.kind.value), doc.id)
        self._keep(unit, book, {item.id: (Cause(doc.kind.value), doc.method)})
        return item.id

    def _ends(self, doc: Doc, state: str, how: Callable[[Book, int], None]) -> None:
        def end(unit: Unit) -> None:
            if doc.item_id is not None:
                book = self._book()
                how(book, doc.item_id)
                self._keep(unit, book)
            unit.conn.execute(update(documents).where(documents.c.id == doc.id).values(state=state))
            unit.touch([doc.id])

        self._step(end)
        self.docs[doc.id] = replace(self.docs[doc.id], state=state)

    def _posts(self, how: Callable[[Book], Any], about: dict[int, tuple[Cause, str | None]] | None = None) -> None:
        def post(unit: Unit) -> None:
            book = self._book()
            how(book)
            self._keep(unit, book, about)

        self._step(post)

    def _book(self) -> Book:
        return Book(new_id, self.items, self.applied, self.entered)

    def _keep(self, unit: Unit, book: Book, about: dict[int, tuple[Cause, str | None]] | None = None) -> None:
        self.about.update(about or {})
        unit.book(book, {i: {"cause": cause, "method": method} for i, (cause, method) in (about or {}).items()})
        self.entries += [Written(row, self.at, len(self.entries) + n) for n, row in enumerate(book.entries)]
        self.allocations += [Written(row, self.at, n) for n, row in enumerate(book.allocations)]

    def _step(self, work: Callable[[Unit], None]) -> None:
        """One unit of work; what a law refuses leaves the memory as it was, too."""
        before = deepcopy((self.items, self.applied, self.entered))
        self.at += timedelta(hours=1)
        try:
            with self.ledger.write("test") as unit:
                work(unit)
                unit.commit()
        except LedgerBroken:
            self.items, self.applied, self.entered = before
            raise

    def _party(self, key: tuple[str, ...], table: Any, row: dict[str, Any]) -> int:
        if key not in self.parties:
            self.parties[key] = new_id()
            with self.ledger.write("test") as unit:
                unit.conn.execute(insert(table).values(id=self.parties[key], **row))
                unit.commit()
        return self.parties[key]


@cache
def _empty_ledger() -> Path:
    path = Path(mkdtemp(prefix="portal-views-")) / "empty.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def sqlite_world(directory: Path) -> World:
    """An empty ledger at the newest schema."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "ledger.sqlite"
    shutil.copy(_empty_ledger(), path)
    return World(f"sqlite:///{path}")


def contents(views: Views) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of ids."""
    with views.cursor() as cursor:
        return {table: cursor.execute(f"FROM {table} ORDER BY id").fetchall() for table in TABLES}


def streamed(views: Views, scope: Scope) -> Iterator[int]:
    """The ids of a whole list as exports read it, the smallest number first."""
    with listing(views, scope, DocumentFilter(), SortKey.NUMBER, False, NOW, ("id",)) as found:
        for batch in found.batches:
            yield from batch["id"].to_pylist()
