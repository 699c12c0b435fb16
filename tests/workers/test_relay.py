from pathlib import Path

import pytest

from portal.bootstrap import build
from portal.config import Settings
from tests.waiting import until
from workers import relay
from workers.relay import Relay


def test_the_relay_goes_on_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = build(Settings(home=tmp_path))
    looks: list[bool] = []

    def away(_portal: object) -> int:
        looks.append(True)
        if len(looks) == 1:
            raise OSError("the database is away")
        return 0

    monkeypatch.setattr(relay, "relay", away)
    monkeypatch.setattr(relay, "EVERY", 0.01)
    thread = Relay(portal)
    thread.start()
    until(lambda: len(looks) > 2)
    thread.stop()
    assert not thread.is_alive()
    portal.close()


def test_a_relay_that_never_began_can_be_stopped(tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path))
    Relay(portal).stop()
    portal.close()
