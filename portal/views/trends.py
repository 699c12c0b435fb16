"""Somebody's books over time by SQL: what stood at the end of each step of a period, and what came in during it.

One pass over the rows each, however many steps there are: every change counts from the step that holds its day, and
what stands is the sum of what came before. What a withdrawal mirrored adds up to nothing on every date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.domain.access import Scope
from portal.domain.aging import BUCKETS, Bucket
from portal.domain.statement import AgingRow
from portal.domain.trends import Aged, Books, Received, Slot
from portal.errors import NotFound
from portal.views.aging import bucket_sql
from portal.views.receivables import MONEY
from portal.views.store import Views

_STEPS = "steps AS (SELECT unnest($lasts::DATE[]) AS day, generate_subscripts($lasts::DATE[], 1) AS step)"

_CURRENCIES = "SELECT currency FROM entries WHERE {whose} GROUP BY currency ORDER BY count(*) DESC, currency"

# What a debit falls due on is said by the entry of its document, as in a statement of account.
_AGED = f"""
WITH {_STEPS},
changed AS NOT MATERIALIZED (
    SELECT item_id, effective_on, payable_on, amount, debit FROM entries WHERE {{whose}} AND effective_on <= $end),
linked AS NOT MATERIALIZED (
    SELECT debit_id AS item_id, effective_on, amount FROM allocations WHERE {{whose}} AND effective_on <= $end),
due AS (
    SELECT item_id, coalesce(min(payable_on), min(effective_on)) AS payable_on FROM changed WHERE debit
    GROUP BY item_id),
daily AS (
    SELECT payable_on, effective_on, sum(amount) AS amount FROM (
        SELECT item_id, effective_on, amount FROM changed WHERE debit
        UNION ALL SELECT item_id, effective_on, -amount FROM linked) JOIN due USING (item_id) GROUP BY ALL),
in_favour AS (
    SELECT NULL::DATE AS payable_on, effective_on, sum(amount) AS amount FROM (
        SELECT effective_on, -amount AS amount FROM changed WHERE NOT debit
        UNION ALL SELECT effective_on, -amount FROM linked) GROUP BY ALL),
stepped AS (
    SELECT payable_on, step, sum(amount) AS amount
    FROM (FROM daily UNION ALL FROM in_favour) AS moved ASOF JOIN steps ON moved.effective_on <= steps.day GROUP BY ALL)
SELECT steps.step, CASE WHEN payable_on IS NOT NULL THEN {bucket_sql("steps.day - payable_on")} END,
    sum(amount)::BIGINT
FROM stepped JOIN steps ON stepped.step <= steps.step GROUP BY ALL"""

# What was posted to money items: what went back or was taken back counts against it, as in the receivables.
_RECEIVED = f"""
WITH {_STEPS},
back AS MATERIALIZED (
    SELECT item_id, effective_on, method, amount FROM entries
    WHERE {{whose}} AND effective_on BETWEEN $start AND $end
        AND cause IN ('refund', 'chargeback', 'reinstated', 'undo', 'void', 'withdrawn')),
moved AS (
    SELECT effective_on, method, amount FROM entries
    WHERE {{whose}} AND effective_on BETWEEN $start AND $end AND cause IN {MONEY}
    UNION ALL SELECT effective_on, method, amount FROM back WHERE item_id IN (
        SELECT item_id FROM entries WHERE {{whose}} AND cause IN {MONEY} AND item_id IN (SELECT item_id FROM back)))
SELECT step, coalesce(method, ''), -sum(amount)::BIGINT
FROM moved ASOF JOIN steps ON moved.effective_on <= steps.day GROUP BY ALL HAVING sum(amount) <> 0"""


def currencies(views: Views, scope: Scope, issuer_id: int, customer_id: int | None) -> tuple[str, ...]:
    """Those of the books, the one with most entries first. Raises NotFound outside `scope`."""
    books = Books(issuer_id, customer_id, "")
    with views.cursor() as cursor:
        found = cursor.execute(
            _CURRENCIES.format(whose=whose(books, any_currency=True)), bound(scope, books)
        ).fetchall()
    return tuple(currency for (currency,) in found)


def aged(views: Views, scope: Scope, books: Books, steps: Sequence[Slot]) -> tuple[Aged, ...]:
    """What stood at the end of each step, by how late it was then. Raises NotFound outside `scope`."""
    values = {**bound(scope, books), "lasts": [slot.last for slot in steps], "end": steps[-1].last}
    with views.cursor() as cursor:
        rows = cursor.execute(_AGED.format(whose=whose(books)), values).fetchall()
    stood = [AgingRow(dict.fromkeys(BUCKETS, 0), 0) for _ in steps]
    credit = [0] * len(steps)
    for step, bucket, amount in rows:
        if bucket is None:
            credit[step - 1] = amount
        else:
            stood[step - 1].buckets[Bucket(bucket)] = amount
    return tuple(Aged(slot, AgingRow(row.buckets, left)) for slot, row, left in zip(steps, stood, credit, strict=True))


def received(views: Views, scope: Scope, books: Books, steps: Sequence[Slot]) -> tuple[Received, ...]:
    """The money of each step by method, less what went back. Raises NotFound outside `scope`."""
    lasts = {"lasts": [slot.last for slot in steps], "start": steps[0].first, "end": steps[-1].last}
    with views.cursor() as cursor:
        rows = cursor.execute(_RECEIVED.format(whose=whose(books)), {**bound(scope, books), **lasts}).fetchall()
    found: list[dict[str, int]] = [{} for _ in steps]
    for step, method, amount in rows:
        found[step - 1][method] = amount
    return tuple(Received(slot, methods) for slot, methods in zip(steps, found, strict=True))


def whose(books: Books, any_currency: bool = False) -> str:
    """The condition of the books' rows."""
    one = " AND customer_id = $customer" if books.customer_id is not None else ""
    return f"issuer_id = $issuer{one}" + ("" if any_currency else " AND currency = $currency")


def bound(scope: Scope, books: Books) -> dict[str, Any]:
    """The values of that condition. Raises NotFound unless `scope` holds all of the books."""
    if not scope.covers(books.issuer_id, books.customer_id or 0):
        raise NotFound()
    held = {"issuer": books.issuer_id, "customer": books.customer_id, "currency": books.currency or None}
    return {name: value for name, value in held.items() if value is not None}
