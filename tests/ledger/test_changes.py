"""What the copies are fed with: consistent, complete, by index, the same from both databases."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from portal.ledger import changes_sql
from portal.ledger.changes import Changes, connect
from portal.ledger.engine import make_engine
from portal.ledger.schema import migrate
from tests.views.build import TODAY, World, sqlite_world

STREAMS = ("documents", "items", "entries", "allocations")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = sqlite_world(tmp_path)
    debt = world.document(total=1000)
    credit = world.payment(400, debt, TODAY)
    world.allocate(credit, debt.item_id or 0, 400)
    yield world
    world.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[World]:
    world = sqlite_world(tmp_path / "other")
    yield world
    world.close()


def counts(changes: Changes, since: int | None) -> dict[str, int]:
    with changes.snapshot() as snapshot:
        return {name: getattr(snapshot, name)(since).read_all().num_rows for name in STREAMS}


def test_each_change_is_told_once(world: World) -> None:
    seen = world.changes.last()
    assert counts(world.changes, None) == {"documents": 1, "items": 2, "entries": 2, "allocations": 1}
    assert counts(world.changes, seen) == dict.fromkeys(STREAMS, 0)
    world.document(total=5)
    assert counts(world.changes, seen) == {"documents": 1, "items": 1, "entries": 1, "allocations": 0}


def test_an_allocation_tells_of_both_items_and_their_documents(world: World) -> None:
    debt = next(iter(world.docs.values()))
    note = world.document(kind=world.docs[debt.id].kind.CREDIT_NOTE, total=10)
    seen = world.changes.last()
    world.allocate(note.item_id or 0, debt.item_id or 0, 10)
    assert counts(world.changes, seen) == {"documents": 2, "items": 2, "entries": 0, "allocations": 1}


def test_a_snapshot_does_not_see_what_is_committed_after_it(world: World) -> None:
    with world.changes.snapshot() as snapshot:
        world.document(total=5)
        assert snapshot.documents().read_all().num_rows == 1
        assert snapshot.seq == world.changes.last() - 1
    with world.changes.snapshot() as snapshot:
        assert snapshot.seq == world.changes.last()


def test_changed_rows_are_counted_no_further_than_asked(world: World) -> None:
    for _ in range(4):
        world.document()
    with world.changes.snapshot() as snapshot:
        assert snapshot.changed(0, 100) == 5 + 6 + 1
        assert snapshot.changed(0, 2) == 2 + 2 + 1
        assert snapshot.changed(snapshot.seq, 2) == 0


def test_a_delta_reads_no_table_from_end_to_end(world: World) -> None:
    texts = [
        changes_sql.items(3, "sqlite"),
        changes_sql.documents(3),
        changes_sql.entries(3),
        changes_sql.allocations(3),
    ]
    with world.ledger.read() as conn:
        plans = [row[3] for sql in texts for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()]
    tables = ("entries", "allocations", "documents", "items", "e", "a", "d", "i")
    assert [plan for plan in plans if plan.split()[0] == "SCAN" and plan.split()[1] in tables] == []


def test_columns_have_the_same_types_when_there_is_nothing_in_them(world: World, other: World) -> None:
    def types(one: World) -> list[pa.Schema]:
        with one.changes.snapshot() as snapshot:
            return [getattr(snapshot, name)().read_all().schema for name in STREAMS if name != "items"]

    first = other.document(method="10", due=TODAY)
    other.allocate(other.payment(1, first, TODAY), first.item_id or 0, 1)
    assert types(world) == types(other)


def test_a_source_is_made_again_from_its_origin(world: World) -> None:
    factory, told = world.changes.origin
    assert factory == "portal.ledger.changes:connect"
    again = connect(told)
    assert (again.last(), again.identity()) == (world.changes.last(), world.changes.identity())
    again.close()


def test_another_ledger_is_another_identity(world: World, other: World) -> None:
    assert other.changes.identity() != world.changes.identity()


def test_a_failure_inside_a_snapshot_leaves_the_next_one_whole(world: World) -> None:
    with pytest.raises(ZeroDivisionError), world.changes.snapshot():
        raise ZeroDivisionError
    assert counts(world.changes, None)["documents"] == 1


def test_a_path_with_odd_letters_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "año 50% de.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    changes = Changes(engine)
    with changes.snapshot() as snapshot:
        assert snapshot.seq == changes.last() == 0
    changes.close()
