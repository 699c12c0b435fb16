"""From what a viewer may read to a bound WHERE. There is no query without a scope.

One or few ids are bound one by one, so that DuckDB skips the row groups that can't hold them; many
are joined as one list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from portal.domain.access import Scope
from portal.domain.days import Today

BY_CUSTOMER, BY_ISSUER = "documents", "documents_by_issuer"
_ONE_BY_ONE = 200
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Where:
    """Conditions that all hold, and the values bound to their question marks, in order."""

    conditions: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()

    def both(self, condition: str, *values: Any) -> Where:
        """One more condition."""
        return Where((*self.conditions, condition), (*self.values, *values))

    @property
    def sql(self) -> str:
        return " AND ".join(f"({condition})" for condition in self.conditions) or "true"


def day_sql(today: Today) -> Where:
    """The date of a row's issuer, as an expression that stands once."""
    days = sorted(set(today.elsewhere.values()))
    if not days:
        return Where(("?::DATE",), (today.usual,))
    there = [(day, among("issuer_id", [one for one, its in today.elsewhere.items() if its == day])) for day in days]
    cases = " ".join(f"WHEN {issuers.sql} THEN ?::DATE" for _, issuers in there)
    bound = [value for day, issuers in there for value in (*issuers.values, day)]
    return Where((f"CASE {cases} ELSE ?::DATE END",), (*bound, today.usual))


@dataclass(frozen=True, slots=True)
class Reach:
    """A scope as a condition, and the physical order of the documents that answers it fastest."""

    where: Where = field(default_factory=Where)
    documents: str = BY_ISSUER


def reach(scope: Scope, customers: Collection[int] = ()) -> Reach:
    """What `scope` covers. `customers`: those asked for, when only theirs are wanted (they narrow, never widen)."""
    named = bool(scope.customers or customers)
    order = BY_CUSTOMER if named and (customers or not scope.issuers) else BY_ISSUER
    return Reach(_covered(scope), order)


def _covered(scope: Scope) -> Where:
    if scope.everything:
        return Where()
    parts = [among(column, ids) for column, ids in _held(scope) if ids]
    if not parts:
        return Where(("false",))
    return Where((" OR ".join(part.sql for part in parts),), tuple(v for part in parts for v in part.values))


def _held(scope: Scope) -> tuple[tuple[str, frozenset[int]], ...]:
    return ("issuer_id", scope.issuers), ("customer_id", scope.customers)


def among(column: str, ids: Collection[int]) -> Where:
    """`column` is one of `ids`; ids that no row can have are left out."""
    possible = sorted({number for number in ids if 0 < number <= _LARGEST_ID})
    if not possible:
        return Where(("false",))
    if len(possible) > _ONE_BY_ONE:
        return Where((f"{column} IN (SELECT unnest(?::BIGINT[]))",), (possible,))
    return Where((f"{column} IN ({', '.join('?' * len(possible))})",), tuple(possible))
