"""The reference in PostgreSQL: a server of its own with a cache that holds all, a trigram index for the search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from benchmarks.measure.reference_sql import INDEXES, ROWS, TABLES, Dialect, Reference, batches
from portal.views.store import Views
from tests.services import postgres_server

_DIALECT = Dialect(
    mark="%s",
    date="%s::date",
    days="%s::date - {column}",
    holds="search LIKE '%%' || %s || '%%'",
    month="date_trunc('month', issue_date)::date",
)
_ROOMY = "-c shared_buffers=4GB -c work_mem=256MB -c maintenance_work_mem=2GB -c effective_cache_size=8GB -c jit=off"
_TRIGRAMS = "CREATE EXTENSION pg_trgm; CREATE INDEX words ON documents USING gin (search gin_trgm_ops);"


@contextmanager
def postgres_reference(views: Views) -> Iterator[Reference]:
    """Filled from the views; the server is gone afterwards."""
    with postgres_server(_ROOMY) as url, psycopg.connect(url.replace("+psycopg", "") + "/postgres") as connection:
        connection.autocommit = True
        connection.execute(TABLES.format(date="DATE"))
        with views.cursor() as cursor:
            for table in ROWS:
                _copy(connection, table, batches(cursor, table))
        connection.execute(INDEXES + _TRIGRAMS)
        connection.execute("VACUUM ANALYZE")

        def ask(query: str, *values: object) -> list[tuple[Any, ...]]:
            return connection.execute(query, values).fetchall()

        yield Reference("PostgreSQL", ask, _DIALECT)


def _copy(connection: psycopg.Connection, table: str, rows: Iterator[list[tuple[Any, ...]]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for some in rows:
            for row in some:
                copy.write_row(row)
