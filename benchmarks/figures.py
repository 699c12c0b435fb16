"""The portal's figures, into docs/figures.md: `python -m benchmarks [--documents 100000,1000000] [--homes DIRECTORY]`.

Without `--documents`, of 100,000, of 1,000,000 and of 10,000,000: that takes two hours, a quiet machine and 50 GB of
disk. What `--homes` holds is kept there and used again.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import analysing, desk, exporting, importing, reading, serving, trends
from benchmarks.measure.postgres_reference import postgres_reference
from benchmarks.measure.sqlite_reference import sqlite_reference
from benchmarks.measure.table import Table, load, machine, rates
from portal.app.portal import Portal
from portal.app.seeding import seed
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.process import calm_collector

DOCS = Path(__file__).parents[1] / "docs" / "figures.md"
SIZES = "100000,1000000,10000000"
FULL, HUGE = 1_000_000, 10_000_000
ISSUERS = 20
PER_CUSTOMER = 28
_HEAD = """# Figures

Made by `make bench`. p50 / p95 over warm caches unless a line says otherwise; one process asks, one question at a
time. The documents are those of `python -m portal seed`: {issuers} issuers, the largest with 15 %, one customer with
10 % of everything, the others with about 25 documents each, two years of dates, three currencies. «Indexed SQLite» and
«PostgreSQL» are raw SQL over the same rows with the balances precomputed, an index for every question and a cache that
holds all: what an application without the views could do at best. «pandas» has read everything into memory before.

Measured on {day}: {machine}

Load average {before} at the start, {after} at the end. Above 0.5 at the start, others were using the machine and the
figures are worse than they should be.
"""


def main() -> None:
    calm_collector()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", default=SIZES, help="how many, several by commas")
    parser.add_argument("--homes", type=Path, help="where to keep what was sown, and to look for it")
    parser.add_argument("--out", type=Path, default=DOCS, help="where to write the Markdown")
    asked, _ = parser.parse_known_args()
    before = load()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        tables.append(importing.measure(Path(directory)))
        for documents in map(int, asked.documents.split(",")):
            tables += _at(documents, (asked.homes or Path(directory)) / str(documents))
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    head = _HEAD.format(issuers=ISSUERS, day=day, machine=machine(), before=before, after=load())
    asked.out.write_text("\n".join([head, *(table.markdown() for table in tables)]), encoding="utf-8")
    print(f"written to {asked.out}")


def _at(documents: int, home: Path) -> list[Table]:
    print(f"{documents:,} documents", flush=True)
    with _open(home) as portal:
        tables = [_sow(portal, documents), reading.measure_refresh(portal, documents)]
        tables += _questions(portal, documents)
        if documents < HUGE:
            tables += [desk.measure(portal, documents), trends.measure(portal, documents)]
        files = exporting.measure_files(portal) if documents >= FULL else []
    if documents == FULL:
        files.append(exporting.measure_neighbours(home))
    return [*tables, serving.measure(portal, documents), *files]


@contextmanager
def _open(home: Path) -> Iterator[Portal]:
    portal = build(Settings(home=home))
    try:
        yield portal
    finally:
        portal.views.close()
        portal.ledger.engine.dispose()


def _questions(portal: Portal, documents: int) -> list[Table]:
    home = portal.settings.home
    with ExitStack() as stack:
        references = [
            stack.enter_context(sqlite_reference(home / "reference.sqlite", portal.views)),
            stack.enter_context(postgres_reference(portal.views)),
        ]
        print("the references are filled", flush=True)
        return [
            reading.measure_questions(portal, references, documents),
            analysing.measure(portal, references, documents, home),
        ]


def _sow(portal: Portal, documents: int) -> Table:
    columns = ("seconds", "documents per second", "per CPU second", "ledger, bytes per document")
    table = Table(f"Seed of {documents:,} documents", columns)
    customers = documents // PER_CUSTOMER
    if there := _documents(portal):
        if not documents <= there <= documents * 1.1:
            raise SystemExit(f"{portal.settings.home} holds {there:,} documents: give another --homes")
        table.add("–", "–", "–", f"sown before: {there:,} documents")
        return table
    told = rates(documents, lambda: seed(portal, operator("seed"), documents, ISSUERS, customers, 1))
    size = (portal.settings.home / "ledger.sqlite").stat().st_size
    table.add(*told, f"{size / documents:,.0f}")
    return table


def _documents(portal: Portal) -> int:
    with portal.ledger.read() as conn:
        return int(conn.exec_driver_sql("SELECT COUNT(*) FROM documents").scalar_one())


if __name__ == "__main__":
    main()
