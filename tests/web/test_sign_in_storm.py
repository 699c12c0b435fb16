"""B3: while many sign in at once, pages stay quick, and who is known here comes in (OWASP ASVS 5.0, 6.3.1)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import pytest

from portal.app.accounts.passwords import hash_new_password
from portal.app.links import create_link, open_link
from portal.domain.access import operator
from portal.ledger.tables import customers
from portal.ledger.users import add_user, set_user
from tests.factories import bring, facts
from tests.isolation.pages import Browser, browser
from tests.portal_server import Running, running_portal
from tests.web.storm import BUSY, WRONG, storm, stranger

EMAIL, PASSWORD, HOME = "luz@empresa.example", "correcto caballo grapa", "127.0.0.200"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A server with twelve rounds of bcrypt, as it is in production; a customer; a person with a password."""
    with running_portal(tmp_path) as process:
        bring(process.portal, facts("FE-1"))
        with process.portal.ledger.write("test") as unit:
            user_id = add_user(unit, EMAIL, "Luz")
            set_user(unit, user_id, password_hash=hash_new_password(PASSWORD, EMAIL))
            unit.commit()
        yield process


@pytest.fixture
def visitor(running: Running) -> Iterator[Browser]:
    """The customer, who came by a link."""
    portal = running.portal
    with portal.ledger.read() as conn:
        customer = conn.execute(customers.select()).one().id
    token = (create_link(portal, operator("test"), customer).url or "").rpartition("/")[2]
    with browser(running, open_link(portal, token, "127.0.0.1", "test")) as opened:
        opened.draw("documentos")
        yield opened


@contextmanager
def looking(visitor: Browser) -> Iterator[list[float]]:
    """The list of documents again and again while the block runs: how long each took."""
    over, taken = threading.Event(), list[float]()

    def look() -> None:
        while not over.wait(0.2):
            began = time.perf_counter()
            assert visitor.draw("documentos").shows("FE-1")
            taken.append(time.perf_counter() - began)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield taken
    finally:
        over.set()
        watcher.join()


@pytest.mark.parametrize(
    ("times", "addresses", "most"),
    [(20, 5, 3.0), pytest.param(300, 50, 1.0, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])],
)
def test_ten_sign_ins_a_second_leave_pages_quick_and_let_the_known_in(
    running: Running, visitor: Browser, figure: Callable[[str], None], times: int, addresses: int, most: float
) -> None:
    with stranger(running, HOME) as first:
        assert first.come_in(EMAIL, PASSWORD)
    with storm(running, addresses) as guessers, stranger(running, HOME) as again, looking(visitor) as taken:
        blowing = threading.Thread(target=guessers.blow, args=(times, 10))
        blowing.start()
        time.sleep(times / 20)  # in the middle of it
        began = time.perf_counter()
        assert again.come_in(EMAIL, PASSWORD)
        entered = time.perf_counter() - began
        blowing.join()
    assert set(guessers.told) <= {WRONG, BUSY} and guessers.told[WRONG] and guessers.told.total() == times
    late = quantiles(taken, n=20)[-1]
    figure(f"{times} sign-ins at 10 a second from {addresses} addresses: {guessers.told[WRONG]} compared, "
           f"{guessers.told[BUSY]} told to wait; page p50 {median(taken) * 1000:.0f} ms, p95 {late * 1000:.0f} ms; "
           f"who is known came in after {entered:.1f} s")  # fmt: skip
    assert late < most
