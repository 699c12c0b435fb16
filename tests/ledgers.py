"""Empty ledgers at the newest schema, used again and again: making one for every test would be most of its time."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier, Placeholder

from portal.ledger.engine import make_engine
from portal.ledger.schema import migrate

_FILE = "ledger.sqlite"  # as `Settings` calls it by default
_NAME = "again"
_SHAPE = b"""
    SELECT md5(string_agg(told, chr(10) ORDER BY told)) FROM (
        SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS told
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
        UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    ) AS all_of_it"""
_OTHERS_GO = b"""
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def make_empty_ledger(home: Path) -> Path:
    """A SQLite file; complete in itself once its engine is gone."""
    _migrated(f"sqlite:///{home / _FILE}")
    return home / _FILE


def copy_empty_ledger(empty: Path, home: Path) -> None:
    """A copy where a portal with this home looks for its ledger."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(empty, home / _FILE)


class PostgresLedger:
    """One database for tests that come one after the other. Made anew when a test has changed more than its rows."""

    def __init__(self, server: str) -> None:
        self.url = f"{server}/{_NAME}"
        self._server = server.replace("+psycopg", "")
        self._make()

    def empty(self) -> None:
        """As it was made: whoever is still connected goes, and so do all rows but those of the migrations."""
        with psycopg.connect(f"{self._server}/{_NAME}", autocommit=True) as conn:
            conn.execute(_OTHERS_GO)
            if conn.execute(_SHAPE).fetchone() == self._shape:
                conn.execute("SET session_replication_role = replica")  # no trigger, no foreign key in the way
                conn.execute(SQL(";").join(SQL("DELETE FROM {}").format(Identifier(name)) for name in self._first))
                self._put_back(conn)
                return
        self._make()

    def _make(self) -> None:
        with psycopg.connect(f"{self._server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {_NAME} WITH (FORCE)".encode())
            admin.execute(f"CREATE DATABASE {_NAME}".encode())
        _migrated(self.url)
        with psycopg.connect(f"{self._server}/{_NAME}") as conn:
            self._shape = conn.execute(_SHAPE).fetchone()
            names = [name for (name,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
            self._first = {name: conn.execute(SQL("SELECT * FROM {}").format(Identifier(name))).fetchall()
                           for name in names}  # fmt: skip

    def _put_back(self, conn: psycopg.Connection) -> None:
        for name, rows in self._first.items():
            for row in rows:
                values = SQL(", ").join(Placeholder() * len(row))
                conn.execute(SQL("INSERT INTO {} VALUES ({})").format(Identifier(name), values), row)


def _migrated(url: str) -> None:
    engine = make_engine(url)
    migrate(engine)
    engine.dispose()
