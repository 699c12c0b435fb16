"""An issuer's receivables (cartera) by SQL, as of today or of any past date.

What is left of every open item is put together once, in `held`; everything else is a sum of it. Today that is
the items as they stand; on a past date it is their entries and allocations up to it, as in a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from portal.domain.access import Scope
from portal.domain.aging import BUCKETS, Bucket, bucket, days_late
from portal.domain.receivables import BILLED_DAYS, Counted, Debtor, Position
from portal.domain.statement import AgingRow
from portal.errors import NotFound
from portal.views.aging import bucket_sql
from portal.views.store import Views

TOP = 10

_LATER = " UNION ALL ".join(
    f"(SELECT 1 FROM {table} WHERE issuer_id = $issuer AND effective_on > $on LIMIT 1)"
    for table in ("entries", "allocations")
)

_HELD_NOW = """
CREATE TEMP TABLE held AS
SELECT customer_id, currency, debit, payable_on, balance AS amount FROM items WHERE issuer_id = $issuer"""

# What is left of every item is positive on a debit, negative on a credit.
_HELD_THEN = """
CREATE TEMP TABLE held AS
WITH left_over AS (
    SELECT item_id, any_value(customer_id) AS customer_id, any_value(currency) AS currency, sum(amount) AS amount,
        min(since) AS since
    FROM (
        SELECT item_id, customer_id, currency, amount, effective_on AS since FROM entries
        WHERE issuer_id = $issuer AND effective_on <= $on
        UNION ALL SELECT debit_id, customer_id, currency, -amount, NULL FROM allocations
        WHERE issuer_id = $issuer AND effective_on <= $on
        UNION ALL SELECT credit_id, customer_id, currency, amount, NULL FROM allocations
        WHERE issuer_id = $issuer AND effective_on <= $on)
    GROUP BY item_id HAVING sum(amount) <> 0),
due AS (
    SELECT item_id, min(payable_on) AS payable_on FROM documents_by_issuer
    WHERE issuer_id = $issuer AND item_id IS NOT NULL GROUP BY item_id)
SELECT customer_id, currency, amount > 0 AS debit, coalesce(payable_on, since) AS payable_on,
    abs(amount)::BIGINT AS amount
FROM left_over LEFT JOIN due USING (item_id)"""

_BY_DAY = "SELECT currency, debit, payable_on, sum(amount), count(*) FROM held GROUP BY ALL"

_DEBTORS = f"""
WITH owing AS (
    SELECT currency, customer_id, sum(amount) AS owed, count(*) AS items, min(payable_on) AS oldest,
        row_number() OVER (PARTITION BY currency ORDER BY sum(amount) DESC, customer_id) AS place,
        count(*) OVER (PARTITION BY currency) AS debtors
    FROM held WHERE debit GROUP BY currency, customer_id)
SELECT currency, customer_id, owed, items, oldest, debtors, bucket, sum(amount) FROM (
    SELECT *, {bucket_sql("late")} AS bucket
    FROM (SELECT *, $on::DATE - payable_on AS late FROM held WHERE debit)
    JOIN owing USING (currency, customer_id) WHERE place <= $top)
GROUP BY ALL ORDER BY currency, owed DESC, customer_id"""

# What was posted this month to money items: what went back or was taken back counts against it. An advance that an
# invoice is already net of (prepaid) is no money that went away.
_COLLECTED = """
SELECT currency, -sum(amount) FROM entries
WHERE issuer_id = $issuer AND effective_on BETWEEN $month AND $on AND cause IN (
        'payment', 'receipt', 'advance', 'cash_sale', 'refund', 'chargeback', 'reinstated', 'undo', 'void', 'withdrawn')
    AND item_id IN (
        SELECT item_id FROM entries
        WHERE issuer_id = $issuer AND cause IN ('payment', 'receipt', 'advance', 'cash_sale'))
