"""What exports take: rows a second of every format, PDFs and original XMLs a second into a package, memory above idle.

And what other people's pages take meanwhile, with Redis, a web process and a worker of their own.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure.memory import Watch
from benchmarks.measure.serving import PAGE, ROOT, cookie, links_of, server
from benchmarks.measure.sessions import drive
from benchmarks.measure.table import Table, ms, percentile
from portal.app.export_files import write_export
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import State, cancel_export, export_state, request_export
from portal.app.packages import making
from portal.app.portal import Portal
from portal.app.reading import list_documents
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.ledger import documents
from portal.views.filters import DocumentFilter, SortKey
from tests.services import find, redis_server

BOSS = operator("bench")
FORMATS = (Format.CSV, Format.PARQUET, Format.JSONL, Format.XLSX)
PDFS, XMLS = 300, 2_000
_XML_BYTES, _PDF_BYTES = 22_000, 30_000
_CROWD, _RUNS, _THINK = 10, 20, 1.0
_PATIENCE = 300


def measure(portal: Portal) -> list[Table]:
    """Lists, packages, and other people's pages, over the documents that are there. Closes the portal."""
    tables = measure_files(portal)
    portal.close()
    return [*tables, measure_neighbours(portal.settings.home)]


def measure_files(portal: Portal) -> list[Table]:
    """Lists and packages; some of the documents are given files."""
    return [_lists(portal), _packages(portal)]


def _lists(portal: Portal) -> Table:
    """The whole list in every format."""
    table = Table("Lists", ("format", "rows", "rows per second", "per CPU second", "MiB above idle"))
    # Idle is a process that has answered somebody: what DuckDB keeps of the copy is not an export's.
    list_documents(portal, BOSS, DocumentFilter(), SortKey.ISSUE_DATE, True, 50, 0)
    for kind in FORMATS:
        made, (seconds, cpu, above) = _measured(portal, DocumentsRequest(kind))
        table.add(kind.value, f"{made:,}", f"{made / seconds:,.0f}", f"{made / cpu:,.0f}", f"{above:,.0f}")
    return table


def _packages(portal: Portal) -> Table:
    """Documents whose PDF has to be drawn, by two processes; and documents that came with PDF and XML."""
    table = Table("Packages", ("what", "documents", "per second", "MiB above idle"))
    making.processes = lambda _portal: 2  # as where jobs have processes of their own
    drawn = DocumentsRequest(Format.ZIP, _some(portal, PDFS))
    made, (seconds, _, above) = _measured(portal, drawn)
    table.add("PDFs drawn by two processes, UBL copies beside", f"{made:,}", f"{made / seconds:,.1f}", f"{above:,.0f}")
    received = DocumentsRequest(Format.ZIP, _some(portal, XMLS))
    _attach(portal, received.filter.customers)
    made, (seconds, _, above) = _measured(portal, received)
    table.add(
        "original XML of 22 KB, and PDF of 30 KB, as they came", f"{made:,}", f"{made / seconds:,.0f}", f"{above:,.0f}"
    )
    return table


def measure_neighbours(home: Path) -> Table:
    """Ten people at the page «Documentos», alone and while a worker writes the whole list."""
    table = Table("Other people's pages", ("meanwhile", "p50 / p95 ms", "p95, times that of nobody exporting"))
    if not find("redis-server", "valkey-server"):
        table.note = "Not measured: it needs redis-server."
        return table
    with tempfile.TemporaryDirectory() as directory, redis_server(Path(directory)) as url:
        settings = Settings(home=home, redis_url=url)
        portal = build(settings)
        links = links_of(portal, _CROWD)
        with server(home, PORTAL_REDIS_URL=url) as (base, _), _worker(home, url):
            cookies = [cookie(base, link) for link in links]
            asyncio.run(drive(base, cookies, PAGE, 5, 0))
            alone = asyncio.run(drive(base, cookies, PAGE, _RUNS, _THINK)).again
            table.add("nothing", ms(alone), "1.0")
            for kind in (Format.XLSX, Format.CSV):
                with _exporting(portal, kind):
                    busy = asyncio.run(drive(base, cookies, PAGE, _RUNS, _THINK)).again
                times = percentile(busy, 0.95) / percentile(alone, 0.95)
                table.add(f"{kind.value.upper()} of the whole list", ms(busy), f"{times:.1f}")
        portal.close()
    return table


def _measured(portal: Portal, request: DocumentsRequest) -> tuple[int, tuple[float, float, float]]:
    """Rows; seconds, seconds of this process's CPU, MiB above idle."""
    with tempfile.TemporaryFile() as file, Watch() as watch:
        start, cpu = time.perf_counter(), time.process_time()
        made = write_export(portal, BOSS, request, portal.clock.now(), file, lambda _done, _total: None)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return made.rows, (seconds, cpu, watch.above)


def _some(portal: Portal, wanted: int) -> DocumentFilter:
    """About so many documents: those of some ordinary customers."""
    with portal.ledger.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT customer_id, COUNT(*) FROM documents GROUP BY 1 HAVING COUNT(*) BETWEEN 15 AND 40 ORDER BY 1"
        ).all()
    chosen, count = [], 0
    for customer_id, owned in rows:
        chosen.append(customer_id)
        count += owned
        if count >= wanted:
            break
    return DocumentFilter(customers=tuple(chosen))


def _attach(portal: Portal, customers: tuple[int, ...]) -> None:
    """An XML and a PDF of their own for each document of these customers."""
    marks = ", ".join(map(str, customers))
    with portal.ledger.write("bench") as unit:
        ids = [row[0] for row in unit.conn.exec_driver_sql(f"SELECT id FROM documents WHERE customer_id IN ({marks})")]
        rows = [
            {"document_id": one, "sha256": portal.files.put(data), "size": len(data), "role": role, "name": role,
             "media_type": "x/y"}
            for one in ids
            for role, data in (("original", _text(one, _XML_BYTES)), ("pdf", _noise(one, _PDF_BYTES)))
        ]  # fmt: skip
        for start in range(0, len(rows), 500):
            documents.keep_files(unit, rows[start : start + 500])
        unit.commit()


def _text(seed: int, size: int) -> bytes:
    """About as compressible as an e-invoice."""
    line = f"<cac:InvoiceLine><cbc:ID>{seed}</cbc:ID>{hashlib.sha256(str(seed).encode()).hexdigest()}</cac:InvoiceLine>"
    return (line * (size // len(line) + 1)).encode()[:size]


def _noise(seed: int, size: int) -> bytes:
    return f"%PDF-{seed}".encode() + os.urandom(size)


@contextmanager
def _worker(home: Path, redis_url: str) -> Iterator[None]:
    """The jobs process of production, for exports only."""
    ours = {"PORTAL_HOME": str(home), "PORTAL_REDIS_URL": redis_url}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")} | ours
    command = [sys.executable, "-m", "workers", "exports"]
    with (
        (home / "worker.log").open("wb") as out,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


@contextmanager
def _exporting(portal: Portal, kind: Format) -> Iterator[None]:
    """While the block runs the worker writes the whole list, and then again."""
    asked = [request_export(portal, BOSS, DocumentsRequest(kind)) for _ in range(5)]
    deadline = time.monotonic() + _PATIENCE
    while export_state(portal, BOSS, asked[0]).state is not State.WORKING and time.monotonic() < deadline:
        time.sleep(0.05)
    yield
    for export_id in asked:
        cancel_export(portal, BOSS, export_id)
