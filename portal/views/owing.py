"""Which customers of an issuer owe something, or are late."""

from __future__ import annotations

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.scope import day_sql, reach
from portal.views.store import Views


def owing(views: Views, scope: Scope, issuer_id: int, today: Today, late: bool) -> frozenset[int]:
    """The customers within `scope` with something outstanding at this issuer; `late`: overdue `today`."""
    reached = reach(scope).where.both("issuer_id = ?", issuer_id).both("debit AND balance > 0")
    if late:
        day = day_sql(today)
        reached = reached.both(f"payable_on < {day.sql}", *day.values)
    with views.cursor() as cursor:
        found = cursor.execute(f"SELECT DISTINCT customer_id FROM items WHERE {reached.sql}", reached.values).fetchall()
    return frozenset(row[0] for row in found)
