"""Random probes of everything that answers: nobody sees what is not theirs, and what is theirs they do see."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from portal.bootstrap import build
from portal.config import Settings
from portal.domain.places import PLACES
from tests.isolation import oracle
from tests.isolation.probes import PROBES, probe
from tests.isolation.wire import Wire
from tests.isolation.world import World, build_world
from tests.portal_server import Running, running_portal

Figure = Callable[[str], None]


def test_the_oracle_is_small_and_knows_nothing_of_the_portal() -> None:
    source = Path(oracle.__file__ or "").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 50
    assert "import portal" not in source and "from portal" not in source


def test_the_world_has_people_links_and_documents_in_every_standing(served: tuple[World, Running]) -> None:
    world, _ = served
    assert len(world.issuers) >= 3 and len(world.customers) >= 12
    assert {one.state for one in world.documents} >= {"active", "withdrawn"}
    told = world.oracle
    assert {bool(told.enters(one.who)) for one in world.visitors} == {True, False}
    assert {one.role for one in told.grants} == {"owner", "collector", "reader", "analyst", "customer"}
    assert any(one.ended for one in told.grants) and not all(one.open for one in told.links.values())
    assert max(Counter(one.user for one in told.grants).values()) >= 3
    assert min(len(world.tills.baskets), len(world.tills.vouchers), len(world.tills.payable)) >= 4


def test_nobody_sees_what_is_not_theirs(served: tuple[World, Running], seed: int, figure: Figure) -> None:
    """1,600 probes of the use cases and 400 over HTTP and websockets."""
    world, running = served
    assert _walked(world, running, seed, 1_600, 400, figure) == (len(PROBES), 6)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
def test_nobody_sees_what_is_not_theirs_in_five_worlds(tmp_path: Path, seed: int, figure: Figure) -> None:
    """22,500 probes, 5,000 of them over HTTP and websockets."""
    for number in range(5):
        with running_portal(tmp_path / str(number)) as running:
            world = build_world(running.portal, seed + number)
            _walked(world, running, seed + number, 3_500, 1_000, figure)


def test_a_world_is_the_same_for_the_same_seed(copied: World, tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path / "again"))
    again = build_world(portal, copied.seed)
    portal.close()
    assert [one.name for one in again.visitors] == [one.name for one in copied.visitors]
    assert [one.state for one in again.documents] == [one.state for one in copied.documents]


def _walked(world: World, running: Running, seed: int, inside: int, outside: int, figure: Figure) -> tuple[int, int]:
    started = time.monotonic()
    told = probe(world, inside, Random(seed))
    with Wire(world, running, seed) as wire:
        over = wire.probe(outside)
    seconds = time.monotonic() - started
    pages = f"{over['a_page']} of them pages of {len(PLACES)}"
    figure(f"isolation: {inside} probes of use cases, {outside} over HTTP and websockets ({pages}), "
           f"0 leaks, {seconds:.0f} s, seed {seed}")  # fmt: skip
    return len(told), len(over)
