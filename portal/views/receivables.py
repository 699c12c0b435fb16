"""An issuer's receivables (cartera) by SQL, as of today or of any past date.

What is left of every open item is put together once, in `held`; everything else is a sum of it. Today that is
the items as they stand; on a past date the entries and allocations up to it, or the items as they stand less
those of later days: whichever reads fewer rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from portal.domain.access import Scope
from portal.domain.aging import BUCKETS, bucket, days_late
from portal.domain.receivables import BILLED_DAYS, Counted, Debtor, Position
from portal.domain.statement import AgingRow
from portal.errors import NotFound
from portal.views.aging import bucket_sql
from portal.views.store import Views

TOP = 10

_SIDES = " UNION ALL ".join(
    f"SELECT count(*) FILTER (effective_on <= $on), count(*) FILTER (effective_on > $on) FROM {table} "
    "WHERE issuer_id = $issuer"
    for table in ("entries", "allocations")
)

# What is left of every item is positive on a debit, negative on a credit.
_HELD_NOW = """
held AS NOT MATERIALIZED (
    SELECT customer_id, currency, debit, payable_on, balance AS amount FROM items WHERE issuer_id = $issuer)"""

_MOVED = """
moved AS MATERIALIZED (
    SELECT item_id, sum(amount)::BIGINT AS amount FROM (
        SELECT item_id, amount FROM entries WHERE issuer_id = $issuer AND effective_on {side} $on
        UNION ALL SELECT debit_id, -amount FROM allocations WHERE issuer_id = $issuer AND effective_on {side} $on
        UNION ALL SELECT credit_id, amount FROM allocations WHERE issuer_id = $issuer AND effective_on {side} $on)
    GROUP BY item_id HAVING sum(amount) <> 0)"""

# Whose an item of `bare` is and when it falls due: its documents say, or else its entries.
_WHOSE = """
papers AS (
    SELECT item_id, any_value(customer_id) AS customer_id, any_value(currency) AS currency,
        min(payable_on) AS payable_on
    FROM documents_by_issuer WHERE issuer_id = $issuer AND item_id IN (SELECT item_id FROM bare) GROUP BY item_id),
posted AS (
    SELECT item_id, any_value(customer_id) AS customer_id, any_value(currency) AS currency,
        min(effective_on) AS payable_on
    FROM entries WHERE issuer_id = $issuer AND item_id IN (SELECT item_id FROM bare ANTI JOIN papers USING (item_id))
    GROUP BY item_id),
found AS (
    SELECT customer_id, currency, payable_on, amount
    FROM bare JOIN (FROM papers UNION ALL FROM posted) USING (item_id))"""

_SUMMED = "SELECT customer_id, currency, amount > 0 AS debit, payable_on, abs(amount) AS amount FROM"

# All that was posted until then.
_HELD_FROM_BEFORE = f"""
{_MOVED.format(side="<=")}, bare AS (FROM moved), {_WHOSE},
held AS MATERIALIZED ({_SUMMED} found)"""

# What stands now, less what was posted since; `bare`: what has been settled since.
_HELD_FROM_NOW = f"""
{_MOVED.format(side=">")},
now AS (
    SELECT id AS item_id, customer_id, currency, payable_on, CASE WHEN debit THEN balance ELSE -balance END AS amount
    FROM items WHERE issuer_id = $issuer),
bare AS MATERIALIZED (SELECT item_id, -amount AS amount FROM moved ANTI JOIN now USING (item_id)), {_WHOSE},
held AS MATERIALIZED (
    {_SUMMED} (
        SELECT customer_id, currency, payable_on, now.amount - coalesce(moved.amount, 0) AS amount
        FROM now LEFT JOIN moved USING (item_id)
        UNION ALL FROM found)
    WHERE amount <> 0)"""

# Two kinds of rows: the sums of each day on which something falls due, and those of the largest debtors by bucket, with
# the first day in it and how many debtors there are in all. Few rows, and no HUGEINT: Python reads both slowly.
_STANDS = f"""
WITH {{held}},
owing AS (SELECT currency, customer_id, sum(amount) AS owed FROM held WHERE debit GROUP BY currency, customer_id),
largest AS (
    SELECT currency, debtors, -best.minus AS customer_id FROM (
        SELECT currency, count(*) AS debtors, unnest(max({{{{'owed': owed, 'minus': -customer_id}}}}, {TOP})) AS best
        FROM owing GROUP BY currency))
