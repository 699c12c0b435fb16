"""What an issuer's people begin the day with: its receivables, of the largest issuer, as of today and of past dates."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.measure.table import Table, ms, repeated_on_cpu
from portal.app.portal import Portal
from portal.app.receivables import read_receivables
from portal.app.seeding import seed
from portal.clock import today
from portal.domain.access import operator

_TIMES = 40
_SHARE = 20  # one document in so many more, all of the largest issuer's
_BACK = ((0, "today"), (30, "30 days ago"), (180, "half a year ago"), (365, "a year ago"))


def measure(portal: Portal, documents: int) -> Table:
    """The use case of the page, names and payments under way included; the largest issuer is given a fifth of all."""
    more = documents // _SHARE
    with portal.ledger.read() as conn:
        there = conn.exec_driver_sql("SELECT COUNT(*) FROM documents").scalar_one()
    if there <= documents:
        seed(portal, operator("seed"), more, 1, more // 28, 2)
    portal.views.fresh()
    with portal.ledger.read() as conn:
        counted = "SELECT issuer_id, COUNT(*) FROM documents GROUP BY issuer_id ORDER BY 2 DESC LIMIT 1"
        issuer, mine = conn.exec_driver_sql(counted).one()
    title = f"Receivables of an issuer with {mine:,} of {documents + more:,} documents"
    table = Table(title, ("as of", "p50 / p95 ms", "of processor, ms"))
    for back, name in _BACK:
        on = today(portal.clock) - timedelta(days=back)
        read_receivables(portal, operator("seed"), issuer, on)
        asked = [lambda on=on: read_receivables(portal, operator("seed"), issuer, on)] * _TIMES
        table.add(name, *map(ms, repeated_on_cpu(asked)))
    return table
