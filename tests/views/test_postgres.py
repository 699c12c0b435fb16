"""The same copy from a PostgreSQL ledger."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.domain.access import Scope
from portal.ledger.schema import migrate
from portal.views.filters import DocumentFilter, SortKey
from portal.views.pages import page
from portal.views.store import Views
from tests.views import oracle
from tests.views.build import NOW, World, contents, sqlite_world
from tests.views.stories import tell

ALL = Scope(everything=True)
STORY = [
    (what, (7 * n + 13 * what) % 100, (11 * n + what) % 100, 1 + (37 * n + what) % 100)
    for n in range(6)
    for what in (0, 2, 3, 4, 8, 11, 6, 12, 7, 14, 16, 17, 18, 19, 20, 20, 21)
]


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[World]:
    world = World(postgres_url)
    migrate(world.engine)
    yield world
    world.close()


@pytest.fixture
def copy(postgres: World, tmp_path: Path, built_here: None) -> Iterator[Views]:
    views = postgres.views(tmp_path / "views")
    yield views
    views.close()


def test_a_long_story_is_refreshed_exactly(postgres: World, copy: Views) -> None:
    for start in range(0, len(STORY), 17):
        tell(postgres, STORY[start : start + 17])
        copy.fresh()
    assert copy.check() == []
    refreshed = contents(copy)
    assert len(refreshed["allocations"]) > 5
    copy.rebuild()
    assert contents(copy) == refreshed


def test_a_page_says_what_the_oracle_says(postgres: World, copy: Views) -> None:
    tell(postgres, STORY)
    for row in page(copy, ALL, DocumentFilter(), SortKey.NUMBER, False, 500, 0, NOW).rows:
        want = oracle.row(postgres, postgres.docs[row.id])
        assert {name: getattr(row, name) for name in want} == want


def test_sqlite_and_postgres_make_the_same_list(postgres: World, copy: Views, tmp_path: Path) -> None:
    lists = []
    for world, views in ((postgres, copy), (lite := sqlite_world(tmp_path), lite.views(tmp_path / "lite"))):
        tell(world, STORY)
        found = page(views, ALL, DocumentFilter(), SortKey.NUMBER, False, 500, 0, NOW)
        lists.append(
            [
                (row.number, row.outstanding, row.available, row.reserved, row.reported, row.claimed, row.withheld)
                for row in found.rows
            ]
        )
        views.close()
    lite.close()
    assert lists[0] == lists[1]
    assert lists[0]


def test_the_first_copy_is_built_by_a_child_process(postgres: World, tmp_path: Path) -> None:
    postgres.document()
    views = postgres.views(tmp_path / "views")
    assert views.check() == []
    views.close()
