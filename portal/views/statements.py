"""The statement of account by SQL: as of a date, known at an instant.

All of it reads `known`: the entries with `effective_on` up to the end and `recorded_at` up to K; of what was issued
also only those that were committed by then (`seq`), because a transaction that began before K may have ended after it.
What a withdrawal mirrored (an import mistake, as if it had never come) is left out with its mirror;
the two add up to nothing on every date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from portal.domain.access import Scope
from portal.domain.statement import AgingRow, Movement, Statement
from portal.errors import LedgerBroken, NotFound
from portal.text import Text
from portal.views.aging import aging_row, bucket_sql
from portal.views.store import Views

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EVERYTHING = 2**62

_WHOSE = "customer_id = $customer AND issuer_id = $issuer AND currency = $currency"

BY_THEN = "recorded_at <= $known AND seq <= $seq"

_KNOWN = f"""
WITH known AS (SELECT * FROM entries WHERE {_WHOSE} AND effective_on <= $end AND {BY_THEN}),
withdrawn AS (SELECT item_id, max((seq, id)) AS upto FROM known WHERE cause = 'withdrawn' GROUP BY item_id),
standing AS (
    SELECT known.* FROM known LEFT JOIN withdrawn USING (item_id)
    WHERE withdrawn.upto IS NULL OR (known.seq, known.id) > withdrawn.upto)"""

_SUMS = f"""{_KNOWN}
SELECT coalesce(sum(amount) FILTER (effective_on < $start), 0), coalesce(sum(amount), 0),
    coalesce(sum(amount) FILTER (effective_on >= $start AND amount > 0), 0),
    coalesce(-sum(amount) FILTER (effective_on >= $start AND amount < 0), 0),
    count(*) FILTER (effective_on >= $start),
FROM standing"""

_MOVEMENTS = f"""{_KNOWN}
SELECT effective_on, cause, kind, number, document_id, amount, balance FROM (
    SELECT *, $opening + sum(amount) OVER (ORDER BY effective_on, recorded_at, id) AS balance
    FROM standing WHERE effective_on >= $start)
ORDER BY effective_on, recorded_at, id LIMIT $limit OFFSET $offset"""

# What is left of every item: positive on a debit, negative on a credit.
_AGING = f"""{_KNOWN},
linked AS (SELECT * FROM allocations WHERE {_WHOSE} AND effective_on <= $end AND {BY_THEN}),
dated AS (
    SELECT sum(amount) AS amount, $end::DATE - coalesce(min(payable_on), min(effective_on)) AS late FROM (
        SELECT item_id, amount, effective_on, payable_on FROM known
        UNION ALL SELECT debit_id, -amount, NULL, NULL FROM linked
        UNION ALL SELECT credit_id, amount, NULL, NULL FROM linked)
    GROUP BY item_id HAVING sum(amount) <> 0)
