"""One document's money and neighbours, straight from the ledger: what is settled, by what, and who names whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, false, func, select

from portal.domain.book import Book, Cause, Item
from portal.domain.documents import Kind, Role
from portal.ledger.books import load_book
from portal.ledger.tables import allocations, document_references, documents, entries, items

_LOWERING = (Cause.ROUNDING, Cause.WRITE_OFF, Cause.ADJUSTMENT)


@dataclass(frozen=True, slots=True)
class Applied:
    """Money that stands between this document and another item: `document_id` None for money without a paper."""

    item_id: int
    cause: str
    method: str | None
    document_id: int | None
    kind: str | None
    number: str | None
    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A document named by this one, or naming it; `document_id` None while it has not come.

    `waiting`: it is still expected, and a credit is kept for it; one that was released is not waited for.
    """

    role: Role
    kind: str | None
    number: str
    document_id: int | None
    amount: int | None
    waiting: bool


def item_of(conn: Connection, item_id: int) -> Item:
    """An open item with its sums."""
    book: Book = load_book(conn, [item_id])
    return book.items[item_id]


def applied_to(conn: Connection, item_id: int) -> list[Applied]:
    """What is applied between an item and others, net of what was undone, oldest first."""
    a, d, i = allocations.c, documents.c, items.c
    found: list[Applied] = []
    for mine, other in ((a.debit_id, a.credit_id), (a.credit_id, a.debit_id)):
        paper = select(func.min(d.id)).where(d.item_id == other, d.state != "withdrawn").scalar_subquery()
        rows = conn.execute(
            select(other, i.cause, i.method, paper, func.max(a.effective_on), func.sum(a.amount))
            .join(items, i.id == other)
            .where(mine == item_id)
            .group_by(other, i.cause, i.method)
            .having(func.sum(a.amount) != 0)
        ).all()
        named = _named(conn, [row[3] for row in rows if row[3] is not None])
        for item, cause, method, document_id, on, amount in rows:
            kind, number = named.get(document_id, (None, None))
            found.append(Applied(item, cause, method, document_id, kind, number, on, int(amount)))
    return sorted(found, key=lambda one: (one.on, one.document_id or 0))


def lowered_by(conn: Connection, item_id: int) -> list[Applied]:
    """What made less owed of a debit without money: rounding, castigos, adjustments; without what was taken back."""
    e = entries.c
    rows = conn.execute(
        select(e.cause, func.max(e.effective_on), -func.sum(e.amount))
        .where(e.item_id == item_id, e.cause.in_(_LOWERING))
        .group_by(e.cause)
        .having(func.sum(e.amount) < 0)
    )
    found = [Applied(item_id, cause, None, None, None, None, on, int(amount)) for cause, on, amount in rows]
    return sorted(found, key=lambda one: (one.on, one.cause))


def _named(conn: Connection, document_ids: list[int]) -> dict[int, tuple[str, str]]:
    rows = conn.execute(
        select(documents.c.id, documents.c.kind, documents.c.number).where(documents.c.id.in_(document_ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def neighbours(conn: Connection, document_id: int) -> tuple[list[Neighbour], list[Neighbour]]:
    """(documents that this one names, documents that name it); withdrawn ones are left out."""
    r, d = document_references.c, documents.c
    name, waiting = func.coalesce(d.number, r.folded_number, r.cufe), and_(d.id.is_(None), r.released_at.is_(None))
    out = conn.execute(
        select(r.role, func.coalesce(d.kind, r.kind), name, d.id, r.amount, waiting)
        .outerjoin(documents, and_(d.id == r.target_id, d.state != "withdrawn"))
        .where(r.document_id == document_id)
        .order_by(r.id)
    )
    back = conn.execute(
        select(r.role, d.kind, d.number, d.id, r.amount, false())
        .join(documents, d.id == r.document_id)
        .where(r.target_id == document_id, d.state != "withdrawn")
        .order_by(d.issue_date, d.id)
    )
    return [_neighbour(*row) for row in out], [_neighbour(*row) for row in back]


def _neighbour(
    role: str, kind: str | None, number: str | None, document_id: int | None, amount: int | None, waiting: bool
) -> Neighbour:
    return Neighbour(Role(role), kind and Kind(kind), number or "", document_id, amount, bool(waiting))
