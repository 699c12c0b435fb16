"""One open DuckDB file, its settings, its readers, and its end."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one DuckDB instance may use. `memory` as DuckDB writes sizes."""

    memory: str = "192MB"
    threads: int = 2


def open_copy(path: Path, limits: Limits) -> duckdb.DuckDBPyConnection:
    """Open or create a file with the house's settings: no network, no other files, nothing to be changed later."""
    shutil.rmtree(_scratch(path), ignore_errors=True)
    connection = duckdb.connect(
        str(path),
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory,
            "late_materialization_max_rows": 0,  # costs small pages more than it saves
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    spill = str(_scratch(path)).replace("'", "''")
    connection.execute(f"SET temp_directory = '{spill}'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


class Generation:
    """A file and the number it has reached. Once retired it closes, and is deleted, when its last reader leaves."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        state = connection.execute("SELECT seq, schema_version, duckdb, ledger FROM sync_state").fetchall()[0]
        self.seq: int = state[0]
        self.made_by: tuple[str, str, str] = state[1:]
        self.broken = False
        self._connection = connection
        self._file = path.stat()
        self._gate = threading.Lock()
        self._readers = 0
        self._retired = self._delete = False

    @property
    def intact(self) -> bool:
        """False when the file was deleted or replaced under us, or a failure made the instance unusable."""
        try:
            return not self.broken and os.path.samestat(self.path.stat(), self._file)
        except FileNotFoundError:
            return False

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one reader or writer; raises `Retired` when it is too late."""
        with self._gate:
            if self._retired:
                raise Retired
            self._readers += 1
            cursor = self._connection.cursor()
        try:
            yield cursor
        except (duckdb.FatalException, duckdb.InternalException):
            self.broken = True
            raise
        finally:
            self._leave(cursor)

    def retire(self, delete: bool) -> None:
        """No new readers; the file closes with the last one, and goes if `delete`."""
        with self._gate:
            self._retired, self._delete = True, delete
            self._end()

    def _leave(self, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.close()
        with self._gate:
            self._readers -= 1
            self._end()

    def _end(self) -> None:
        if not self._retired or self._readers:
            return
        try:
            self._connection.close()
        except duckdb.Error:
            log.warning("a copy of the views did not close cleanly", exc_info=True)
        if self._delete:
            delete_copy(self.path)


class Retired(Exception):
    """The generation has been replaced: ask for the present one."""


def delete_copy(path: Path) -> None:
    """A file, its write-ahead log and what it spilled, if they are there."""
    for file in (path, path.with_name(f"{path.name}.wal")):
        file.unlink(missing_ok=True)
    shutil.rmtree(_scratch(path), ignore_errors=True)


def _scratch(path: Path) -> Path:
    return path.with_name(f"{path.name}.tmp")
