"""Random worlds for the proof that nobody sees what is not theirs; every seed is said."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from tests.isolation.scene import Scene, build_scene
from tests.isolation.world import World, build_world
from tests.portal_server import Running, running_portal

# What the server's tests need of Streamlit's options, whatever a test before made Streamlit read.
from tests.web.conftest import our_streamlit_options as our_streamlit_options


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, seed: int) -> Iterator[tuple[World, Running]]:
    """A world, and the real server over it."""
    with running_portal(tmp_path_factory.mktemp("isolation")) as running:
        yield build_world(running.portal, seed), running


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The real server over a small scene."""
    with running_portal(tmp_path_factory.mktemp("scene")) as process:
        yield process


@pytest.fixture(scope="session")
def scene(running: Running) -> Scene:
    """Somebody of every role; a test that changes what somebody holds makes a person of its own."""
    return build_scene(running.portal)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world of seed 3, to be copied."""
    home = tmp_path_factory.mktemp("sample")
    with _portal(home) as portal:
        return build_world(portal, 3)


@pytest.fixture
def copied(sample: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, without a server."""
    home = tmp_path / "home"
    shutil.copytree(sample.portal.settings.home, home)
    with _portal(home) as portal:
        yield replace_portal(sample, portal)


def replace_portal(world: World, portal: Portal) -> World:
    """The same world, over a copy of its home."""
    copy = World(portal, world.seed)
    for name in vars(world):
        if name != "portal":
            setattr(copy, name, deepcopy(getattr(world, name)))
    return copy


@contextmanager
def _portal(home: Path) -> Iterator[Portal]:
    portal = build(Settings(home=home))
    try:
        yield portal
    finally:
        portal.close()
