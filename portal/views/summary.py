"""What a screen says first: what is owed, what is late, what is in favour, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from portal.domain.access import Scope
from portal.domain.aging import Bucket
from portal.domain.days import Today
from portal.domain.statement import AgingRow
from portal.views.aging import aging_row, bucket_sql
from portal.views.rows import COLUMNS, DocumentRow, document_row
from portal.views.scope import Reach, day_sql, reach
from portal.views.store import Views

_FEW = 5


@dataclass(frozen=True, slots=True)
class Owed:
    """What stands with one issuer in one currency, in minor units; `reserved` is part of `available`."""

    currency: str
    issuer_id: int
    issuer_name: str
    outstanding: int
    overdue: int
    available: int
    reserved: int
    open_count: int
    overdue_count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """`owed` by currency and issuer name; `aging` by currency; the next five to fall due and the five latest."""

    owed: tuple[Owed, ...]
    aging: dict[str, AgingRow]
    due_next: tuple[DocumentRow, ...]
    latest: tuple[DocumentRow, ...]


def summary(views: Views, scope: Scope, today: Today) -> Summary:
    """Everything open within `scope` as it stands `today`, items without a document included."""
    if scope.empty:
        return Summary((), {}, (), ())
    reached = reach(scope)
    with views.cursor() as cursor:
        held = _held(cursor, reached, today)
        day = day_sql(today)
        coming = reached.where.both(f"debit AND balance > 0 AND payable_on >= {day.sql}", *day.values)
        due_next = _few(cursor, Reach(coming, reached.documents), "payable_on, id", today)
        latest = _few(cursor, reached, "issue_date DESC, id DESC", today)
    return Summary(_owed(held), _aging(held), due_next, latest)


class _Held(NamedTuple):
    currency: str
    issuer_id: int
    issuer_name: str
    debit: bool
    bucket: str
    n: int
    balance: int
    reserved: int

    @property
    def late(self) -> bool:
        return self.debit and self.bucket != Bucket.CURRENT


def _held(cursor: duckdb.DuckDBPyConnection, reached: Reach, today: Today) -> list[_Held]:
    day = day_sql(today)
    found = cursor.execute(
        f"SELECT currency, issuer_id, any_value(issuer_name), debit, {bucket_sql('late')} AS bucket, "
        "count(*), sum(balance), sum(reserved) "
        f"FROM (SELECT *, {day.sql} - payable_on AS late FROM items WHERE {reached.where.sql}) GROUP BY ALL",
        (*day.values, *reached.where.values),
    ).fetchall()
    return [_Held(*values) for values in found]


def _owed(held: list[_Held]) -> tuple[Owed, ...]:
    groups: dict[tuple[str, int], list[_Held]] = {}
    for part in held:
        groups.setdefault((part.currency, part.issuer_id), []).append(part)
    return tuple(
        sorted(map(_one_owed, groups.values()), key=lambda owed: (owed.currency, owed.issuer_name, owed.issuer_id))
    )


def _one_owed(parts: list[_Held]) -> Owed:
    return Owed(
        parts[0].currency,
        parts[0].issuer_id,
        parts[0].issuer_name,
        outstanding=sum(part.balance for part in parts if part.debit),
        overdue=sum(part.balance for part in parts if part.late),
        available=sum(part.balance for part in parts if not part.debit),
        reserved=sum(part.reserved for part in parts),
        open_count=sum(part.n for part in parts if part.debit),
        overdue_count=sum(part.n for part in parts if part.late),
    )


def _aging(held: list[_Held]) -> dict[str, AgingRow]:
    return {
        currency: aging_row((part.debit, part.bucket, part.balance) for part in held if part.currency == currency)
        for currency in sorted({part.currency for part in held})
    }


def _few(cursor: duckdb.DuckDBPyConnection, reached: Reach, order: str, today: Today) -> tuple[DocumentRow, ...]:
    where, table = reached.where, reached.documents
    chosen = f"SELECT rowid FROM {table} WHERE {where.sql} ORDER BY {order} LIMIT {_FEW}"
    found = cursor.execute(
        f"SELECT {COLUMNS} FROM {table} WHERE {where.sql} AND rowid IN ({chosen}) ORDER BY {order}",
        (*where.values, *where.values),
    ).fetchall()
    return tuple(document_row(row, today) for row in found)
