"""A unit of work commits once or not at all; what follows from it commits with it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.ledger.schema import current, migrate, newest
from portal.ledger.tables import metadata
from tests.factories import FrozenClock, bring, facts


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Portal]:
    settings: dict[str, object] = {"home": tmp_path}
    if request.param == "postgresql":
        settings["database_url"] = request.getfixturevalue("postgres_url")
    built = build(Settings(**settings), FrozenClock())
    yield built
    built.close()


def count(portal: Portal, table: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())


class TestCommit:
    def test_leaving_without_commit_writes_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        before = portal.ledger.seq()
        with portal.ledger.write("test") as unit:
            unit.conn.execute(text("DELETE FROM document_files"))
            unit.conn.execute(text("UPDATE documents SET state = 'void'"))
            unit.job("exports", "make", {})
        with portal.ledger.read() as conn:
            assert conn.execute(text("SELECT state FROM documents")).scalar_one() == "active"
        assert (portal.ledger.seq(), count(portal, "outbox")) == (before, 0)

    def test_an_error_inside_writes_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        with pytest.raises(ZeroDivisionError), portal.ledger.write("test") as unit:
            unit.conn.execute(text("UPDATE documents SET state = 'void'"))
            raise ZeroDivisionError
        with portal.ledger.read() as conn:
            assert conn.execute(text("SELECT state FROM documents")).scalar_one() == "active"

    def test_a_job_exists_with_the_change_that_caused_it_and_is_told_after_the_commit(self, portal: Portal) -> None:
        told: list[list[int]] = []
        portal.ledger.sent = told.append
        with portal.ledger.write("test") as unit:
            job = unit.job("exports", "make", {"id": 7})
            assert told == []
            unit.commit()
        assert told == [[job]]
        with portal.ledger.read() as conn:
            assert json.loads(conn.execute(text("SELECT payload FROM outbox")).scalar_one()) == {"id": 7}

    def test_every_change_of_documents_has_a_number_of_its_own(self, portal: Portal) -> None:
        for number in range(3):
            bring(portal, facts(f"FE-{number}"))
        with portal.ledger.read() as conn:
            stamped = conn.execute(text("SELECT seq FROM documents ORDER BY seq")).scalars().all()
            entered = conn.execute(text("SELECT seq FROM entries ORDER BY seq")).scalars().all()
        assert list(stamped) == list(entered) == [1, 2, 3]
        assert portal.ledger.seq() == 3


class TestAppendOnly:
    @pytest.mark.parametrize("statement", ["UPDATE entries SET amount = 0", "DELETE FROM entries"])
    def test_the_database_itself_refuses_to_change_an_entry(self, portal: Portal, statement: str) -> None:
        bring(portal, facts("FE-1"))
        with pytest.raises(DBAPIError, match="append-only"), portal.ledger.write("test") as unit:
            unit.conn.execute(text(statement))

    def test_a_number_can_not_be_taken_twice(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-2"))
        with pytest.raises(DBAPIError), portal.ledger.write("test") as unit:
            unit.conn.execute(text("UPDATE documents SET folded_number = 'FE1'"))


class TestManyWriters:
    def test_a_reader_by_change_number_misses_nothing(self, portal: Portal) -> None:
        """Eight writers at once; a reader that follows the counter must end with every document."""
        errors: list[Exception] = []

        def write(worker: int) -> None:
            try:
                for number in range(6):
                    bring(portal, facts(f"W{worker}-{number}"))
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)

        bring(portal, facts("FE-0"))  # the parties exist, so that only documents race
        writers = [threading.Thread(target=write, args=(worker,)) for worker in range(8)]
        for writer in writers:
            writer.start()
        seen: set[int] = set()
        last = 0
        while any(writer.is_alive() for writer in writers):
            last = self._follow(portal, last, seen)
        self._follow(portal, last, seen)
        assert errors == []
        assert len(seen) == count(portal, "documents") == 8 * 6 + 1

    def _follow(self, portal: Portal, last: int, seen: set[int]) -> int:
        with portal.ledger.read() as conn:
            upto = int(conn.execute(text("SELECT seq FROM change_counter")).scalar_one())
            seen.update(conn.execute(text("SELECT id FROM documents WHERE seq > :last"), {"last": last}).scalars())
        return upto


class TestSchema:
    def test_migrating_twice_is_migrating_once(self, portal: Portal) -> None:
        assert migrate(portal.ledger.engine) == newest() == current(portal.ledger.engine)

    def test_the_migrations_make_the_very_tables_that_the_code_uses(self, portal: Portal) -> None:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        with portal.ledger.engine.connect() as conn:
            context = MigrationContext.configure(conn, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
