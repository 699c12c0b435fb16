"""A ledger and its views for each test; the first copy is built in this process, a child would be most of its time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.views import store
from portal.views.build import build
from portal.views.store import Views
from tests.views.build import World, sqlite_world


@pytest.fixture
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "build_apart", build)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = sqlite_world(tmp_path)
    yield world
    world.close()


@pytest.fixture
def views(world: World, tmp_path: Path, built_here: None) -> Iterator[Views]:
    views = world.views(tmp_path / "views")
    yield views
    views.close()
