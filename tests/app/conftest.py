"""A portal of one's own for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from tests.factories import FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> Iterator[Portal]:
    settings: dict[str, object] = {"home": tmp_path}
    if request.param == "postgresql":
        settings["database_url"] = request.getfixturevalue("postgres_url")
    built = build(Settings(**settings), clock)
    yield built
    built.close()
