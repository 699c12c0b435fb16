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

HERE = Path(__file__).parent


# Where the two databases differ by their nature: locks, races, upserts, the order of commits, what is searched in SQL.
BOTH_ALWAYS = {
    "test_crediting.py", "test_crew.py", "test_crowd.py", "test_delivery.py", "test_feed.py", "test_jobs.py",
    "test_posting.py", "test_races.py", "test_tickets.py", "test_turns.py",
}  # fmt: skip
EVERY = 10


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Elsewhere one test in ten runs on PostgreSQL too, and at night all of them."""
    twins: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if _on_postgres(item) and HERE in item.path.parents and item.path.name not in BOTH_ALWAYS:
            twins.setdefault(item.path, []).append(item)
    for of_file in twins.values():
        for place, item in enumerate(of_file):
            if place % EVERY:
                item.add_marker(pytest.mark.nightly)


def _on_postgres(item: pytest.Item) -> bool:
    told = getattr(item, "callspec", None)
    return told is not None and told.params.get("portal") == "postgresql"


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
