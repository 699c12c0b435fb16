"""What became of each document of an import, and what was refused: written with it, read page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from portal.ledger.bulk import insert_rows
from portal.ledger.ids import new_id
from portal.ledger.import_tables import import_rows
from portal.ledger.tables import customers, documents
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text

_CHUNK = 1_000
Told = tuple[str, str, str, int | None, str | None]  # outcome, file, place, document, reason as kept


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to write down. A document's outcome has its id; a warning or problem its reason."""

    outcome: str
    file: str
    place: str
    document_id: int | None = None
    reason: Text | None = None

    @property
    def kept_reason(self) -> str | None:
        return dump_text(self.reason) if self.reason else None


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One row of the report; the document's columns as it stands now."""

    id: int
    outcome: str
    file: str
    place: str
    reason: Text | None
    document_id: int | None
    kind: str | None
    number: str | None
    customer_name: str | None
    customer_tax_id: str | None
    issue_date: date | None
    currency: str | None
    total: int | None
    state: str | None


def add_notes(unit: Unit, run_id: int, notes: Sequence[Note]) -> None:
    """Write them in the unit's own transaction."""
    rows = [
        {
            "id": new_id(),
            "outcome": note.outcome,
            "file": note.file,
            "place": note.place,
            "document_id": note.document_id,
            "reason": note.kept_reason,
        }
        for note in notes
    ]
    insert_rows(unit.conn, import_rows, rows, {"run_id": run_id})


def told_before(conn: Connection, run_id: int) -> set[Told]:
    """What an attempt before this one wrote down."""
    c = import_rows.c
    rows = conn.execute(select(c.outcome, c.file, c.place, c.document_id, c.reason).where(c.run_id == run_id))
    return {(row[0], row[1], row[2], row[3], row[4]) for row in rows}


def rows_of(conn: Connection, run_id: int, outcome: str, limit: int, offset: int = 0) -> list[ImportRow]:
    """A page of a report, in the order of the files."""
    return list(_rows(conn, run_id, outcome, limit, offset))


def all_rows(conn: Connection, run_id: int, outcome: str) -> Iterator[ImportRow]:
    """All of them, read in pieces."""
    offset = 0
    while found := rows_of(conn, run_id, outcome, _CHUNK, offset):
        yield from found
        offset += _CHUNK


def standing(conn: Connection, run_id: int) -> dict[str, int]:
    """How many of the documents that came in with it stand how: state → documents."""
    c = import_rows.c
    mine = c.run_id == run_id, c.outcome == "imported"
    counted = select(documents.c.state, func.count()).select_from(
        import_rows.join(documents, documents.c.id == c.document_id)
    )
    return {row[0]: int(row[1]) for row in conn.execute(counted.where(*mine).group_by(documents.c.state))}


def documents_in(conn: Connection, run_id: int, states: Collection[str], after: int, limit: int) -> list[int]:
    """Documents that came in with it and stand so, by id, above `after`."""
    c = import_rows.c
    mine = c.run_id == run_id, c.outcome == "imported", documents.c.state.in_(states), documents.c.id > after
    wanted = select(documents.c.id).select_from(import_rows.join(documents, documents.c.id == c.document_id))
    return list(conn.execute(wanted.where(*mine).order_by(documents.c.id).limit(limit)).scalars())


def _rows(conn: Connection, run_id: int, outcome: str, limit: int, offset: int) -> Iterator[ImportRow]:
    c, d = import_rows.c, documents.c
    wanted = (
        select(
            c.id, c.outcome, c.file, c.place, c.reason, c.document_id, d.kind, d.number, customers.c.name,
            customers.c.tax_id, d.issue_date, d.currency, d.total, d.state,
        )
        .select_from(import_rows.outerjoin(documents, d.id == c.document_id).outerjoin(customers))
        .where(c.run_id == run_id, c.outcome == outcome)
        .order_by(c.id)
    )  # fmt: skip
    for row in conn.execute(wanted.limit(limit).offset(offset)):
        told: dict[str, Any] = dict(zip(ImportRow.__dataclass_fields__, row, strict=True))
        yield ImportRow(**told | {"reason": load_text(told["reason"]) if told["reason"] else None})
