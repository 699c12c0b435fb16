"""Documents on their way in: staged in temporary tables (no lock on the ledger), then matched and copied set-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
    update,
)

from portal.ledger.bulk import insert_rows
from portal.ledger.join_tables import customer_joins
from portal.ledger.references import by_cufe, by_number, resolvable
from portal.ledger.tables import customers, document_references, documents, issuers

_metadata = MetaData()

staged = Table(
    "staged_documents",
    _metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("file_no", Integer, nullable=False),
    Column("issuer_country", Text),
    Column("issuer_tax_id", Text),
    Column("customer_country", Text),
    Column("customer_id_type", Text),
    Column("customer_tax_id", Text),
    Column("customer_name", Text),
    Column("customer_email", Text),
    Column("anonymous", Boolean),
    Column("issuer_id", BigInteger),
    Column("customer_id", BigInteger),
    Column("kind", Text),
    Column("number", Text),
    Column("folded_number", Text),
    Column("cufe", Text),
    Column("type_code", Text),
    Column("issue_date", Date),
    Column("due_date", Date),
    Column("currency", Text),
    Column("total", BigInteger),
    Column("prepaid", BigInteger),
    Column("term", Text),
    Column("method", Text),
    Column("payment_reference", Text),
    Column("source", Text),
    Column("voided", Boolean),
    Column("test", Boolean),
    Column("validation", Text),
    Column("facts", Text),
    Column("search", Text),
    prefixes=["TEMPORARY"],
)

staged_references = Table(
    "staged_references",
    _metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", BigInteger, index=True),
    Column("role", Text),
    Column("kind", Text),
    Column("folded_number", Text),
    Column("cufe", Text),
    Column("amount", BigInteger),
    prefixes=["TEMPORARY"],
)

_COPIED = (
    "id", "issuer_id", "customer_id", "kind", "number", "folded_number", "cufe", "type_code", "issue_date", "due_date",
    "currency", "total", "prepaid", "term", "method", "source", "test", "validation", "facts", "search",
)  # fmt: skip


def prepare(conn: Connection) -> None:
    """Empty staging tables on this connection."""
    _metadata.create_all(conn)
    conn.execute(delete(staged))
    conn.execute(delete(staged_references))


def stage(conn: Connection, rows: Sequence[Mapping[str, Any]], references: Sequence[Mapping[str, Any]]) -> None:
    """Add rows to the staging tables."""
    insert_rows(conn, staged, rows)
    insert_rows(conn, staged_references, references)


def staged_issuers(conn: Connection) -> list[tuple[str, str]]:
    """(country, tax id) of the issuers that the ledger does not know yet."""
    known = exists().where(issuers.c.country == staged.c.issuer_country, issuers.c.tax_id == staged.c.issuer_tax_id)
    rows = conn.execute(select(staged.c.issuer_country, staged.c.issuer_tax_id).where(~known).distinct())
    return [(row[0], row[1]) for row in rows]


def resolve_issuers(conn: Connection) -> None:
    """Fill in issuer_id; the ledger must know every issuer."""
    known = select(issuers.c.id).where(
        issuers.c.country == staged.c.issuer_country, issuers.c.tax_id == staged.c.issuer_tax_id
    )
    conn.execute(update(staged).values(issuer_id=known.scalar_subquery()))


def resolve_customers(conn: Connection) -> None:
    """Fill in customer_id wherever the ledger knows the customer.

    A sheet rarely states the kind of id rightly: there the number alone decides.
    """
    same = and_(
        customers.c.issuer_id == staged.c.issuer_id,
        customers.c.country == staged.c.customer_country,
        customers.c.tax_id == staged.c.customer_tax_id,
    )
    present = func.coalesce(customer_joins.c.into_id, customers.c.id)
    spellings = select(present).select_from(
        customers.outerjoin(customer_joins, customer_joins.c.from_id == customers.c.id)
    )
    exact = spellings.where(same, customers.c.id_type == staged.c.customer_id_type)
    by_number = spellings.where(same).order_by(customers.c.id).limit(1)
    known = case(
        (staged.c.source == "xml", exact.scalar_subquery()),
        else_=func.coalesce(exact.scalar_subquery(), by_number.scalar_subquery()),
    )
    conn.execute(update(staged).where(staged.c.customer_id.is_(None)).values(customer_id=known))


def customers_of(conn: Connection) -> list[int]:
    """The customers of what is staged."""
    return list(conn.execute(select(staged.c.customer_id).distinct()).scalars())


def follow_joins(conn: Connection) -> list[int]:
    """Let what is staged follow the customers that were joined into others meanwhile; returns those others."""
    c = customer_joins.c
    into = select(c.into_id).where(c.from_id == staged.c.customer_id).scalar_subquery()
    gone = select(c.from_id)
    moved = update(staged).where(staged.c.customer_id.in_(gone)).values(customer_id=into)
    return sorted(set(conn.execute(moved.returning(staged.c.customer_id)).scalars()))


def unknown_customers(conn: Connection) -> list[Mapping[str, Any]]:
    """The customers that the ledger does not know yet, one row each; the last name and e-mail stated win."""
    keys = (staged.c.issuer_id, staged.c.customer_country, staged.c.customer_id_type, staged.c.customer_tax_id)
    rows = conn.execute(
        select(*keys, staged.c.customer_name, staged.c.customer_email, staged.c.anonymous)
        .where(staged.c.customer_id.is_(None), staged.c.issuer_id.is_not(None))
        .order_by(staged.c.issue_date, staged.c.id)
    )
    latest = {tuple(row[:4]): row for row in rows}
    return [dict(row._mapping) for row in latest.values()]


@dataclass(frozen=True, slots=True)
class Matched:
    """A staged document and one that the ledger has under the same number or CUFE."""

    staged_id: int
    document_id: int
    identical: bool
    withdrawn: bool


def matches(conn: Connection) -> list[Matched]:
    """Staged documents that the ledger already has; a withdrawn one counts only where no other holds the number."""
    number = and_(
        documents.c.issuer_id == staged.c.issuer_id,
        documents.c.kind == staged.c.kind,
        documents.c.folded_number == staged.c.folded_number,
    )
    cufe = and_(documents.c.issuer_id == staged.c.issuer_id, documents.c.cufe == staged.c.cufe)
    columns = (
        staged.c.id,
        documents.c.id.label("document_id"),
        case((documents.c.facts == staged.c.facts, literal(1)), else_=literal(0)).label("identical"),
        documents.c.state,
    )
    rows = conn.execute(
        union_all(
            select(*columns).select_from(staged.join(documents, number)),
            select(*columns).select_from(staged.join(documents, cufe)).where(staged.c.cufe.is_not(None)),
        )
    )
    best: dict[int, Matched] = {}
    for staged_id, document_id, identical, state in rows:
        match = Matched(staged_id, document_id, bool(identical), state == "withdrawn")
        known = best.get(staged_id)
        if known is None or (known.withdrawn and not match.withdrawn) or (match.withdrawn and match.identical):
            best[staged_id] = match
    return list(best.values())


def drop(conn: Connection, staged_ids: Sequence[int]) -> None:
    """Take documents out of staging: duplicates, and those of a file that is refused."""
    for start in range(0, len(staged_ids), 5_000):
        some = staged_ids[start : start + 5_000]
        conn.execute(delete(staged_references).where(staged_references.c.document_id.in_(some)))
        conn.execute(delete(staged).where(staged.c.id.in_(some)))


def copy_documents(conn: Connection, import_ids: Mapping[int, int], now: datetime) -> None:
    """Insert every staged document and its references into the ledger (items and change number come later)."""
    chosen = [staged.c[name] for name in _COPIED]
    import_id = case(import_ids, value=staged.c.file_no) if import_ids else literal(None)
    state = case((staged.c.voided, literal("void")), else_=literal("active"))
    conn.execute(
        insert(documents).from_select(
            [*_COPIED, "import_id", "state", "recorded_at", "seq"],
            select(*chosen, import_id, state, literal(now, documents.c.recorded_at.type), literal(0)),
        )
    )
    conn.execute(
        insert(document_references).from_select(
            ["id", "document_id", "issuer_id", "role", "kind", "folded_number", "cufe", "amount"],
            select(
                staged_references.c.id,
                staged_references.c.document_id,
                staged.c.issuer_id,
                *(staged_references.c[name] for name in ("role", "kind", "folded_number", "cufe", "amount")),
            ).select_from(staged_references.join(staged, staged.c.id == staged_references.c.document_id)),
        )
    )


@dataclass(frozen=True, slots=True)
class StagedRow:
    """What posting needs of a new document."""

    id: int
    issuer_id: int
    customer_id: int
    kind: str
    currency: str
    total: int
    prepaid: int
    issue_date: Any
    term: str | None
    method: str | None
    payment_reference: str | None
    voided: bool


def staged_rows(conn: Connection) -> list[StagedRow]:
    """Every staged document, in the order of its issue date."""
    names = list(StagedRow.__dataclass_fields__)
    rows = conn.execute(select(*(staged.c[name] for name in names)).order_by(staged.c.issue_date, staged.c.id))
    return [StagedRow(*row) for row in rows]


def pending_references(conn: Connection) -> list[tuple[int, int]]:
    """(reference, target document) of every open reference that the staged documents make resolvable.

    Either the reference is new and its target known, or the target is new and the reference was waiting.
    """
    fresh = select(staged.c.id)
    queries = [
        resolvable(by).where(side.in_(fresh))
        for by in (by_cufe, by_number)
        for side in (document_references.c.document_id, documents.c.id)
    ]
    rows: Any = conn.execute(union_all(*reversed(queries)))
    return sorted({row[0]: row[1] for row in rows}.items())
