import threading
import time
from dataclasses import replace

import pytest

from portal.app.links import create_link, open_link
from portal.app.portal import Portal
from portal.app.sessions import IDLE, LIFETIME, end_session, find_session, living, session_actor
from portal.domain.access import operator
from portal.domain.tokens import session_hash
from portal.ledger.sessions import find_sessions
from tests.app.test_links import add_party
from tests.factories import FrozenClock
from tests.waiting import until


@pytest.fixture
def session(portal: Portal) -> str:
    """The hash of a session that has just begun."""
    return begin(portal)


def begin(portal: Portal) -> str:
    (customer,) = add_party(portal, f"9001{time.monotonic_ns() % 100_000}", "900555666")
    url = create_link(portal, operator("test"), customer).url or ""
    return session_hash(open_link(portal, url.rpartition("/")[2], "203.0.113.9", "F" * 5_000))


def wait_until_seen(portal: Portal, session: str) -> None:
    def seen() -> bool:
        with portal.ledger.read() as conn:
            return find_sessions(conn, [session])[0].seen_at == portal.clock.now()

    until(seen, "the session marked as seen")


def test_a_session_ends_when_nothing_happened_for_hours(portal: Portal, clock: FrozenClock, session: str) -> None:
    clock.at += IDLE
    assert session_actor(portal, session) is None


def test_whoever_keeps_working_stays_until_the_day_is_over(portal: Portal, clock: FrozenClock, session: str) -> None:
    begun = clock.at
    while clock.at - begun < LIFETIME - IDLE / 2:
        clock.at += IDLE / 2
        assert session_actor(portal, session) is not None
        wait_until_seen(portal, session)
    clock.at = begun + LIFETIME
    assert session_actor(portal, session) is None


def test_being_seen_is_written_at_most_once_a_minute(portal: Portal, clock: FrozenClock, session: str) -> None:
    begun = clock.at
    clock.forward(seconds=59)
    found = find_session(portal, session)
    assert found is not None and found.seen_at == begun
    with portal.ledger.read() as conn:
        assert find_sessions(conn, [session])[0].seen_at == begun


def test_nobody_waits_for_the_ledger_to_note_that_they_were_seen(clock: FrozenClock, portal: Portal) -> None:
    session = begin(portal)
    clock.forward(minutes=2)
    with portal.ledger.write("import") as busy:
        assert session_actor(portal, session) is not None
        busy.commit()
    wait_until_seen(portal, session)


def test_signing_out_is_for_good_and_for_this_session_only(portal: Portal, clock: FrozenClock) -> None:
    mine, other = begin(portal), begin(portal)
    end_session(portal, mine)
    clock.forward(minutes=1)
    end_session(portal, mine)
    assert session_actor(portal, mine) is None and session_actor(portal, other) is not None
    assert living(portal, [mine, other, "0" * 64]) == {other}


def test_an_unknown_session_is_nobody(portal: Portal) -> None:
    assert session_actor(portal, "0" * 64) is None
    assert living(portal, []) == frozenset()


def test_a_former_secret_keeps_links_open_and_a_lost_one_closes_them(portal: Portal) -> None:
    (customer,) = add_party(portal, "900100200", "900555666")
    token = (create_link(portal, operator("test"), customer).url or "").rpartition("/")[2]
    rotated = replace(portal, secret=b"n" * 32, previous_secret=portal.secret)
    assert session_actor(rotated, session_hash(open_link(rotated, token, "", ""))) is not None
    with pytest.raises(Exception, match="no está activo"):
        open_link(replace(portal, secret=b"n" * 32), token, "", "")


def test_many_threads_may_ask_at_once(portal: Portal, session: str) -> None:
    answers: list[bool] = []
    threads = [
        threading.Thread(target=lambda: answers.append(session_actor(portal, session) is not None)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 8
