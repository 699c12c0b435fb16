"""Lists of documents: one page with its totals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, SortKey, narrowed, order
from portal.views.rows import COLUMNS, DocumentRow, document_row
from portal.views.scope import Reach, day_sql
from portal.views.store import Views

_MOST = 2**31
_LONG = 2_000


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """Sums of a whole filtered list in one currency, in minor units.

    `count` counts every row; the sums leave out what is void or in review. `debits` and `credits` are
    document totals. `claimed`: what payers keep back and issuers have not decided on, of what is
    outstanding; `claimed_late`: of what is overdue.
    """

    currency: str
    count: int
    debits: int
    credits: int
    outstanding: int
    overdue: int
    available: int
    claimed: int
    claimed_late: int


@dataclass(frozen=True, slots=True)
class Page:
    """`total` rows match; `rows` are those of this page; `totals` are of all that match, by currency."""

    rows: tuple[DocumentRow, ...]
    total: int
    totals: tuple[CurrencyTotal, ...]


def page(
    views: Views,
    scope: Scope,
    filter: DocumentFilter,
    sort: SortKey,
    descending: bool,
    limit: int,
    offset: int,
    today: Today,
) -> Page:
    """Rows `offset` to `offset + limit` of what `scope` may see and `filter` wants, as they stand `today`."""
    if scope.empty:
        return Page((), 0, ())
    reached = narrowed(scope, filter, today)
    with views.cursor() as cursor:
        if filter.search:
            reached = _found_once(cursor, reached, narrowed(scope, replace(filter, search=""), today))
        totals = _totals(cursor, reached, today)
        total = sum(of.count for of in totals)
        query, values = _window(reached, order(sort, descending), limit, offset, total)
        found = cursor.execute(query, values).fetchall() if total else []
    return Page(tuple(document_row(values, today) for values in found), total, totals)


def _select(reached: Reach, ordered: str) -> str:
    return f"SELECT {COLUMNS} FROM {reached.documents} WHERE {reached.where.sql} ORDER BY {ordered}"


def _found_once(cursor: duckdb.DuckDBPyConnection, reached: Reach, wider: Reach) -> Reach:
    """Looking through the search text is what costs: done once, for the totals and for the page.

    `wider` is the same without the search; its conditions stay, because they say which rows need not be read.
    """
    hits = f"SELECT rowid AS hit FROM {reached.documents} WHERE {reached.where.sql}"
    cursor.execute(f"CREATE TEMP TABLE hits AS {hits}", reached.where.values)
    return Reach(wider.where.both("rowid IN (FROM hits)"), wider.documents)


def _window(reached: Reach, ordered: str, limit: int, offset: int, total: int) -> tuple[str, tuple[Any, ...]]:
    """Of a long list the rows are chosen first and read in full afterwards."""
    bound = (*reached.where.values, max(0, min(limit, _MOST)), max(0, min(offset, _MOST)))
    if total <= _LONG:
        return f"{_select(reached, ordered)} LIMIT ? OFFSET ?", bound
    chosen = f"SELECT rowid FROM {reached.documents} WHERE {reached.where.sql} ORDER BY {ordered} LIMIT ? OFFSET ?"
    where = reached.where.both(f"rowid IN ({chosen})", *bound)
    return _select(Reach(where, reached.documents), ordered), where.values


def _totals(cursor: duckdb.DuckDBPyConnection, reached: Reach, today: Today) -> tuple[CurrencyTotal, ...]:
    day = day_sql(today)
    found = cursor.execute(
        f"SELECT currency, debit, state = 'active', debit AND payable_on < {day.sql}, count(*), "
        f"sum(total), sum(balance), sum(claimed) FROM {reached.documents} WHERE {reached.where.sql} GROUP BY ALL",
        (*day.values, *reached.where.values),
    ).fetchall()
    sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for currency, debit, active, late, count, total, balance, claimed in found:
        of = sums[currency]
        of["count"] += count
        if active:
            of["debits" if debit else "credits"] += total
            of["outstanding" if debit else "available"] += balance
            of["overdue"] += balance if late else 0
            of["claimed"] += claimed
            of["claimed_late"] += claimed if late else 0
    names = ("count", "debits", "credits", "outstanding", "overdue", "available", "claimed", "claimed_late")
    return tuple(CurrencyTotal(currency, *(sums[currency][name] for name in names)) for currency in sorted(sums))
