"""How fast documents come in: electronic invoices of 30 KB one file each, and one long CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from benchmarks.measure.table import Table, rates
from data.demo.companies import ABC, ACCOUNTS, EJEMPLAR
from data.demo.einvoice import attached_document, document_xml, mail_name
from data.demo.invoices import lines_of, numbered, purchases, totals
from data.demo.sheets import csv_file
from portal.app.importing.run import Source, import_files
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.documents import Facts, Kind
from portal.importers.recognise import read

XML_FILES = 1_000
CSV_ROWS = 20_000
READINGS = 500
_CONTAINER_LINES = 24
_XML_BYTES = 30 << 10
_TODAY = date(2026, 3, 15)


def measure(home: Path) -> Table:
    """Read one container again and again, and import both into empty ledgers."""
    table = Table("Import", ("what", "documents", "seconds", "documents per second", "per CPU second"))
    data = attached_document(next(_invoices(1, _CONTAINER_LINES)))
    told = rates(READINGS, lambda: [read("ad.xml", data) for _ in range(READINGS)])
    table.add(f"a container of {len(data) // 1000} KB, only read", f"{READINGS:,}", *told)
    _one(table, "XML of 30 KB, a folder of files", home / "xml", list(_xml()), XML_FILES)
    _one(table, "CSV, one file", home / "csv", [_csv()], CSV_ROWS)
    return table


def _one(table: Table, name: str, home: Path, sources: list[Source], documents: int) -> None:
    portal = build(Settings(home=home))
    told = rates(documents, lambda: import_files(portal, operator("benchmark"), sources))
    with portal.ledger.read() as conn:
        came = conn.exec_driver_sql("SELECT COUNT(*) FROM documents").scalar_one()
    if came != documents:
        raise RuntimeError(f"{name}: {came} of {documents} documents came in")
    portal.ledger.engine.dispose()
    table.add(name, f"{documents:,}", *told)


def _invoices(count: int, lines: int) -> Iterator[Facts]:
    first = numbered(list(purchases(ACCOUNTS[0], _TODAY, Random(1))))[0].facts
    sold = lines_of([(product, 2) for product in EJEMPLAR.prices["COP"]] * lines, "CO")[:lines]
    wide = replace(first, **totals(sold))  # type: ignore[arg-type]
    for number in range(count):
        yield replace(wide, number=f"FE{number + 100_000}", issue_date=_TODAY - timedelta(days=number % 700))


def _xml() -> Iterator[Source]:
    """Files of the size wanted: as many lines as that takes."""
    one, two = (len(document_xml(next(_invoices(1, lines)))) for lines in (10, 20))
    lines = 10 + (_XML_BYTES - one) * 10 // (two - one)
    for facts in _invoices(XML_FILES, lines):
        data = document_xml(facts)
        yield Source(f"{mail_name(facts, 'fv')}.xml", lambda data=data: data)  # type: ignore[misc]


def _csv() -> Source:
    rows = [
        Facts(
            Kind.RECEIPT,
            f"RC-{number}",
            EJEMPLAR.party,
            replace(ABC, tax_id=str(800_000_000 + number % 800)),
            _TODAY - timedelta(days=number % 700),
            "COP",
            Decimal(number % 900 + 100) * 1_000,
            method="47",
            payment_reference=f"TRF-{number}",
        )
        for number in range(CSV_ROWS)
    ]
    data = csv_file(rows)
    return Source("recibos.csv", lambda: data)
