"""Few passwords are compared at a time; who is known here does not queue behind strangers."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from portal.app.accounts import turns
from portal.app.accounts.refusals import TooMany, WrongPassword
from portal.app.accounts.throttle import PASSWORD as RULE
from portal.app.accounts.turns import Turns, in_turn
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger.audit import Where
from tests.app.accounts.ways import BROWSER, ELSEWHERE, EMAIL, OTHER, come_in, sign_in_password, with_password
from tests.app.people import HERE
from tests.waiting import PATIENCE, until


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn of each kind, and nobody waits."""
    for name in ("STRANGERS", "KNOWN"):
        monkeypatch.setattr(turns, name, Turns(1, 0, 0.0))


def test_no_more_than_allowed_at_once_and_some_wait() -> None:
    lane, most, now, go = Turns(2, 3, PATIENCE), 0, set[int](), threading.Event()

    def work(number: int) -> None:
        nonlocal most
        with lane.take():
            now.add(number)
            most = max(most, len(now))
            assert go.wait(PATIENCE)
            now.discard(number)

    with ThreadPoolExecutor(5) as pool:
        running = [pool.submit(work, number) for number in range(5)]
        until(lambda: len(now) == 2)
        until(lambda: not lane._places.acquire(blocking=False) or lane._places.release())
        with pytest.raises(TooMany, match="Espera unos segundos"), lane.take():
            pass
        go.set()
        for one in running:
            one.result(PATIENCE)
    assert most == 2
    with lane.take():
        pass


def test_who_has_waited_long_enough_is_told_to_come_back() -> None:
    lane = Turns(1, 1, 0.01)
    with lane.take(), pytest.raises(TooMany), lane.take():
        pass
    with lane.take():
        pass


def test_a_turn_ends_with_an_error_too() -> None:
    lane = Turns(1, 0, 0.0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), lane.take():
            _ = 1 / 0


def test_who_is_known_does_not_queue_behind_strangers(portal: Portal, one_by_one: None) -> None:
    with_password(portal)
    come_in(portal)
    with ExitStack() as storm:
        storm.enter_context(in_turn(portal, "nadie@empresa.example", OTHER, ELSEWHERE))
        with pytest.raises(TooMany), in_turn(portal, EMAIL, OTHER, ELSEWHERE):
            pass
        for browser, where in ((BROWSER, ELSEWHERE), (OTHER, HERE)):
            with in_turn(portal, EMAIL, browser, where):
                pass


def test_waiting_in_vain_is_no_wrong_password(portal: Portal, one_by_one: None) -> None:
    """What was never compared does not count: a storm uses up nobody's attempts."""
    with_password(portal)
    with turns.STRANGERS.take():
        for _ in range(RULE.own + 1):
            with pytest.raises(TooMany), in_turn(portal, EMAIL, BROWSER, HERE):
                raise AssertionError("its turn came")
    with in_turn(portal, EMAIL, BROWSER, HERE):
        assert come_in(portal)


def test_a_guesser_who_is_shut_out_takes_no_turn(portal: Portal, one_by_one: None) -> None:
    with_password(portal)
    for _ in range(RULE.own):
        with pytest.raises(WrongPassword):
            sign_in_password(portal, EMAIL, "otra cosa", BROWSER, HERE)
    with (
        turns.STRANGERS.take(),
        pytest.raises(TooMany, match="intentos fallidos"),
        in_turn(portal, EMAIL, BROWSER, HERE),
    ):
        pass
    with pytest.raises(Refused), in_turn(portal, "nada", BROWSER, Where()):
        pass
