"""Money already posted without a paper: what an arriving receipt is compared with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, exists, func, or_, select

from portal.domain.application import PAPER_DAYS, Posted
from portal.domain.book import Cause
from portal.ledger.act_tables import desk_acts
from portal.ledger.tables import allocations, document_references, documents, entries, items
from portal.ledger.transfer_tables import transfer_reports

_MONEY = (Cause.PAYMENT, Cause.CASH_SALE)


class Account(NamedTuple):
    customer_id: int
    currency: str


def without_paper(conn: Connection, customer_ids: Collection[int]) -> dict[Account, list[Posted]]:
    """Payments and cash sales of these customers that no document belongs to yet, oldest first."""
    i = items.c
    typed = or_(exists().where(transfer_reports.c.item_id == i.id), exists().where(desk_acts.c.item_id == i.id))
    found: dict[Account, list[Posted]] = {}
    ordered = sorted(customer_ids)
    for start in range(0, len(ordered), 5_000):
        rows = conn.execute(
            select(i.id, i.customer_id, i.currency, i.effective_on, i.reference, -func.sum(entries.c.amount), typed)
            .join(entries, entries.c.item_id == i.id)
            .outerjoin(documents, documents.c.item_id == i.id)
            .where(i.customer_id.in_(ordered[start : start + 5_000]), i.cause.in_(_MONEY), documents.c.id.is_(None))
            .group_by(i.id, i.customer_id, i.currency, i.effective_on, i.reference)
            .order_by(i.effective_on, i.id)
        ).all()
        pays = _pays(conn, [row[0] for row in rows])
        for item_id, customer_id, currency, on, reference, amount, by_hand in rows:
            posted = Posted(item_id, int(amount), on, reference, pays.get(item_id, frozenset()), bool(by_hand))
            found.setdefault(Account(customer_id, currency), []).append(posted)
    return found


@dataclass(frozen=True, slots=True)
class Twin:
    """Money of the same sum, there already: a receipt, or a payment. `document_id` None: no paper."""

    item_id: int
    document_id: int | None
    kind: str | None
    number: str | None
    method: str | None
    reference: str | None
    on: date
    typed: bool


def money_like(conn: Connection, account: Account, amount: int, on: date) -> list[Twin]:
    """Receipts and payments of `amount` that came in within PAPER_DAYS of a day, oldest first."""
    i, d, days = items.c, documents.c, timedelta(days=PAPER_DAYS)
    paper = and_(d.item_id == i.id, d.state.in_(["active", "question"]))
    reported = exists().where(transfer_reports.c.item_id == i.id, transfer_reports.c.posted)
    typed = or_(reported, exists().where(desk_acts.c.item_id == i.id))
    whole = select(func.sum(entries.c.amount)).where(entries.c.item_id == i.id).scalar_subquery()
    rows = conn.execute(
        select(i.id, d.id, d.kind, d.number, i.method, i.reference, i.effective_on, typed)
        .outerjoin(documents, paper)
        .where(i.customer_id == account.customer_id, i.currency == account.currency, whole == -amount)
        .where(i.cause.in_((*_MONEY, Cause.RECEIPT)), i.effective_on.between(on - days, on + days))
        .order_by(i.effective_on, i.id)
    )
    return [Twin(*row) for row in rows]


def has_paper(conn: Connection, item_id: int) -> bool:
    """Whether a document stands for this money."""
    mine = documents.c.item_id == item_id, documents.c.state != "withdrawn"
    return conn.execute(select(documents.c.id).where(*mine).limit(1)).first() is not None


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
