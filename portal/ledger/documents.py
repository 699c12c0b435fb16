"""Reading and marking single documents: facts, state, item, evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from portal.domain.book import Cause
from portal.domain.documents import Kind, load_facts
from portal.ledger.ids import new_id
from portal.ledger.staging import StagedRow
from portal.ledger.tables import customers, document_files, documents, entries, files, issuers, items
from portal.ledger.unit import Unit

KINDS = frozenset(Kind)


def find(conn: Connection, document_id: int) -> Row[Any] | None:
    """One document's row with the names and ids of its parties; None if there is none."""
    return conn.execute(
        select(
            documents,
            issuers.c.name.label("issuer_name"),
            issuers.c.timezone,
            issuers.c.cash_policy,
            customers.c.name.label("customer_name"),
        )
        .join(issuers, issuers.c.id == documents.c.issuer_id)
        .join(customers, customers.c.id == documents.c.customer_id)
        .where(documents.c.id == document_id)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Same:
    """A document that has another one's number or CUFE. `validated`: DIAN's answer is there; `gone`: taken back."""

    cufe: str | None
    validated: bool
    gone: bool


def same_documents(conn: Connection, issuer_id: int, kind: Kind, folded_number: str, cufe: str) -> list[Same]:
    """An issuer's documents with this number, or this CUFE."""
    d = documents.c
    same = or_(and_(d.kind == kind, d.folded_number == folded_number), d.cufe == cufe)
    rows = conn.execute(select(d.cufe, d.validation.is_not(None), d.state).where(d.issuer_id == issuer_id, same))
    return [Same(row[0], bool(row[1]), row[2] in ("void", "withdrawn")) for row in rows]


def facts_of(conn: Connection, document_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """(facts as JSON, validation as JSON) by document."""
    found: dict[int, tuple[str, str | None]] = {}
    for start in range(0, len(document_ids), 1_000):
        rows = conn.execute(
            select(documents.c.id, documents.c.facts, documents.c.validation).where(
                documents.c.id.in_(document_ids[start : start + 1_000])
            )
        )
        found.update((row[0], (row[1], row[2])) for row in rows)
    return found


def set_state(unit: Unit, document_id: int, state: str, reason: str | None = None) -> None:
    """Change a document's state and mark it for the views."""
    unit.conn.execute(update(documents).where(documents.c.id == document_id).values(state=state, state_reason=reason))
    unit.touch([document_id])


def note_opened(unit: Unit, document_id: int) -> None:
    """Its customer has seen it or taken it along; the first time is kept."""
    first = update(documents).where(documents.c.id == document_id, documents.c.opened_at.is_(None))
    if unit.conn.execute(first.values(opened_at=unit.now)).rowcount:
        unit.touch([document_id])


def keep_files(unit: Unit, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Attach stored bytes to documents (document_id, sha256, size, role, name, media_type); what is known is skipped.

    Returns the documents that gained something.
    """
    gained: set[int] = set()
    known = _known_files(unit.conn, rows)
    for row in rows:
        key = (row["document_id"], row["role"], row["sha256"])
        if key in known:
            continue
        known.add(key)
        if not unit.conn.execute(select(files.c.sha256).where(files.c.sha256 == row["sha256"])).first():
            unit.conn.execute(insert(files).values(sha256=row["sha256"], size=row["size"], stored_at=unit.now))
        chosen = {name: row[name] for name in ("document_id", "sha256", "role", "name", "media_type")}
        unit.conn.execute(insert(document_files).values(id=new_id(), received_at=unit.now, **chosen))
        gained.add(row["document_id"])
    return gained


def _known_files(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> set[tuple[int, str, str]]:
    c = document_files.c
    ids = {row["document_id"] for row in rows}
    found = conn.execute(select(c.document_id, c.role, c.sha256).where(c.document_id.in_(ids)))
    return {(row[0], row[1], row[2]) for row in found}


def files_of(conn: Connection, document_id: int) -> list[Row[Any]]:
    """What came with a document, in the order it came: role, name, media type, sha256, received at, size."""
    c = document_files.c
    return list(
        conn.execute(
            select(c.id, c.role, c.name, c.media_type, c.sha256, c.received_at, files.c.size)
            .join(files, files.c.sha256 == c.sha256)
            .where(c.document_id == document_id)
            .order_by(c.id)
        )
    )


def first_files(conn: Connection, document_ids: Collection[int]) -> dict[tuple[int, str], str]:
    """SHA-256 of what came first with documents, by (document, role)."""
    c, found = document_files.c, dict[tuple[int, str], str]()
    wanted = select(c.document_id, c.role, c.sha256).where(c.document_id.in_(document_ids)).order_by(c.id)
    for document_id, role, sha256 in conn.execute(wanted):
        found.setdefault((document_id, role), sha256)
    return found


def all_files(conn: Connection) -> list[tuple[str, int]]:
    """(SHA-256, size) of all bytes that the ledger promises."""
    return [(row[0], row[1]) for row in conn.execute(select(files.c.sha256, files.c.size))]


def add(unit: Unit, document_id: int, **values: Any) -> None:
    """Set columns that richer evidence fills in; marks the document for the views."""
    unit.conn.execute(update(documents).where(documents.c.id == document_id).values(**values))
    unit.touch([document_id])


@dataclass(frozen=True, slots=True)
class Caused:
    """What a document's coming did to items that are not its own."""

    cash_sales: set[int]
    advances: set[int]


def items_caused_by(conn: Connection, document_id: int) -> Caused:
    """The cash sale booked for an invoice, and the advances that its prepaid amount used up."""
    e = entries.c
    rows = conn.execute(
        select(e.item_id, e.cause)
        .where(e.document_id == document_id, e.cause.in_([Cause.CASH_SALE, Cause.PREPAID]))
        .group_by(e.item_id, e.cause)
        .having(func.sum(e.amount) != 0)
    ).all()
    return Caused(
        {row[0] for row in rows if row[1] == Cause.CASH_SALE}, {row[0] for row in rows if row[1] == Cause.PREPAID}
    )


def owns_item(conn: Connection, document_id: int, item_id: int) -> bool:
    """Whether the document posted this item; a receipt may only be the paper of somebody's payment."""
    e = entries.c
    first = conn.execute(select(e.document_id).where(e.item_id == item_id).order_by(e.id).limit(1)).scalar()
    return first == document_id and conn.execute(select(items.c.cause).where(items.c.id == item_id)).scalar() in KINDS


def papers_of(conn: Connection, item_ids: Collection[int]) -> list[int]:
    """The receipts that are the paper of these items."""
    rows = conn.execute(
        select(documents.c.id).where(documents.c.item_id.in_(sorted(item_ids)), documents.c.kind == Kind.RECEIPT)
    )
    return [row[0] for row in rows]


def void_items(conn: Connection, item_ids: Collection[int]) -> set[int]:
    """Those of these items whose document is annulled."""
    chosen = documents.c.item_id.in_(sorted(item_ids))
    return set(conn.execute(select(documents.c.item_id).where(chosen, documents.c.state == "void")).scalars())


def clear_items(unit: Unit, document_ids: Sequence[int]) -> None:
    """Part documents from their items, before they are posted anew."""
    unit.conn.execute(update(documents).where(documents.c.id.in_(document_ids)).values(item_id=None))
    unit.touch(document_ids)


def as_staged(conn: Connection, document_ids: Sequence[int]) -> list[StagedRow]:
    """Documents of the ledger as posting wants them."""
    c = documents.c
    columns = (c.id, c.issuer_id, c.customer_id, c.kind, c.currency, c.total, c.prepaid, c.issue_date, c.term, c.method)
    rows: Any = conn.execute(select(*columns, c.facts).where(c.id.in_(document_ids)).order_by(c.issue_date, c.id))
    return [StagedRow(*(*row[:-1], load_facts(row.facts).payment_reference, False)) for row in rows]
