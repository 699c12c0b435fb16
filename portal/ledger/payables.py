"""What can be paid now, and with which credit: straight from the ledger, which is the truth about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from portal.domain.checkouts import Favour
from portal.domain.documents import Kind
from portal.ledger.books import load_book
from portal.ledger.checkouts import held_credits
from portal.ledger.tables import allocations, customers, document_references, documents, entries, issuers, items
from portal.ledger.withholdings import waiting_on


@dataclass(frozen=True, slots=True)
class Payable:
    """An active invoice or debit note, and what is outstanding on it (which may be nothing).

    What its payer has withheld and its issuer has not decided on is not asked for again: it is left out.
    """

    document_id: int
    item_id: int
    issuer_id: int
    issuer_name: str
    timezone: str
    customer_id: int
    customer_name: str
    kind: Kind
    number: str
    currency: str
    total: int
    payable_on: date
    outstanding: int


def payables(conn: Connection, document_ids: Sequence[int]) -> list[Payable]:
    """Those of these documents that are active debits, in the order given."""
    d, found = documents.c, dict[int, Payable]()
    debits = d.state == "active", d.kind.in_([Kind.INVOICE, Kind.DEBIT_NOTE]), d.item_id.is_not(None)
    due = func.coalesce(d.due_date, d.issue_date)
    rows = conn.execute(
        select(
            d.id, d.item_id, d.issuer_id, issuers.c.name, issuers.c.timezone, d.customer_id, customers.c.name, d.kind,
            d.number, d.currency, d.total, due,
        )
        .join(issuers, issuers.c.id == d.issuer_id)
        .join(customers, customers.c.id == d.customer_id)
        .where(d.id.in_(document_ids), *debits)
    ).all()  # fmt: skip
    book, withheld = load_book(conn, [row[1] for row in rows]), waiting_on(conn, [row[0] for row in rows])
    for row in rows:
        outstanding = max(0, book.items[row[1]].balance - withheld.get(row[0], 0))
        told: list[Any] = [*row[:7], Kind(row[7]), *row[8:], outstanding]
        found[row[0]] = Payable(*told)
    return [found[one] for one in dict.fromkeys(document_ids) if one in found]


def favours(conn: Connection, customer_id: int, currency: str, replaced: Collection[int] = ()) -> list[Favour]:
    """The customer's credits that can be used now, the oldest first.

    Left out is what waits for a document that has not come, and what checkouts have reserved, but for the `replaced`.
    """
    balances = credits_left(conn, customer_id, currency)
    held, waiting = held_credits(conn, list(balances), replaced), waiting_for(conn, list(balances))
    free = {item_id: balance - held.get(item_id, 0) - waiting.get(item_id, 0) for item_id, balance in balances.items()}
    return [Favour(item_id, left) for item_id, left in free.items() if left > 0]


def credits_left(conn: Connection, customer_id: int, currency: str) -> dict[int, int]:
    """What is left of each credit, the oldest first."""
    i = items.c
    posted = select(func.sum(entries.c.amount)).where(entries.c.item_id == i.id).scalar_subquery()
    spent = select(func.sum(allocations.c.amount)).where(allocations.c.credit_id == i.id).scalar_subquery()
    left = -func.coalesce(posted, 0) - func.coalesce(spent, 0)
    mine = i.customer_id == customer_id, i.currency == currency, i.side == "credit", left > 0
    rows = conn.execute(select(i.id, left).where(*mine).order_by(i.effective_on, i.id))
    return {row[0]: int(row[1]) for row in rows}


def waiting_for(conn: Connection, item_ids: Collection[int]) -> dict[int, int]:
    """By credit, what of it waits for documents: all of it where a reference states no sum."""
    d, r = documents.c, document_references.c
    rows = conn.execute(
        select(d.item_id, r.amount)
        .join(document_references, r.document_id == d.id)
        .where(d.item_id.in_(item_ids), d.state == "active", r.target_id.is_(None), r.released_at.is_(None))
        .where(r.role != "consumes")
    )
    found: dict[int, int] = {}
    for item_id, amount in rows:
        found[item_id] = found.get(item_id, 0) + (_ALL if amount is None else int(amount))
    return found


_ALL = 10**18
