"""All groups of documents as Arrow record batches, of one snapshot: what a file of them is written from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, narrowed
from portal.views.groups import KEYS, Grouping, Measure, add_up, added_totals, count_added, order_of, shown_currency
from portal.views.listing import BATCH
from portal.views.store import Views

# What says which group a row is.
NAMING = {
    Grouping.CUSTOMER: ("customer_name", "customer_tax_id", "issuer_name"),
    Grouping.ISSUER: ("issuer_name", "issuer_tax_id"),
    Grouping.MONTH: ("month",),
    Grouping.SETTLEMENT: ("settlement",),
    Grouping.CURRENCY: (),
}
_PARTIES = (Grouping.CUSTOMER, Grouping.ISSUER)
_SUMS = "currency, count AS documents, outstanding, overdue, debits, credits, available"


@dataclass(frozen=True, slots=True)
class GroupListing:
    """How many groups there are, in which currency (None: each in its own), and their rows, to go through once."""

    currency: str | None
    total: int
    batches: Iterator[pa.RecordBatch]


@contextmanager
def group_listing(
    views: Views,
    scope: Scope,
    filter: DocumentFilter,
    by: Grouping,
    currency: str | None,
    measure: Measure,
    today: Today,
) -> Iterator[GroupListing]:
    """The groups of `groups`, all pages of them in the same order, at most BATCH at a time.

    Columns: those that `NAMING` has for `by`, then currency, documents and the sums in minor units. Everything is read
    from one snapshot, which lasts as long as the block.
    """
    if scope.empty:
        yield GroupListing(None, 0, iter(()))
        return
    reached = narrowed(scope, filter, today)
    with views.cursor() as cursor:
        add_up(cursor, reached, by, today)
        totals = added_totals(cursor)
        shown = shown_currency(totals, by, currency)
        total = len(totals) if shown is None else count_added(cursor, shown)
        query, values = _query(reached.documents, by, shown, measure)
        yield GroupListing(shown or None, total, iter(cursor.execute(query, values).to_arrow_reader(BATCH)))


def _query(documents: str, by: Grouping, currency: str | None, measure: Measure) -> tuple[str, list[Any]]:
    """Names are looked up for the groups that were found, which are within the scope."""
    naming, where, values = NAMING[by], "true", list[Any]()
    if currency is not None:
        where, values = "currency = ?", [currency]
    if by in _PARTIES:
        names = ", ".join(f"any_value({name}) AS {name}" for name in naming)
        within = f"{KEYS[by]} IN (SELECT key FROM added)"
        named = f"(SELECT {KEYS[by]} AS key, {names} FROM {documents} WHERE {within} GROUP BY ALL)"
        columns, source = ", ".join((*naming, _SUMS)), f"added JOIN {named} USING (key)"
    else:
        columns, source = ", ".join((*(f"key AS {name}" for name in naming), _SUMS)), "added"
    return f"SELECT {columns} FROM {source} WHERE {where} ORDER BY {order_of(by, measure)}", values