SELECT currency, NULL AS customer_id, 0 AS debtors, debit, payable_on, sum(amount)::BIGINT, count(*)
FROM held GROUP BY currency, debit, payable_on
UNION ALL
SELECT currency, customer_id, any_value(debtors), true, min(payable_on), sum(amount)::BIGINT, count(*)
FROM held JOIN largest USING (currency, customer_id) WHERE debit
GROUP BY currency, customer_id, {bucket_sql("$on::DATE - payable_on")}"""

MONEY = "('payment', 'receipt', 'advance', 'cash_sale')"
# What was posted this month to money items: what went back or was taken back counts against it. An advance that an
# invoice is already net of (prepaid) is no money that went away.
_COLLECTED = f"""
WITH back AS MATERIALIZED (
    SELECT item_id, currency, amount FROM entries
    WHERE issuer_id = $issuer AND effective_on BETWEEN $month AND $on
        AND cause IN ('refund', 'chargeback', 'reinstated', 'undo', 'void', 'withdrawn'))
SELECT currency, -sum(amount) FROM (
    SELECT currency, amount FROM entries
    WHERE issuer_id = $issuer AND effective_on BETWEEN $month AND $on AND cause IN {MONEY}
    UNION ALL SELECT currency, amount FROM back WHERE item_id IN (
        SELECT item_id FROM entries
        WHERE issuer_id = $issuer AND cause IN {MONEY} AND item_id IN (SELECT item_id FROM back)))
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
        before, since = map(sum, zip(*cursor.execute(_SIDES, day).fetchall(), strict=True))
        held = _HELD_NOW if not since else _HELD_FROM_NOW if since < before else _HELD_FROM_BEFORE
        stands = cursor.execute(_STANDS.format(held=held), day).fetchall()
        collected = dict(cursor.execute(_COLLECTED, {**day, "month": on.replace(day=1)}).fetchall())
        billed = dict(cursor.execute(_BILLED, {**day, "since": on - timedelta(days=BILLED_DAYS - 1)}).fetchall())
        standing = {row[0]: row[1:] for row in cursor.execute(_STANDING, issuer).fetchall()}
    return tuple(
        _position(
            currency,
            on,
            [row[1:] for row in stands if row[0] == currency],
            collected=collected.get(currency, 0),
            billed=billed.get(currency, 0),
            standing=standing.get(currency, (0, 0, 0, 0, 0)),
        )
        for currency in sorted({row[0] for row in stands} | collected.keys() | billed.keys() | standing.keys())
    )


def _position(
    currency: str, on: date, stands: Sequence[tuple[Any, ...]], collected: int, billed: int, standing: tuple[int, ...]
) -> Position:
    buckets, due, credit, count, late = dict.fromkeys(BUCKETS, 0), dict[date, int](), 0, 0, 0
    for customer_id, _, debit, day, amount, items in stands:
        if customer_id is not None:
            continue
        if not debit:
            credit += amount
            continue
        buckets[bucket(day, on)] += amount
        due[day] = due.get(day, 0) + amount
        count += items
        late += items if days_late(day, on) else 0
    largest, number = _debtors([row for row in stands if row[0] is not None], on)
    reported, unopened = Counted(*standing[0:2]), Counted(*standing[2:4])
    aging = AgingRow(buckets, credit)
    return Position(
        currency, on, aging, count, late, due, largest, number, collected, billed, standing[4], reported, unopened
    )


def _debtors(rows: Iterable[tuple[Any, ...]], on: date) -> tuple[tuple[Debtor, ...], int]:
    """From a row for each bucket to the debtors, the largest first, and how many there are in all."""
    found: dict[int, Debtor] = {}
    number = 0
    for customer_id, debtors, _, oldest, amount, items in rows:
        number = debtors
        one = found.get(customer_id) or Debtor(customer_id, 0, 0, oldest, dict.fromkeys(BUCKETS, 0))
        one.buckets[bucket(oldest, on)] += amount
        found[customer_id] = replace(
            one, owed=one.owed + amount, items=one.items + items, oldest=min(one.oldest, oldest)
        )
    return tuple(sorted(found.values(), key=lambda one: (-one.owed, one.customer_id))), number
