"""Who wanted no reminders before there were other kinds wants none afterwards."""

from __future__ import annotations

import importlib
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

MOVED = importlib.import_module("portal.ledger.migrations.versions.0024_addresses")


def test_stops_of_reminders_are_kept_once_each_by_the_key_of_their_address(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path}/old.sqlite")
    with engine.begin() as conn:
        for sql in (
            "CREATE TABLE issuers (id INTEGER PRIMARY KEY)",
            "CREATE TABLE mails (id INTEGER PRIMARY KEY, sealed TEXT)",
            "CREATE TABLE reminder_stops (id INTEGER, issuer_id INTEGER, email TEXT, stopped_at INTEGER)",
            "INSERT INTO reminder_stops VALUES (1, 7, 'ana@peña.example', 5), (2, 7, 'ana@xn--pea-8ma.example', 6),"
            " (3, 8, 'eva@x.example', 7)",
        ):
            conn.exec_driver_sql(sql)
        with Operations.context(MigrationContext.configure(conn)):
            MOVED.upgrade()
        kept = conn.exec_driver_sql("SELECT issuer_id, email, what, stopped_at FROM mail_stops ORDER BY id").all()
    engine.dispose()
    assert [tuple(row) for row in kept] == [
        (7, "ana@xn--pea-8ma.example", "reminders", 5), (8, "eva@x.example", "reminders", 7),
    ]  # fmt: skip
