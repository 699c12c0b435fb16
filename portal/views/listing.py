"""A whole filtered list as Arrow record batches, of one snapshot: what every export is written from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, SortKey, narrowed, order, order_column
from portal.views.scope import Reach, Where, day_sql
from portal.views.store import Views

BATCH = 10_000
SORTED_AT_ONCE = 1_000_000
SAMPLE = 10_000
_Place = tuple[Any, int]  # a value of the sort key, and an id
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Every column that may be asked for. Money is minor units of `currency`.
_EXPRESSIONS = {
    "id": "id",
    "kind": "kind::VARCHAR",
    "number": "number",
    "issuer_name": "issuer_name",
    "issuer_tax_id": "issuer_tax_id",
    "customer_name": "customer_name",
    "customer_tax_id": "customer_tax_id",
    "issue_date": "issue_date",
    "due_date": "due_date",
    "currency": "currency",
    "total": "total",
    "paid": "CASE WHEN state = 'active' THEN total - balance ELSE 0 END",
    "withheld": "withheld",
    "outstanding": "CASE WHEN debit THEN balance ELSE 0 END",
    "available": "CASE WHEN debit THEN 0 ELSE balance END",
    "method": "coalesce(nullif(paid_methods, ''), method)",
    "settlement": "settlement::VARCHAR",
    "overdue": "debit AND balance > 0 AND payable_on < {day}",
    "disputed": "disputed",
    "cufe": "cufe",
    "issuer_id": "issuer_id",
    "customer_id": "customer_id",
}

# The documents as they stood at an instant K: those recorded by then, without what was posted to their items later.
_FROZEN = """(
SELECT * REPLACE (
    CASE WHEN state = 'active' THEN balance - CASE WHEN debit THEN since ELSE -since END ELSE balance END AS balance,
    CASE WHEN state <> 'active' OR since = 0 THEN settlement
        WHEN balance - CASE WHEN debit THEN since ELSE -since END = 0 THEN 'settled'
        WHEN balance - CASE WHEN debit THEN since ELSE -since END = total THEN 'open'
        ELSE 'part' END::settlement AS settlement)
FROM (
    SELECT {documents}.*, coalesce(later.amount, 0) AS since FROM {documents} LEFT JOIN (
        SELECT item_id, sum(amount)::BIGINT AS amount FROM (
            SELECT item_id, amount FROM entries WHERE recorded_at > {known}
            UNION ALL SELECT debit_id, -amount FROM allocations WHERE recorded_at > {known}
            UNION ALL SELECT credit_id, amount FROM allocations WHERE recorded_at > {known})
        GROUP BY item_id) AS later USING (item_id)
    WHERE recorded_at <= {known}))"""


@dataclass(frozen=True, slots=True)
class Listing:
    """How many rows there are, and the rows, which can be gone through once while the listing is open."""

    total: int
    batches: Iterator[pa.RecordBatch]


@contextmanager
def listing(
    views: Views,
    scope: Scope,
    filter: DocumentFilter,
    sort: SortKey,
    descending: bool,
    today: Today,
    names: Sequence[str],
    known_at: datetime | None = None,
) -> Iterator[Listing]:
    """What `scope` may see and `filter` wants, in order: the columns `names`, at most BATCH rows at a time.

    With `known_at`, the documents recorded until then with the balances of that instant. Everything is read from one
    snapshot, which lasts as long as the block. Raises KeyError for a column that there is not.
    """
    if scope.empty:
        yield Listing(0, iter(()))
        return
    reached = as_known(narrowed(scope, filter, today), known_at)
    with views.cursor() as cursor:
        counted = f"SELECT count(*) FROM {reached.documents} WHERE {reached.where.sql}"
        ((total,),) = cursor.execute(counted, reached.where.values).fetchall()
        pieces = _pieces(cursor, reached, sort, descending, total)
        queries = (_query(piece, names, today, order(sort, descending)) for piece in pieces)
        yield Listing(total, _read(cursor, queries))


def _read(cursor: duckdb.DuckDBPyConnection, queries: Iterable[tuple[str, Any]]) -> Iterator[pa.RecordBatch]:
    for query, values in queries:
        yield from cursor.execute(query, values).to_arrow_reader(BATCH)


def _pieces(
    cursor: duckdb.DuckDBPyConnection, reached: Reach, sort: SortKey, descending: bool, total: int
) -> list[Reach]:
    """The list cut into pieces that fit into the memory of a sort, in the order asked for: where, a sample says.

    A row belongs to one piece by its key and id, so a poor sample makes pieces uneven and loses nothing.
    """
    count = -(-total // SORTED_AT_ONCE)
    if count <= 1:
        return [reached]
    key = order_column(sort)
    wanted = f"SELECT {key}, id FROM {reached.documents} WHERE {reached.where.sql}"
    asked = (
        f"FROM ({wanted}) USING SAMPLE reservoir({SAMPLE} ROWS)"  # of what is wanted: within it, it would come first
    )
    sample = sorted(cursor.execute(asked, reached.where.values).fetchall())
    cuts = [sample[len(sample) * number // count] for number in range(1, count)]
    pieces = [
        Reach(_between(reached.where, key, *ends), reached.documents)
        for ends in zip([None, *cuts], [*cuts, None], strict=True)
    ]
    return pieces[::-1] if descending else pieces


def _between(where: Where, key: str, after: _Place | None, until: _Place | None) -> Where:
    """The rows whose key and id come after one place and up to another."""
    if after is not None:
        where = where.both(f"{key} >= ? AND ({key} > ? OR id > ?)", after[0], *after)
    if until is not None:
        where = where.both(f"{key} <= ? AND ({key} < ? OR id <= ?)", until[0], *until)
    return where


def as_known(reached: Reach, known_at: datetime | None) -> Reach:
    """The same documents as they stood at an instant; None: now."""
    if known_at is None:
        return reached
    known = (known_at - _EPOCH) // timedelta(microseconds=1)
    return Reach(reached.where, _FROZEN.format(documents=reached.documents, known=known))


def _query(reached: Reach, names: Sequence[str], today: Today, ordered: str) -> tuple[str, tuple[Any, ...]]:
    day = day_sql(today)
    chosen = ", ".join(f"{_EXPRESSIONS[name].format(day=day.sql)} AS {name}" for name in names)
    bound = day.values * names.count("overdue")
    query = f"SELECT {chosen} FROM {reached.documents} WHERE {reached.where.sql} ORDER BY {ordered}"
    return query, (*bound, *reached.where.values)
