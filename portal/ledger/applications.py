"""What is set against what in a customer's account, and which credits it has: for who posts by hand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from portal.ledger.checkouts import held_credits
from portal.ledger.payables import credits_left, waiting_for
from portal.ledger.tables import allocations, documents, items


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit with something left of it. `held`: reserved by checkouts; `waiting`: for documents that have not come.

    `document_id` None: money without a paper.
    """

    item_id: int
    cause: str
    method: str | None
    on: date
    document_id: int | None
    kind: str | None
    number: str | None
    left: int
    held: int
    waiting: int

    @property
    def free(self) -> int:
        """What can be set against a document now."""
        return max(0, self.left - self.held - self.waiting)


@dataclass(frozen=True, slots=True)
class Application:
    """What stands of a credit against a document. `number` is the document's; `paper` that of the credit."""

    credit_id: int
    debit_id: int
    document_id: int
    number: str
    cause: str
    method: str | None
    kind: str | None
    paper: str | None
    on: date
    amount: int


def credits_with(conn: Connection, customer_id: int, currency: str) -> list[Credit]:
    """The customer's credits in a currency, the oldest first."""
    left = credits_left(conn, customer_id, currency)
    held, waiting = held_credits(conn, list(left)), waiting_for(conn, list(left))
    papers, i = _papers(conn, list(left)), items.c
    rows = conn.execute(select(i.id, i.cause, i.method, i.effective_on).where(i.id.in_(left)))
    told = {row[0]: row[1:] for row in rows}
    found = []
    for one, sum_ in left.items():
        document_id, kind, number = papers.get(one, _NO_PAPER)
        reserved = held.get(one, 0), min(sum_, waiting.get(one, 0))
        found.append(Credit(one, *told[one], document_id, kind, number, sum_, *reserved))
    return found


def applications_of(
    conn: Connection, customer_id: int, currency: str, limit: int, offset: int = 0, document_id: int | None = None
) -> list[Application]:
    """What stands of the customer's credits against its documents, or one of them; what was applied last first."""
    a, d, i = allocations.c, documents.c, items.c
    credits = select(i.id).where(i.customer_id == customer_id, i.currency == currency, i.side == "credit")
    wanted = (
        select(a.credit_id, a.debit_id, d.id, d.number, i.cause, i.method, func.max(a.effective_on), func.sum(a.amount))
        .join(items, i.id == a.credit_id)
        .join(documents, d.item_id == a.debit_id)
        .where(a.credit_id.in_(credits), d.state == "active")
        .group_by(a.credit_id, a.debit_id, d.id, d.number, i.cause, i.method)
        .having(func.sum(a.amount) != 0)
        .order_by(func.max(a.id).desc())
    )
    if document_id is not None:
        wanted = wanted.where(d.id == document_id)
    rows = conn.execute(wanted.limit(limit).offset(offset)).all()
    papers = _papers(conn, [row[0] for row in rows])
    found = []
    for credit_id, debit_id, of, number, cause, method, on, amount in rows:
        _, kind, paper = papers.get(credit_id, _NO_PAPER)
        found.append(Application(credit_id, debit_id, of, number, cause, method, kind, paper, on, int(amount)))
    return found


_NO_PAPER: tuple[int | None, str | None, str | None] = (None, None, None)


def _papers(conn: Connection, item_ids: Collection[int]) -> dict[int, tuple[int | None, str | None, str | None]]:
    """By item, the document that it is of: id, kind and number."""
    d = documents.c
    mine = d.item_id.in_(item_ids), d.state != "withdrawn"
    rows = conn.execute(select(d.item_id, d.id, d.kind, d.number).where(*mine).order_by(d.id.desc()))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}
