"""A portal of one's own for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.app.looking import looks_written
from portal.app.portal import Portal
from portal.app.sessions import seen_written
from portal.bootstrap import build
from portal.config import Settings
from tests.factories import FrozenClock
from tests.ledgers import PostgresLedger, copy_empty_ledger


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def postgres_ledger(postgres_server: str) -> PostgresLedger:
    return PostgresLedger(postgres_server)


@pytest.fixture
def postgres_url(postgres_ledger: PostgresLedger) -> str:
    """One database for all tests here, empty at the start of each."""
    postgres_ledger.empty()
    return postgres_ledger.url


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock, empty_ledger: Path) -> Iterator[Portal]:
    settings: dict[str, object] = {"home": tmp_path}
    if request.param == "postgresql":
        settings["database_url"] = request.getfixturevalue("postgres_url")
    else:
        copy_empty_ledger(empty_ledger, tmp_path)
    built = build(Settings(**settings), clock)
    yield built
    looks_written()  # else they would be written into the next test's ledger
    seen_written()
    built.close()
