"""What some customers of an issuer owe, for a list of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.scope import among, day_sql, reach
from portal.views.store import Views


@dataclass(frozen=True, slots=True)
class CustomerSums:
    """One customer's account in one currency, in minor units. `owed` documents, of which it opened `opened`.

    `last_paid`: the last day with money from it that was not taken back whole.
    """

    currency: str
    outstanding: int
    overdue: int
    available: int
    owed: int
    opened: int
    last_paid: date | None


def customer_sums(
    views: Views, scope: Scope, customer_ids: Collection[int], today: Today
) -> dict[int, list[CustomerSums]]:
    """The accounts of these customers, as far as `scope` covers them, by currency; none for who has no entries."""
    where = reach(scope).where
    mine = among("customer_id", customer_ids)
    where, day = where.both(mine.sql, *mine.values), day_sql(today)
    with views.cursor() as cursor:
        rows = cursor.execute(
            f"""
            WITH standing AS (
                SELECT customer_id, currency,
                    coalesce(sum(balance) FILTER (debit), 0) AS outstanding,
                    coalesce(sum(balance) FILTER (debit AND payable_on < day), 0) AS overdue,
                    coalesce(sum(balance) FILTER (NOT debit), 0) AS available
                FROM (SELECT *, {day.sql} AS day FROM items WHERE {where.sql}) GROUP BY ALL),
            seen AS (
                SELECT customer_id, currency, count(*) AS owed, count(*) FILTER (opened) AS opened
                FROM documents WHERE {where.sql} AND debit AND balance > 0 GROUP BY ALL),
            posted AS (
                SELECT customer_id, currency, max(paid_on) FILTER (held <> 0) AS last_paid
                FROM (
                    SELECT customer_id, currency, item_id, sum(amount) AS held,
                        max(effective_on) FILTER (cause IN ('payment', 'receipt', 'cash_sale')) AS paid_on
                    FROM entries WHERE {where.sql} GROUP BY ALL)
                GROUP BY ALL)
            SELECT customer_id, currency, coalesce(outstanding, 0), coalesce(overdue, 0), coalesce(available, 0),
                coalesce(owed, 0), coalesce(opened, 0), last_paid
            FROM posted LEFT JOIN standing USING (customer_id, currency) LEFT JOIN seen USING (customer_id, currency)
            ORDER BY customer_id, currency""",
            (*day.values, *where.values, *where.values, *where.values),
        ).fetchall()
    found: dict[int, list[CustomerSums]] = {}
    for customer_id, *told in rows:
        found.setdefault(customer_id, []).append(CustomerSums(*told))
    return found
