"""The portal's figures: `python -m benchmarks` (100,000 documents), `--full` adds 1,000,000.

Prints as it goes and writes docs/figures.md. Needs a quiet machine and, with --full, 6 GB of disk.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import desk, exporting, importing, reading, serving, trends
from benchmarks.measure.sqlite_reference import Reference
from benchmarks.measure.table import Table, load, machine, rates
from portal.app.portal import Portal
from portal.app.seeding import seed
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.process import calm_collector

DOCS = Path(__file__).parents[1] / "docs" / "figures.md"
SMALL, FULL = 100_000, 1_000_000
ISSUERS = 20
PER_CUSTOMER = 28
_HEAD = """# Figures

Made by `make bench` (`python -m benchmarks --full`). p50 / p95 over warm caches unless a line says otherwise; one
process asks, one question at a time. The documents are those of `python -m portal seed`: {issuers} issuers, the largest
with 15 %, one customer with 10 % of everything, the others with about 25 documents each, two years of dates, three
currencies. «Indexed SQLite» is raw SQL over the same rows with the balances precomputed and an index for every
question: what an application without the views could do at best.

Measured on {day}: {machine}

Load average {before} at the start, {after} at the end. Above 0.5 at the start, others were using the machine and the
figures are worse than they should be.
"""


def main() -> None:
    calm_collector()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also with 1,000,000 documents")
    parser.add_argument("--documents", type=int, default=SMALL, help="the smaller number of documents")
    parser.add_argument("--out", type=Path, default=DOCS, help="where to write the Markdown")
    asked, _ = parser.parse_known_args()
    before = load()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        tables.append(importing.measure(Path(directory)))
        for documents in [asked.documents, FULL] if asked.full else [asked.documents]:
            tables += _at(documents, Path(directory) / str(documents))
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    head = _HEAD.format(issuers=ISSUERS, day=day, machine=machine(), before=before, after=load())
    asked.out.write_text("\n".join([head, *(table.markdown() for table in tables)]), encoding="utf-8")
    print(f"written to {asked.out}")


def _at(documents: int, home: Path) -> list[Table]:
    print(f"{documents:,} documents", flush=True)
    portal = build(Settings(home=home))
    try:
        sown = _sow(portal, documents)
        refresh = reading.measure_refresh(portal, documents)
        reference = Reference(home / "reference.sqlite", portal.views)
        questions = reading.measure_questions(portal, reference, documents)
        reference.close()
        receivables = [desk.measure(portal, documents), trends.measure(portal, documents)]
        files = exporting.measure_files(portal) if documents >= FULL else []
    finally:
        portal.views.close()
        portal.ledger.engine.dispose()
    if files:
        files.append(exporting.measure_neighbours(home))
    return [sown, refresh, questions, *receivables, serving.measure(portal, documents), *files]


def _sow(portal: Portal, documents: int) -> Table:
    columns = ("seconds", "documents per second", "per CPU second", "ledger, bytes per document")
    table = Table(f"Seed of {documents:,} documents", columns)
    customers = documents // PER_CUSTOMER
    told = rates(documents, lambda: seed(portal, operator("seed"), documents, ISSUERS, customers, 1))
    size = (portal.settings.home / "ledger.sqlite").stat().st_size
    table.add(*told, f"{size / documents:,.0f}")
    return table


if __name__ == "__main__":
    main()
