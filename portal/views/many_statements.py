"""The statements of all of an issuer's customers: the same figures as one's own, by a query for many accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.access import Scope
from portal.domain.statement import Movement, Statement
from portal.errors import NotFound
from portal.views.aging import aging_row, bucket_sql
from portal.views.statements import BY_THEN, EVERYTHING, agree, instant, movement_of, standing_at
from portal.views.store import Views

TOGETHER = 200  # accounts of one query
_ANY = 1 << 62

_STANDING = """,
withdrawn AS (SELECT item_id, max((seq, id)) AS upto FROM known WHERE cause = 'withdrawn' GROUP BY item_id),
standing AS (
    SELECT known.* FROM known LEFT JOIN withdrawn USING (item_id)
    WHERE withdrawn.upto IS NULL OR (known.seq, known.id) > withdrawn.upto)"""

_OF_ISSUER = f"SELECT * FROM entries WHERE issuer_id = $issuer AND effective_on <= $end AND {BY_THEN}"
_OF_THESE = f"{_OF_ISSUER} AND customer_id IN (SELECT unnest($customers::BIGINT[]))"

_SOME = f"""
WITH wanted AS (SELECT unnest($customers::BIGINT[]) AS customer_id, unnest($currencies::VARCHAR[]) AS currency),
known AS (
    SELECT entries.* FROM entries SEMI JOIN wanted USING (customer_id, currency)
    WHERE issuer_id = $issuer AND effective_on <= $end AND {BY_THEN})"""

_ACCOUNTS = f"""{_STANDING},
names AS (
    SELECT customer_id, arg_max(customer_name, seq) AS customer_name, arg_max(customer_tax_id, seq) AS customer_tax_id,
        arg_max(issuer_name, seq) AS issuer_name, arg_max(issuer_tax_id, seq) AS issuer_tax_id
    FROM known GROUP BY customer_id)
SELECT customer_id, currency, issuer_name, issuer_tax_id, customer_name, customer_tax_id, opening, closing, debits,
    credits, count
FROM (
    SELECT customer_id, currency, coalesce(sum(amount) FILTER (effective_on < $start), 0) AS opening,
        sum(amount) AS closing, coalesce(sum(amount) FILTER (effective_on >= $start AND amount > 0), 0) AS debits,
        coalesce(-sum(amount) FILTER (effective_on >= $start AND amount < 0), 0) AS credits,
        count(*) FILTER (effective_on >= $start) AS count
    FROM standing GROUP BY customer_id, currency) JOIN names USING (customer_id)
WHERE CASE WHEN $owing THEN closing > 0 ELSE closing <> 0 OR count > 0 END
QUALIFY dense_rank() OVER (ORDER BY customer_name, customer_id) <= $most
ORDER BY customer_name, customer_id, currency"""

_MOVEMENTS = f"""{_SOME}{_STANDING}
SELECT customer_id, currency, effective_on, cause, kind, number, document_id, amount, balance FROM (
    SELECT *, sum(amount) OVER (
        PARTITION BY customer_id, currency ORDER BY effective_on, recorded_at, id) AS balance FROM standing)
WHERE effective_on >= $start ORDER BY customer_id, currency, effective_on, recorded_at, id"""

_AGING = f"""{_SOME},
linked AS (
    SELECT allocations.* FROM allocations SEMI JOIN wanted USING (customer_id, currency)
    WHERE issuer_id = $issuer AND effective_on <= $end AND {BY_THEN}),
dated AS (
    SELECT customer_id, currency, sum(amount) AS amount,
        $end::DATE - coalesce(min(payable_on), min(effective_on)) AS late
    FROM (
        SELECT customer_id, currency, item_id, amount, effective_on, payable_on FROM known
        UNION ALL SELECT customer_id, currency, debit_id, -amount, NULL, NULL FROM linked
        UNION ALL SELECT customer_id, currency, credit_id, amount, NULL, NULL FROM linked)
    GROUP BY customer_id, currency, item_id HAVING sum(amount) <> 0)
