"""Exports as their job makes them, rows per second and memory: `python -m benchmarks.exports [--documents N]`."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import export_state, request_export
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.seeding import seed
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator

BOSS = operator("bench")
_PER_CUSTOMER = 28


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    documents = parser.parse_known_args()[0].documents
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        portal = build(Settings(home=Path(directory)))
        seed(portal, BOSS, documents, 20, documents // _PER_CUSTOMER, 1)
        portal.views.fresh()
        idle = _resident()
        for kind in (Format.CSV, Format.XLSX):
            _measure(portal, kind, idle)
        portal.close()


def _measure(portal: Portal, kind: Format, idle: int) -> None:
    export_id = request_export(portal, BOSS, DocumentsRequest(kind))
    _forget_peak()
    start, start_cpu = time.perf_counter(), time.process_time()
    run_job(portal, export_id)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    rows, above = export_state(portal, BOSS, export_id).done_rows, (_peak() - idle) / 2**20
    print(f"{kind.value}: {rows:,} rows in {seconds:.1f} s ({cpu:.1f} s of CPU), {above:,.0f} MiB above idle")


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def _on_linux() -> bool:
    return Path("/proc/self/clear_refs").exists()


def _resident() -> int:
    return _status("VmRSS") if _on_linux() else _peak()


def _peak() -> int:
    """Bytes; on other systems than Linux the peak of the whole process so far."""
    return _status("VmHWM") if _on_linux() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _forget_peak() -> None:
    if _on_linux():
        Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
