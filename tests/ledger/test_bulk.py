"""Rows that go in by the thousand are the same rows as by one insert, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, Table, Text, insert, select

from portal.app.portal import Portal
from portal.domain.documents import Kind
from portal.ledger.bulk import insert_rows, set_columns
from portal.ledger.tables import Instant
from tests.app.conftest import clock, portal

__all__ = ["clock", "portal"]

THINGS = Table(
    "things",
    MetaData(),
    Column("id", BigInteger, primary_key=True),
    Column("kind", Text),
    Column("day", Date),
    Column("at", Instant),
    Column("yes", Boolean),
    Column("note", Text),
    prefixes=["TEMPORARY"],
)
NOW = datetime(2026, 3, 15, 15, 0, 0, 123_456, tzinfo=UTC)
ROWS = [
    {"id": 1, "kind": Kind.INVOICE, "day": date(2026, 3, 1), "yes": True, "note": "tab\there, «ñ», \\N, \\ y\nlínea"},
    {"id": 2, "kind": Kind.CREDIT_NOTE, "day": None, "yes": False, "note": None},
]


def test_every_type_of_value_arrives_as_by_an_ordinary_insert(portal: Portal) -> None:
    with portal.ledger.connection() as conn:
        THINGS.create(conn)
        insert_rows(conn, THINGS, ROWS, {"at": NOW})
        fast = conn.execute(select(THINGS).order_by(THINGS.c.id)).all()
        conn.execute(THINGS.delete())
        conn.execute(insert(THINGS), [{**row, "at": NOW} for row in ROWS])
        assert fast == conn.execute(select(THINGS).order_by(THINGS.c.id)).all()
        assert fast[0].note == ROWS[0]["note"]


def test_what_is_written_first_on_a_connection_is_undone_by_a_rollback(portal: Portal) -> None:
    with portal.ledger.connection() as conn:
        THINGS.create(conn)
        conn.commit()
        insert_rows(conn, THINGS, ROWS, {"at": NOW})
        conn.rollback()
        assert conn.execute(select(THINGS)).all() == []


def test_whole_numbers_are_set_by_id(portal: Portal) -> None:
    with portal.ledger.connection() as conn:
        THINGS.create(conn)
        insert_rows(conn, THINGS, ROWS, {"at": NOW})
        set_columns(conn, THINGS, ("at",), [(7, 1), (9, 2)])
        assert conn.exec_driver_sql("SELECT at FROM things ORDER BY id").scalars().all() == [7, 9]


def test_nothing_to_write_is_nothing_done(portal: Portal) -> None:
    with portal.ledger.connection() as conn:
        insert_rows(conn, THINGS, [])
        set_columns(conn, THINGS, ("at",), [])