SELECT customer_id, currency, amount > 0, {bucket_sql("late")} AS bucket, sum(abs(amount)) FROM dated GROUP BY ALL"""


@dataclass(frozen=True, slots=True)
class Figures:
    """An account in a period: sums in minor units of `currency`."""

    customer_id: int
    currency: str
    issuer_name: str
    issuer_tax_id: str
    customer_name: str
    customer_tax_id: str
    opening: int
    closing: int
    debits: int
    credits: int
    count: int


@dataclass(frozen=True, slots=True)
class Accounts:
    """Those of an issuer by the customers' names, as they stood with the ledger's change `seq`."""

    figures: tuple[Figures, ...]
    seq: int


def accounts_of(
    views: Views, scope: Scope, issuer_id: int, start: date, end: date, known_at: datetime, owing: bool = False,
    customers: Sequence[int] | None = None, most: int = _ANY,
) -> Accounts:  # fmt: skip
    """All accounts with a movement in the period or a balance at its end; `owing`: only those that owe something then.

    `customers`: of these alone; `most`: of the first customers by name, so many.

    Raises NotFound unless `scope` holds all of the issuer.
    """
    if not (scope.everything or issuer_id in scope.issuers):
        raise NotFound()
    told = {"issuer": issuer_id, "start": start, "end": end, "known": instant(known_at), "seq": EVERYTHING}
    told, known = told | {"owing": owing, "most": most}, _OF_ISSUER
    if customers is not None:
        told, known = told | {"customers": customers}, _OF_THESE
    with views.cursor() as cursor:
        seq = standing_at(cursor)
        rows = cursor.execute(f"WITH known AS ({known}){_ACCOUNTS}", told).fetchall()
    return Accounts(tuple(Figures(*row[:6], *map(int, row[6:])) for row in rows), seq)


def statements_of(
    views: Views, issuer_id: int, accounts: Accounts, start: date, end: date, known_at: datetime
) -> Iterator[tuple[int, Statement]]:
    """(customer, statement) of each of `accounts`, in their order; nothing that came meanwhile is in them."""
    told = {"issuer": issuer_id, "end": end, "known": instant(known_at), "seq": accounts.seq}
    for begin in range(0, len(accounts.figures), TOGETHER):
        some = accounts.figures[begin : begin + TOGETHER]
        moves, aging = _rows(views, some, told, start)
        for one in some:
            row = aging_row(aging[one.customer_id, one.currency])
            agree(one.closing, row)
            yield one.customer_id, _statement(one, start, end, known_at, accounts.seq, moves, row)


def _rows(
    views: Views, some: Sequence[Figures], told: dict[str, Any], start: date
) -> tuple[dict[tuple[int, str], list[Movement]], dict[tuple[int, str], list[Any]]]:
    whose = {"customers": [one.customer_id for one in some], "currencies": [one.currency for one in some]}
    moves, aging = defaultdict[tuple[int, str], list[Movement]](list), defaultdict[tuple[int, str], list[Any]](list)
    with views.cursor() as cursor:
        for row in cursor.execute(_MOVEMENTS, {**told, **whose, "start": start}).fetchall():
            moves[row[0], row[1]].append(movement_of(row[2:]))
        for row in cursor.execute(_AGING, {**told, **whose}).fetchall():
            aging[row[0], row[1]].append(row[2:])
    return moves, aging


def _statement(
    one: Figures, start: date, end: date, known_at: datetime, seq: int,
    moves: dict[tuple[int, str], list[Movement]], aging: Any,
) -> Statement:  # fmt: skip
    return Statement(
        one.issuer_name,
        one.issuer_tax_id,
        one.customer_name,
        one.customer_tax_id,
        one.currency,
        start,
        end,
        known_at,
        one.opening,
        one.closing,
        one.debits,
        one.credits,
        one.count,
        tuple(moves[one.customer_id, one.currency]),
        aging,
        seq,
    )