SELECT amount > 0, {bucket_sql("late")} AS bucket, sum(abs(amount)) FROM dated GROUP BY ALL"""

# Anything later than what is asked for? If not, the items as they stand are the answer, and quicker.
_LATER = " UNION ALL ".join(
    f"(SELECT 1 FROM {table} WHERE {_WHOSE} AND (effective_on > $end OR recorded_at > $known OR seq > $seq) LIMIT 1)"
    for table in ("entries", "allocations")
)

_AGING_NOW = f"""
SELECT debit, {bucket_sql("late")} AS bucket, sum(balance)
FROM (SELECT *, $end::DATE - payable_on AS late FROM items WHERE {_WHOSE}) GROUP BY ALL"""

_PARTIES = """
SELECT issuer_name, issuer_tax_id, customer_name, customer_tax_id
FROM entries WHERE customer_id = ? AND issuer_id = ? ORDER BY seq DESC LIMIT 1"""


@dataclass(frozen=True, slots=True)
class _Sums:
    opening: int
    closing: int
    debits: int
    credits: int
    count: int


def statement(
    views: Views,
    scope: Scope,
    issuer_id: int,
    customer_id: int,
    currency: str,
    start: date,
    end: date,
    known_at: datetime | None = None,
    limit: int | None = None,
    offset: int = 0,
    upto: int | None = None,
) -> Statement:
    """One customer's account at one issuer in one currency, from `start` to `end`, as known at `known_at` (now).

    `upto`: of what the ledger's changes up to this one hold; an issued statement is told again by its own.

    `limit` and `offset` page the movements; balances, sums and aging are always those of the whole.
    Raises NotFound for what is not in `scope` or has no entries, LedgerBroken if the aging does not
    add up to the closing balance.
    """
    require(scope, issuer_id, customer_id)
    known_at = known_at or datetime.now(UTC)
    bound = {
        "customer": customer_id,
        "issuer": issuer_id,
        "currency": currency,
        "end": end,
        "known": instant(known_at),
        "seq": EVERYTHING if upto is None else upto,
    }
    with views.cursor() as cursor:
        seq = standing_at(cursor)
        parties = _parties(cursor, issuer_id, customer_id)
        sums = _Sums(*cursor.execute(_SUMS, {**bound, "start": start}).fetchall()[0])
        window = {"start": start, "opening": sums.opening, "limit": limit, "offset": offset}
        movements = cursor.execute(_MOVEMENTS, {**bound, **window}).fetchall()
        aging = _aging(cursor, bound)
    agree(sums.closing, aging)
    return Statement(
        *parties,
        currency,
        start,
        end,
        known_at,
        **asdict(sums),
        movements=tuple(map(movement_of, movements)),
        aging=aging,
        seq=seq,
    )


def instant(at: datetime) -> int:
    """As the views hold it: microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def standing_at(cursor: duckdb.DuckDBPyConnection) -> int:
    """The ledger's change that a cursor sees last."""
    return int(cursor.execute("SELECT seq FROM sync_state").fetchall()[0][0])


def statement_currencies(views: Views, scope: Scope, issuer_id: int, customer_id: int) -> tuple[str, ...]:
    """The currencies in which this customer has entries at this issuer; raises NotFound outside `scope`."""
    require(scope, issuer_id, customer_id)
    with views.cursor() as cursor:
        found = cursor.execute(
            "SELECT DISTINCT currency FROM entries WHERE customer_id = ? AND issuer_id = ? ORDER BY currency",
            [customer_id, issuer_id],
        ).fetchall()
    return tuple(currency for (currency,) in found)


def require(scope: Scope, issuer_id: int, customer_id: int) -> None:
    """Raises NotFound for an account that is not in the scope."""
    if not scope.covers(issuer_id, customer_id):
        raise NotFound()


def _parties(cursor: duckdb.DuckDBPyConnection, issuer_id: int, customer_id: int) -> tuple[str, str, str, str]:
    found = cursor.execute(_PARTIES, [customer_id, issuer_id]).fetchall()
    if not found:
        raise NotFound()
    issuer, issuer_tax_id, customer, customer_tax_id = found[0]
    return issuer, issuer_tax_id, customer, customer_tax_id


def _aging(cursor: duckdb.DuckDBPyConnection, bound: dict[str, Any]) -> AgingRow:
    later = cursor.execute(_LATER, bound).fetchall()
    if not later:
        bound = {name: value for name, value in bound.items() if name not in ("known", "seq")}
    return aging_row(cursor.execute(_AGING if later else _AGING_NOW, bound).fetchall())


def movement_of(values: Sequence[Any]) -> Movement:
    """A row of the movements: day, cause, kind, number, document, signed amount, balance."""
    on, cause, kind, number, document_id, amount, balance = values
    return Movement(on, cause, kind, number, document_id, max(amount, 0), max(-amount, 0), balance)


def agree(closing: int, aging: AgingRow) -> None:
    """Raises LedgerBroken unless the aging adds up to the closing balance."""
    if closing != aging.net:
        raise LedgerBroken(
            Text(
                "El estado de cuenta no cuadra: cierra en {closing} y sus edades suman {net}. Avisa al administrador.",
                closing=closing,
                net=aging.net,
            )
        )
