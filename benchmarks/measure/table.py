"""Figures as Markdown, percentiles, and the machine that they come from."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time


@dataclass
class Table:
    """A titled table; rows are cells already written."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""

    def add(self, *cells: str) -> None:
        self.rows.append(cells)
        print("  " + "  |  ".join(cells), flush=True)

    def markdown(self) -> str:
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        told = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
        return f"### {self.title}\n\n{told}\n" + (f"\n{self.note}\n" if self.note else "")


def timed(run: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = perf_counter()
    run()
    return perf_counter() - started


def rates(documents: int, run: Callable[[], object]) -> tuple[str, str, str]:
    """Seconds that one call takes, documents per second, and per second of this process's CPU."""
    spent = process_time()
    seconds = timed(run)
    spent = process_time() - spent
    return f"{seconds:.1f}", f"{documents / seconds:,.0f}", f"{documents / spent:,.0f}"


def repeated(runs: Iterable[Callable[[], object]]) -> list[float]:
    """Seconds of each call."""
    return [timed(run) for run in runs]


def repeated_on_cpu(runs: Iterable[Callable[[], object]]) -> tuple[list[float], list[float]]:
    """Seconds of each call, and those of this process's processors in it: what others' load changes less."""
    walls, spent = [], []
    for run in runs:
        before = process_time()
        walls.append(timed(run))
        spent.append(process_time() - before)
    return walls, spent


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted ones don't exceed (nearest rank)."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ms(seconds: Sequence[float]) -> str:
    """p50 / p95 in milliseconds."""
    return f"{percentile(seconds, 0.5) * 1000:,.1f} / {percentile(seconds, 0.95) * 1000:,.1f}"


def rss(pid: int) -> str:
    """Resident memory of a process now, in MB; a dash where the system doesn't say."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return f"{int(found[1]) // 1024} MB" if found else "–"


def machine() -> str:
    """Processor, cores, memory, and the versions that count."""
    info = Path("/proc/cpuinfo")
    model = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 30)
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "streamlit", "sqlalchemy"))
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory} GB, {platform.system()}; "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}."
    )


def load() -> str:
    """How busy the machine was in the last minute: above 0.5 at the start, others were using it too."""
    return f"{os.getloadavg()[0]:.1f}"
