"""The charts over time, of the largest issuer's books: each one's use case, over one year and over three."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.measure.table import Table, ms, repeated_on_cpu
from portal.app.portal import Portal
from portal.app.trends import aged_over_time, currencies_of, late_payers, received_over_time
from portal.clock import today
from portal.domain.access import operator
from portal.domain.trends import Books

_TIMES = 40
_CHARTS = {
    "balance, and aging": aged_over_time,
    "money by method": received_over_time,
    "who pays late": late_payers,
}


def measure(portal: Portal, documents: int) -> Table:
    """As `desk` has left the ledger: the largest issuer has a fifth of the documents."""
    who = operator("seed")
    with portal.ledger.read() as conn:
        counted = "SELECT issuer_id, COUNT(*) FROM documents GROUP BY issuer_id ORDER BY 2 DESC LIMIT 1"
        issuer, mine = conn.exec_driver_sql(counted).one()
    table = Table(
        f"Charts over time of an issuer with {mine:,} of {documents:,} documents",
        ("chart", "p50 / p95 ms", "of processor, ms"),
    )
    books, end = Books(issuer, None, currencies_of(portal, who, issuer, None)[0]), today(portal.clock)
    for name, ask in _CHARTS.items():
        for years in (1, 3):
            start = end - timedelta(days=365 * years)
            ask(portal, who, books, start, end)
            asked = [lambda ask=ask, start=start: ask(portal, who, books, start, end)] * _TIMES
            table.add(f"{name}, {12 * years} months", *map(ms, repeated_on_cpu(asked)))
    return table
