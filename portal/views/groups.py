"""Documents added up in groups of one currency: what an analyst looks at first, and drills into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import duckdb

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, narrowed
from portal.views.pages import CurrencyTotal
from portal.views.scope import Reach, day_sql
from portal.views.store import Views


class Grouping(StrEnum):
    """By what. A month is that of issue."""

    CUSTOMER = "customer"
    ISSUER = "issuer"
    MONTH = "month"
    SETTLEMENT = "settlement"
    CURRENCY = "currency"


class Measure(StrEnum):
    """What groups are compared by; as in `CurrencyTotal`."""

    COUNT = "count"
    DEBITS = "debits"
    CREDITS = "credits"
    OUTSTANDING = "outstanding"
    OVERDUE = "overdue"
    AVAILABLE = "available"


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: an id, the first day of a month, or a code. `sums`: as those of a whole list, of this group alone."""

    key: int | date | str
    sums: CurrencyTotal


@dataclass(frozen=True, slots=True)
class Groups:
    """`total` groups there are in the currency asked for; `rows` are those of this page. `totals`: of all documents.

    `largest`: the first groups by the measure, whatever the page; of months, the latest.
    """

    rows: tuple[Group, ...]
    total: int
    largest: tuple[Group, ...]
    totals: tuple[CurrencyTotal, ...]


LARGEST = 20
KEYS = {
    Grouping.CUSTOMER: "customer_id",
    Grouping.ISSUER: "issuer_id",
    Grouping.MONTH: "issue_date",
    Grouping.SETTLEMENT: "settlement::VARCHAR",
    Grouping.CURRENCY: "currency",
}
_MADE = {Grouping.MONTH: "date_trunc('month', key)::DATE"}  # of a thousand days: of a million documents it costs
_SUMS = ", ".join(CurrencyTotal.__dataclass_fields__)
_ADDED = ", ".join(f"sum({name})::BIGINT AS {name}" for name in list(CurrencyTotal.__dataclass_fields__)[1:])


def groups(
    views: Views,
    scope: Scope,
    filter: DocumentFilter,
    by: Grouping,
    currency: str | None,
    measure: Measure,
    limit: int,
    offset: int,
    today: Today,
) -> Groups:
    """What `scope` may see and `filter` wants, by groups, the largest of `measure` first (months: the latest).

    Amounts of two currencies are in no order, so the groups are those of `currency`; where none is named, of the one
    with most documents. By currency it is each of them.
    """
    if scope.empty:
        return Groups((), 0, (), ())
    with views.cursor() as cursor:
        add_up(cursor, narrowed(scope, filter, today), by, today)
        found = added_totals(cursor)
        shown = shown_currency(found, by, currency)
        total = len(found) if shown is None else count_added(cursor, shown)
        rows = _ordered(cursor, by, shown, measure, limit, offset)
        largest = rows[:LARGEST] if offset == 0 and limit >= LARGEST else None
        return Groups(rows, total, largest or _ordered(cursor, by, shown, measure, LARGEST, 0), found)


def add_up(cursor: duckdb.DuckDBPyConnection, reached: Reach, by: Grouping, today: Today) -> None:
    """The groups of every currency as the table `added`: key, currency, and the sums of `CurrencyTotal`.

    One pass over the documents; the few sums that differ only in which rows count are told apart afterwards.
    """
    day = day_sql(today)
    cursor.execute(
        f"""
CREATE TEMP TABLE added AS
SELECT {_MADE.get(by, "key")} AS key, currency, sum(n)::BIGINT AS count,
    sum(CASE WHEN active AND debit THEN total ELSE 0 END)::BIGINT AS debits,
    sum(CASE WHEN active AND NOT debit THEN total ELSE 0 END)::BIGINT AS credits,
    sum(CASE WHEN active AND debit THEN balance ELSE 0 END)::BIGINT AS outstanding,
    sum(CASE WHEN active AND late THEN balance ELSE 0 END)::BIGINT AS overdue,
    sum(CASE WHEN active AND NOT debit THEN balance ELSE 0 END)::BIGINT AS available,
    sum(CASE WHEN active THEN claimed ELSE 0 END)::BIGINT AS claimed,
    sum(CASE WHEN active AND late THEN claimed ELSE 0 END)::BIGINT AS claimed_late
FROM (
    SELECT {KEYS[by]} AS key, currency, debit, state = 'active' AS active, debit AND payable_on < {day.sql} AS late,
        count(*) AS n, sum(total) AS total, sum(balance) AS balance, sum(claimed) AS claimed
    FROM {reached.documents} WHERE {reached.where.sql} GROUP BY ALL)
GROUP BY ALL""",
        (*day.values, *reached.where.values),
    )


def added_totals(cursor: duckdb.DuckDBPyConnection) -> tuple[CurrencyTotal, ...]:
    """The sums of all groups, by currency."""
    found = cursor.execute(f"SELECT currency, {_ADDED} FROM added GROUP BY currency ORDER BY currency").fetchall()
    return tuple(CurrencyTotal(*row) for row in found)


def shown_currency(totals: tuple[CurrencyTotal, ...], by: Grouping, asked: str | None) -> str | None:
    """The currency whose groups are shown, "" where there are none; None by currency, where all are."""
    if by is Grouping.CURRENCY:
        return None
    most = max(totals, key=lambda of: of.count, default=None)
    return asked if asked in {of.currency for of in totals} else most.currency if most else ""


def count_added(cursor: duckdb.DuckDBPyConnection, currency: str) -> int:
    """How many groups of a currency there are."""
    found = cursor.execute("SELECT count(*) FROM added WHERE currency = ?", [currency]).fetchall()
    return int(found[0][0])


def order_of(by: Grouping, measure: Measure) -> str:
    """ORDER BY of the groups: the largest of a measure first; of months, the latest."""
    return "key DESC" if by is Grouping.MONTH else f"{measure.value} DESC, key"


def _ordered(
    cursor: duckdb.DuckDBPyConnection, by: Grouping, currency: str | None, measure: Measure, limit: int, offset: int
) -> tuple[Group, ...]:
    where, values = ("currency = ?", [currency]) if currency is not None else ("true", list[Any]())
    order = order_of(by, measure)
    found = cursor.execute(
        f"SELECT key, {_SUMS} FROM added WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?", [*values, limit, offset]
    ).fetchall()
    return tuple(Group(row[0], CurrencyTotal(*row[1:])) for row in found)
