"""The reference in SQLite, with a cache that holds all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure.reference_sql import INDEXES, ROWS, TABLES, Dialect, Reference, batches
from portal.views.store import Views

_DIALECT = Dialect(
    mark="?",
    date="?",
    days="julianday(?) - julianday({column})",
    holds="instr(search, ?) > 0",
    month="substr(issue_date, 1, 7)",
)
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "cache_size = -524288", "mmap_size = 17179869184")


@contextmanager
def sqlite_reference(path: Path, views: Views) -> Iterator[Reference]:
    """Filled from the views; the file is gone afterwards."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.executescript(TABLES.format(date="TEXT"))
    with views.cursor() as cursor:
        for table in ROWS:
            for rows in batches(cursor, table):
                connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.commit()
    connection.executescript(INDEXES + "ANALYZE;")

    def ask(query: str, *values: object) -> list[tuple[Any, ...]]:
        return connection.execute(query, values).fetchall()

    try:
        yield Reference("indexed SQLite", ask, _DIALECT)
    finally:
        connection.close()
        path.unlink()
