"""Changes read out of the ledger as Arrow: what feeds the copies that screens read.

Everything of one refresh comes from one `snapshot`: the counter is taken last in every writing
transaction and commits with its rows, so inside one snapshot no row is newer than the counter, and
none that is older is missing. Typed the same from SQLite and PostgreSQL: ids, money and instants are
integers, dates ISO text, what is absent in a text column is ''.

PostgreSQL is read through ADBC. SQLite is not: ADBC's driver brings an SQLite of its own, and two of
them in one process undo each other's file locks (sqlite.org/howtocorrupt.html, 2.2.1), so that a
reader may see a torn file. Python's own reads it, as the rest of the process does.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi
import pyarrow as pa
from sqlalchemy import Engine, select

from portal.ledger import changes_sql
from portal.ledger.engine import make_engine
from portal.ledger.tables import change_counter

_SQLITE_BATCH = 65_536  # rows of one batch; the first one says what type a column has


class Snapshot:
    """One consistent reading of the ledger, up to change `seq`. Read every stream to its end before the next."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection = connection
        self._dialect = dialect
        self.seq = int(self._read("SELECT seq FROM change_counter WHERE k = 1").read_all()[0][0].as_py())

    def changed(self, since: int, limit: int) -> int:
        """How many documents, entries and allocations came after `since`, counting no further than `limit` of each."""
        return int(self._read(changes_sql.changed(since, limit)).read_all()[0][0].as_py())

    def joined(self, since: int) -> list[int]:
        """Customers that were joined into others after `since`: they have no documents any more."""
        return [int(one) for one in self._read(changes_sql.joined(since)).read_all()[0].to_pylist()]

    def documents(self, since: int | None = None) -> pa.RecordBatchReader:
        """Documents changed after `since` (None: all), withdrawn ones too, and those whose item changed."""
        return self._read(changes_sql.documents(since))

    def items(self, since: int | None = None) -> pa.RecordBatchReader:
        """Open items touched after `since`, with the sums of their entries and allocations as they stand."""
        return self._read(changes_sql.items(since, self._dialect))

    def entries(self, since: int | None = None) -> pa.RecordBatchReader:
        """Entries written after `since`, with the names of both parties."""
        return self._read(changes_sql.entries(since))

    def allocations(self, since: int | None = None) -> pa.RecordBatchReader:
        """Allocations written after `since`."""
        return self._read(changes_sql.allocations(since))

    def tallies(self) -> pa.RecordBatchReader:
        """Rows (what, issuer_id, currency, n, amount) that any true copy must repeat."""
        return self._read(changes_sql.tallies(self._dialect))

    def _read(self, sql: str) -> pa.RecordBatchReader:
        cursor = self._connection.cursor()
        cursor.execute(sql)
        if self._dialect == "sqlite":
            return _batches(cursor)
        return _closing(cursor.fetch_record_batch(), cursor)


class Changes:
    """The ledger as a source of changes. Opens nothing until asked; `close` when done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect.name
        self._one_snapshot = threading.Lock()
        self._one_counter = threading.Lock()
        self._connection: Any = None
        self._counter: sqlite3.Connection | None = None

    @property
    def origin(self) -> tuple[str, str]:
        """A function's dotted name, and the text (a secret: it may hold a password) from which it makes this source."""
        url = self._engine.url
        if self._dialect == "sqlite":
            url = url.set(database=str(_path(self._engine)))
        return f"{__name__}:connect", url.render_as_string(hide_password=False)

    def identity(self) -> str:
        """Changes when the ledger is another one, or when this code projects it otherwise."""
        with self._engine.connect() as conn:
            first = conn.exec_driver_sql("SELECT MIN(id) FROM issuers").scalar()
        where = self._engine.url.set(username=None, password=None, query={})
        told = f"{where}|{first}|{changes_sql.FINGERPRINT}"
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def last(self) -> int:
        """The number of the last committed change: microseconds on SQLite, one round trip on PostgreSQL."""
        if self._dialect == "sqlite":
            return self._last_sqlite()
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            return int(conn.execute(select(change_counter.c.seq).where(change_counter.c.k == 1)).scalar_one())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent reading; one at a time, over a connection that is kept."""
        with self._one_snapshot:
            connection = self._connection or self._connect()
            self._connection = None
            try:
                _run(connection, _BEGIN[self._dialect])
                yield Snapshot(connection, self._dialect)
                _run(connection, "ROLLBACK")
            except BaseException:
                connection.close()
                raise
            self._connection = connection

    def close(self) -> None:
        """Close the kept connections; the next reading opens new ones."""
        with self._one_snapshot, self._one_counter:
            for connection in (self._connection, self._counter):
                if connection is not None:
                    connection.close()
            self._connection = self._counter = None

    def _last_sqlite(self) -> int:
        with self._one_counter:
            if self._counter is None:
                self._counter = sqlite3.connect(_read_only(self._engine), uri=True, timeout=30, check_same_thread=False)
            return int(self._counter.execute("SELECT seq FROM change_counter WHERE k = 1").fetchone()[0])

    def _connect(self) -> Any:
        if self._dialect == "sqlite":
            return sqlite3.connect(
                _read_only(self._engine), uri=True, timeout=30, check_same_thread=False, isolation_level=None
            )
        uri = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = adbc_driver_postgresql.dbapi.connect(uri, autocommit=True)
        _run(connection, "SET datestyle = 'ISO'")
        return connection


def connect(url: str) -> Changes:
    """The changes of the ledger at `url`: how another process makes the source that `origin` names."""
    return Changes(make_engine(url))


_BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


def _run(connection: Any, sql: str) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(sql)


def _batches(cursor: sqlite3.Cursor) -> pa.RecordBatchReader:
    """The rows of a SQLite cursor; a column without a value in the first batch counts as one of integers."""
    names = [column[0] for column in cursor.description]
    first = cursor.fetchmany(_SQLITE_BATCH)
    columns = list(zip(*first, strict=True)) if first else [()] * len(names)
    schema = pa.schema(list(zip(names, map(_type, columns), strict=True)))

    def batches() -> Iterator[pa.RecordBatch]:
        with closing(cursor):
            rows = first
            while rows:
                values = zip(zip(*rows, strict=True), schema.types, strict=True)
                yield pa.record_batch([pa.array(column, kind) for column, kind in values], schema=schema)
                rows = cursor.fetchmany(_SQLITE_BATCH)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _type(column: Sequence[object]) -> pa.DataType:
    given = next((value for value in column if value is not None), 0)
    return pa.string() if isinstance(given, str) else pa.int64()


def _closing(reader: pa.RecordBatchReader, cursor: Any) -> pa.RecordBatchReader:
    """The same stream; its statement is closed at its end, because an open one keeps the transaction."""

    def batches() -> Iterator[pa.RecordBatch]:
        with cursor:
            yield from reader

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _path(engine: Engine) -> Path:
    return Path(engine.url.database or "").resolve()


def _read_only(engine: Engine) -> str:
    return f"file:{quote(str(_path(engine)))}?mode=ro"
