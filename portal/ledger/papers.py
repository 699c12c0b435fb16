"""Money already posted without a paper: what an arriving receipt is compared with."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, exists, func, select

from portal.domain.application import Posted
from portal.domain.book import Cause
from portal.ledger.tables import allocations, document_references, documents, entries, items

_MONEY = (Cause.PAYMENT, Cause.CASH_SALE)


class Account(NamedTuple):
    customer_id: int
    currency: str


def without_paper(conn: Connection, customer_ids: Collection[int]) -> dict[Account, list[Posted]]:
    """Payments and cash sales of these customers that no document belongs to yet, oldest first."""
    i = items.c
    found: dict[Account, list[Posted]] = {}
    ordered = sorted(customer_ids)
    for start in range(0, len(ordered), 5_000):
        rows = conn.execute(
            select(i.id, i.customer_id, i.currency, i.effective_on, i.reference, -func.sum(entries.c.amount))
            .join(entries, entries.c.item_id == i.id)
            .outerjoin(documents, documents.c.item_id == i.id)
            .where(i.customer_id.in_(ordered[start : start + 5_000]), i.cause.in_(_MONEY), documents.c.id.is_(None))
            .group_by(i.id, i.customer_id, i.currency, i.effective_on, i.reference)
            .order_by(i.effective_on, i.id)
        ).all()
        pays = _pays(conn, [row[0] for row in rows])
        for item_id, customer_id, currency, on, reference, amount in rows:
            posted = Posted(item_id, int(amount), on, reference, pays.get(item_id, frozenset()))
            found.setdefault(Account(customer_id, currency), []).append(posted)
    return found


def loose_receipts(conn: Connection, customer_ids: Collection[int]) -> dict[Account, list[Posted]]:
    """Receipts of these customers that name no document and are not applied to any, oldest first."""
    i, d = items.c, documents.c
    found: dict[Account, list[Posted]] = {}
    named = exists().where(document_references.c.document_id == d.id)
    applied = exists().where(allocations.c.credit_id == i.id)
    ordered = sorted(customer_ids)
    for start in range(0, len(ordered), 5_000):
        rows = conn.execute(
            select(i.id, i.customer_id, i.currency, i.effective_on, d.total)
            .join(documents, d.item_id == i.id)
            .where(i.customer_id.in_(ordered[start : start + 5_000]), i.cause == Cause.RECEIPT, d.state == "active")
            .where(~named, ~applied)
            .order_by(i.effective_on, i.id)
        )
        for item_id, customer_id, currency, on, total in rows:
            posted = Posted(item_id, total, on, None, frozenset())
            found.setdefault(Account(customer_id, currency), []).append(posted)
    return found


def _pays(conn: Connection, item_ids: list[int]) -> dict[int, frozenset[int]]:
    if not item_ids:
        return {}
    rows = conn.execute(
        select(allocations.c.credit_id, documents.c.id)
        .join(documents, documents.c.item_id == allocations.c.debit_id)
        .where(allocations.c.credit_id.in_(item_ids), allocations.c.amount > 0)
    )
    found: dict[int, set[int]] = {}
    for credit_id, document_id in rows:
        found.setdefault(credit_id, set()).add(document_id)
    return {credit_id: frozenset(ids) for credit_id, ids in found.items()}
