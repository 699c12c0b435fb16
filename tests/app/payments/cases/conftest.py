"""A shop for each provider; one that may be on either database for races."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.payments.cases.shop import Shop, open_shop
from tests.emulators import base
from tests.emulators.base import Emulator, Stage
from tests.emulators.registry import EMULATORS
from tests.emulators.wompi import WompiEmulator
from tests.factories import FrozenClock
from tests.ledgers import copy_empty_ledger


@pytest.fixture(scope="session")
def front() -> Iterator[Stage]:
    """The server of the portal's webhooks."""
    with base.stage() as built:
        yield built


@pytest.fixture(params=sorted(EMULATORS))
def emulator(request: pytest.FixtureRequest, stage: Stage) -> Emulator:
    """One of the companies; a test may name some by `@pytest.mark.parametrize("emulator", [...], indirect=True)`."""
    played = stage.play(EMULATORS[request.param]())
    if request.param == "payu":
        played.limits = True  # type: ignore[attr-defined]
    return played


@pytest.fixture
def shop(emulator: Emulator, front: Stage, tmp_path: Path, clock: FrozenClock, empty_ledger: Path) -> Iterator[Shop]:
    copy_empty_ledger(empty_ledger, tmp_path)
    opened = open_shop(emulator, front, tmp_path, clock, None)
    yield opened
    opened.portal.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def racing_shop(
    request: pytest.FixtureRequest, stage: Stage, front: Stage, tmp_path: Path, clock: FrozenClock, empty_ledger: Path
) -> Iterator[Shop]:
    """Wompi's, which may be asked at any time."""
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    if url is None:
        copy_empty_ledger(empty_ledger, tmp_path)
    opened = open_shop(stage.play(WompiEmulator()), front, tmp_path, clock, url)
    yield opened
    opened.portal.close()