GROUP BY currency"""

_BILLED = """
SELECT currency, sum(amount) FROM entries
WHERE issuer_id = $issuer AND effective_on BETWEEN $since AND $on AND cause IN ('invoice', 'debit_note')
    AND item_id NOT IN (
        SELECT item_id FROM entries
        WHERE issuer_id = $issuer AND effective_on <= $on AND cause IN ('void', 'withdrawn'))
GROUP BY currency"""

_STANDING = """
SELECT currency, count(*) FILTER (reported > 0), coalesce(sum(reported) FILTER (reported > 0), 0),
    count(*) FILTER (unseen), coalesce(sum(balance) FILTER (unseen), 0), coalesce(sum(reserved), 0)
FROM (SELECT *, debit AND state = 'active' AND balance > 0 AND NOT opened AS unseen FROM documents_by_issuer
    WHERE issuer_id = $issuer)
GROUP BY currency"""


def receivables(views: Views, scope: Scope, issuer_id: int, on: date) -> tuple[Position, ...]:
    """Where the issuer stands at the end of day `on`, by currency. Raises NotFound unless `scope` holds all of it."""
    if not (scope.everything or issuer_id in scope.issuers):
        raise NotFound()
    issuer, day = {"issuer": issuer_id}, {"issuer": issuer_id, "on": on}
    with views.cursor() as cursor:
        then = cursor.execute(_LATER, day).fetchall()
        cursor.execute(_HELD_THEN if then else _HELD_NOW, day if then else issuer)
        by_day = cursor.execute(_BY_DAY).fetchall()
        debtors = cursor.execute(_DEBTORS, {"on": on, "top": TOP}).fetchall()
        collected = dict(cursor.execute(_COLLECTED, {**day, "month": on.replace(day=1)}).fetchall())
        billed = dict(cursor.execute(_BILLED, {**day, "since": on - timedelta(days=BILLED_DAYS - 1)}).fetchall())
        standing = {row[0]: row[1:] for row in cursor.execute(_STANDING, issuer).fetchall()}
    return tuple(
        _position(
            currency,
            on,
            [row[1:] for row in by_day if row[0] == currency],
            [row[1:] for row in debtors if row[0] == currency],
            collected=collected.get(currency, 0),
            billed=billed.get(currency, 0),
            standing=standing.get(currency, (0, 0, 0, 0, 0)),
        )
        for currency in sorted({row[0] for row in by_day} | collected.keys() | billed.keys() | standing.keys())
    )


def _position(
    currency: str,
    on: date,
    by_day: Sequence[tuple[Any, ...]],
    debtors: Iterable[tuple[Any, ...]],
    collected: int,
    billed: int,
    standing: tuple[int, ...],
) -> Position:
    buckets, due, credit, count, late = dict.fromkeys(BUCKETS, 0), dict[date, int](), 0, 0, 0
    for debit, day, amount, items in by_day:
        if not debit:
            credit += amount
            continue
        buckets[bucket(day, on)] += amount
        due[day] = due.get(day, 0) + amount
        count += items
        late += items if days_late(day, on) else 0
    largest, number = _debtors(debtors)
    reported, unopened = Counted(*standing[0:2]), Counted(*standing[2:4])
    aging = AgingRow(buckets, credit)
    return Position(
        currency, on, aging, count, late, due, largest, number, collected, billed, standing[4], reported, unopened
    )


def _debtors(rows: Iterable[tuple[Any, ...]]) -> tuple[tuple[Debtor, ...], int]:
    """From a row for each bucket, in order, to the debtors, and how many there are in all."""
    found: dict[int, Debtor] = {}
    number = 0
    for customer_id, owed, items, oldest, all_of_them, late, amount in rows:
        number = all_of_them
        made = Debtor(customer_id, owed, items, oldest, dict.fromkeys(BUCKETS, 0))
        found.setdefault(customer_id, made).buckets[Bucket(late)] += amount
    return tuple(found.values()), number
