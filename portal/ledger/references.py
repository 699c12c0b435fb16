"""References between documents: which open one can be resolved, and what it then means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, insert, or_, select, update

from portal.domain.documents import Kind, Role
from portal.ledger.tables import document_references, documents

source = documents.alias("source")
_r = document_references.c

by_cufe = and_(_r.cufe.is_not(None), documents.c.cufe == _r.cufe)
by_number = and_(
    _r.folded_number.is_not(None),
    documents.c.folded_number == _r.folded_number,
    or_(_r.kind.is_(None), documents.c.kind == _r.kind),
    or_(_r.cufe.is_(None), documents.c.cufe.is_(None), documents.c.cufe == _r.cufe),
)


def resolvable(named: ColumnElement[bool]) -> Select[tuple[int, int]]:
    """(reference id, target document id) of open references between active documents of one issuer.

    Notes, advances and receipts name debits; an invoice's prepaid amount names an advance.
    """
    fits = or_(
        and_(_r.role != Role.CONSUMES, documents.c.kind.in_([Kind.INVOICE, Kind.DEBIT_NOTE])),
        and_(_r.role == Role.CONSUMES, documents.c.kind == Kind.ADVANCE),
    )
    joined = document_references.join(documents, and_(documents.c.issuer_id == _r.issuer_id, named))
    return (
        select(_r.id, documents.c.id)
        .select_from(joined.join(source, source.c.id == _r.document_id))
        .where(
            _r.target_id.is_(None),
            _r.released_at.is_(None),
            documents.c.id != _r.document_id,
            documents.c.state == "active",
            source.c.state == "active",
            fits,
        )
    )


def pending_for(conn: Connection, document_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(reference, target) of every open reference from or to one of these documents."""
    found: dict[int, int] = {}
    for named in (by_number, by_cufe):
        for end in (_r.document_id, documents.c.id):
            rows: Any = conn.execute(resolvable(named).where(end.in_(document_ids)))
            found.update((row[0], row[1]) for row in rows)
    return sorted(found.items())


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference with its source document, as cash application needs it."""

    id: int
    document_id: int
    role: Role
    amount: int | None
    target_id: int | None


def of_documents(conn: Connection, document_ids: Sequence[int]) -> dict[int, list[Ref]]:
    """Every unreleased reference of these source documents, by document."""
    found: dict[int, list[Ref]] = {}
    for start in range(0, len(document_ids), 5_000):
        rows = conn.execute(
            select(_r.id, _r.document_id, _r.role, _r.amount, _r.target_id)
            .where(_r.document_id.in_(document_ids[start : start + 5_000]), _r.released_at.is_(None))
            .order_by(_r.id)
        )
        for row in rows:
            found.setdefault(row[1], []).append(Ref(row[0], row[1], Role(row[2]), row[3], row[4]))
    return found


def of_sources(conn: Connection, reference_ids: Sequence[int]) -> dict[int, int]:
    """The document that each of these references stands in."""
    found: dict[int, int] = {}
    for start in range(0, len(reference_ids), 5_000):
        rows = conn.execute(select(_r.id, _r.document_id).where(_r.id.in_(reference_ids[start : start + 5_000])))
        found.update((row[0], row[1]) for row in rows)
    return found


def resolve(conn: Connection, targets: Mapping[int, int]) -> None:
    """Record which document each reference means."""
    if targets:
        table = document_references
        conn.execute(
            update(table).where(table.c.id == bindparam("ref")).values(target_id=bindparam("target")),
            [{"ref": reference, "target": target} for reference, target in targets.items()],
        )


def reopen(conn: Connection, target_id: int) -> list[int]:
    """Open again the references to a document that is gone; returns their source documents."""
    rows = conn.execute(
        update(document_references).where(_r.target_id == target_id).values(target_id=None).returning(_r.document_id)
    )
    return [row[0] for row in rows]


def add(conn: Connection, rows: Sequence[Mapping[str, object]], document_id: int) -> None:
    """Record what a document names, learnt after it came."""
    issuer = select(documents.c.issuer_id).where(documents.c.id == document_id).scalar_subquery()
    conn.execute(insert(document_references).values(issuer_id=issuer), rows)


def forget_targets(conn: Connection, document_id: int) -> None:
    """A document that is gone means nobody any more: its references are open again."""
    conn.execute(update(document_references).where(_r.document_id == document_id).values(target_id=None))


def release(conn: Connection, document_id: int, now: datetime) -> list[int]:
    """Stop waiting for what a document names: what it reserved becomes spendable. Returns the references."""
    done = conn.execute(
        update(document_references)
        .where(_r.document_id == document_id, _r.target_id.is_(None), _r.released_at.is_(None))
        .values(released_at=now)
        .returning(_r.id)
    )
    return sorted(done.scalars())


def wait_again(conn: Connection, reference_ids: Sequence[int]) -> None:
    """Wait again for what was released."""
    mine = _r.id.in_(reference_ids), _r.target_id.is_(None)
    conn.execute(update(document_references).where(*mine).values(released_at=None))


@dataclass(frozen=True, slots=True)
class Standing:
    """A document as cash application sees it."""

    id: int
    kind: Kind
    issuer_id: int
    customer_id: int
    currency: str
    issue_date: date
    prepaid: int
    item_id: int | None


def standing(conn: Connection, document_ids: Sequence[int]) -> dict[int, Standing]:
    """Documents by id."""
    c = documents.c
    found: dict[int, Standing] = {}
    for start in range(0, len(document_ids), 5_000):
        rows = conn.execute(
            select(c.id, c.kind, c.issuer_id, c.customer_id, c.currency, c.issue_date, c.prepaid, c.item_id).where(
                c.id.in_(document_ids[start : start + 5_000])
            )
        )
        found.update((row[0], Standing(row[0], Kind(row[1]), *row[2:])) for row in rows)
    return found
