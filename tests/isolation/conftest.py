"""Random worlds for the proof that nobody sees what is not theirs; every seed is said."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.bootstrap import build
from portal.config import Settings
from tests.isolation.world import World, build_world
from tests.portal_server import Running, running_portal

# What the server's tests need of Streamlit's options, whatever a test before made Streamlit read.
from tests.web.conftest import our_streamlit_options as our_streamlit_options


@pytest.fixture(scope="session")
def seed() -> int:
    """PORTAL_SEED, to see again what another run saw; else another one each time."""
    return int(os.environ.get("PORTAL_SEED") or secrets.randbelow(1_000_000))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, seed: int) -> Iterator[tuple[World, Running]]:
    """A world, and the real server over it."""
    with running_portal(tmp_path_factory.mktemp("isolation")) as running:
        yield build_world(running.portal, seed), running


@contextmanager
def made_world(home: Path, seed: int) -> Iterator[World]:
    """A world without a server."""
    portal = build(Settings(home=home))
    try:
        yield build_world(portal, seed)
    finally:
        portal.close()
