import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from portal.app import jobs
from portal.app.jobs import (
    LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    dead_letters,
    hurry_unclaimed,
    pause_after,
    relay,
    retry_dead_letter,
    run_job,
)
from portal.app.portal import Portal
from portal.clock import SystemClock
from portal.domain.access import Actor, By, operator
from portal.errors import NotFound, Refused
from portal.ledger import outbox
from portal.ledger.outbox import SLOWEST, Job
from portal.ledger.tables import GRACE
from portal.ledger.tables import outbox as table
from portal.text import Text
from tests.factories import FrozenClock

BOSS = operator("test")
Work = Callable[[Portal, Job], None]


class Interrupted(BaseException):
    """As dramatiq's time limit: thrown into the thread from outside."""


@pytest.fixture
def does(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], list[Job]]:
    """Says what the job "note" does; gives the list of the jobs it was called with."""

    def say(work: Work) -> list[Job]:
        called: list[Job] = []

        def noted(portal: Portal, job: Job) -> None:
            called.append(job)
            work(portal, job)

        monkeypatch.setitem(jobs.WORK, "note", noted)
        return called

    return say


@pytest.fixture
def sent(portal: Portal) -> Iterator[list[int]]:
    """What the writer and the relay hand to the queue."""
    ids: list[int] = []
    portal.ledger.sent = ids.extend
    yield ids


def ask(portal: Portal, **payload: Any) -> int:
    with portal.ledger.write("test") as unit:
        job_id = unit.job("mail", "note", payload)
        unit.commit()
    return job_id


def row(portal: Portal, job_id: int) -> Any:
    with portal.ledger.read() as conn:
        return conn.execute(table.select().where(table.c.id == job_id)).one()


def claim(portal: Portal, job_id: int) -> Job | None:
    with portal.ledger.write("jobs") as unit:
        job = outbox.claim(unit, job_id, LEASE, MOST_ATTEMPTS)
        unit.commit()
    return job


def nothing(_portal: Portal, _job: Job) -> None:
    pass


def fails(_portal: Portal, _job: Job) -> None:
    raise OSError("the printer is on fire")


def test_a_job_gets_what_was_written_with_it(portal: Portal, does: Any) -> None:
    called = does(nothing)
    job_id = ask(portal, to="ñ")
    run_job(portal, job_id)
    assert called == [Job(job_id, "mail", "note", {"to": "ñ"}, 1)]


def test_a_job_delivered_twice_is_done_once(portal: Portal, does: Any) -> None:
    called = does(nothing)
    job_id = ask(portal)
    run_job(portal, job_id)
    run_job(portal, job_id)
    assert len(called) == 1 and row(portal, job_id).done_at is not None


def test_a_job_that_never_was_is_nothing(portal: Portal, does: Any) -> None:
    run_job(portal, 12345)


def test_a_transaction_that_is_not_committed_leaves_no_job(portal: Portal, sent: list[int]) -> None:
    with portal.ledger.write("test") as unit:
        job_id = unit.job("mail", "note", {})
    with portal.ledger.read() as conn:
        assert outbox.queues_of(conn, [job_id]) == {}
    assert sent == []


def test_a_failure_is_tried_again_after_a_while_and_then_given_up(
    portal: Portal, clock: FrozenClock, does: Any, sent: list[int]
) -> None:
    called = does(fails)
    job_id = ask(portal)
    pauses: list[timedelta] = []
    for _ in range(MOST_ATTEMPTS - 1):
        run_job(portal, job_id)
        pauses.append(row(portal, job_id).due_at - clock.now())
        sent.clear()
        clock.at += pauses[-1] - timedelta(microseconds=1)
        assert relay(portal) == 0
        clock.at += timedelta(microseconds=1)
        assert relay(portal) == 1 and sent == [job_id]
    run_job(portal, job_id)
    assert pauses == sorted(pauses)
    assert [job.attempt for job in called] == list(range(1, MOST_ATTEMPTS + 1))
    clock.forward(days=1)
    assert relay(portal) == 0
    run_job(portal, job_id)
    assert len(called) == MOST_ATTEMPTS
    dead = dead_letters(portal, BOSS)
    assert [(one.id, one.attempts, one.error) for one in dead] == [
        (job_id, MOST_ATTEMPTS, "OSError: the printer is on fire")
    ]


def test_pauses_grow_up_to_a_limit_and_differ() -> None:
    assert len({pause_after(3) for _ in range(20)}) > 1
    assert all(pause_after(attempt) <= LONGEST_PAUSE * 1.25 for attempt in range(1, 20))


def test_a_dead_letter_tried_again_has_all_its_attempts(portal: Portal, does: Any, sent: list[int]) -> None:
    does(fails)
    job_id = ask(portal)
    for _ in range(MOST_ATTEMPTS):
        run_job(portal, job_id)
    called = does(nothing)
    sent.clear()
    retry_dead_letter(portal, BOSS, job_id)
    assert sent == [job_id]
    run_job(portal, job_id)
    assert called[0].attempt == 1
    assert dead_letters(portal, BOSS) == []
    with pytest.raises(NotFound):
        retry_dead_letter(portal, BOSS, job_id)


def test_dead_letters_are_the_operators_business(portal: Portal) -> None:
    visitor = Actor(By.LINK, "link:1")
    with pytest.raises(NotFound):
        dead_letters(portal, visitor)
    with pytest.raises(NotFound):
        retry_dead_letter(portal, visitor, 1)


def test_a_refusal_is_final(portal: Portal, does: Any) -> None:
    def refuse(_portal: Portal, _job: Job) -> None:
        raise Refused(Text("No se puede."))

    called = does(refuse)
    job_id = ask(portal)
    run_job(portal, job_id)
    run_job(portal, job_id)
    assert len(called) == 1
    assert [one.error for one in dead_letters(portal, BOSS)] == ["Refused: No se puede."]


def test_a_job_unknown_to_this_version_waits_for_one_that_knows_it(portal: Portal) -> None:
    job_id = ask(portal)
    run_job(portal, job_id)
    assert row(portal, job_id).failed_at is None and "note" in row(portal, job_id).error


def test_a_job_that_kills_its_worker_becomes_a_dead_letter(portal: Portal, clock: FrozenClock, does: Any) -> None:
    called = does(nothing)
    job_id = ask(portal)
    for _ in range(MOST_ATTEMPTS):
        assert claim(portal, job_id)  # and the worker is gone
        clock.at += LEASE
    run_job(portal, job_id)
    assert called == []
    assert [(one.id, one.error) for one in dead_letters(portal, BOSS)] == [(job_id, "worker died")]


def test_a_job_in_another_workers_hands_is_left_alone_until_its_lease_ends(
    portal: Portal, clock: FrozenClock, does: Any, sent: list[int]
) -> None:
    called = does(nothing)
    job_id = ask(portal)
    assert claim(portal, job_id)
    clock.at += LEASE - timedelta(microseconds=1)
    run_job(portal, job_id)
    assert called == [] and relay(portal) == 0
    clock.at += timedelta(microseconds=1)
    assert relay(portal) == 1
    run_job(portal, job_id)
    assert [job.attempt for job in called] == [2]


def test_a_worker_at_work_renews_its_lease(portal: Portal, does: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(milliseconds=60))
    monkeypatch.setattr(portal.ledger, "clock", SystemClock())
    held: list[Any] = []

    def watch(portal: Portal, job: Job) -> None:
        held.append(row(portal, job.id).held_until)
        while len(held) < 3:
            now = row(portal, job.id).held_until
            if now != held[-1]:
                held.append(now)

    does(watch)
    run_job(portal, ask(portal))
    assert held == sorted(held)


def test_a_lease_that_can_not_be_renewed_stops_no_work(
    portal: Portal, does: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE", timedelta(milliseconds=30))
    tried = threading.Event()

    def locked(*_args: Any) -> None:
        tried.set()
        raise OSError("locked")

    monkeypatch.setattr(outbox, "keep", locked)
    does(lambda _portal, _job: tried.wait(20))
    job_id = ask(portal)
    run_job(portal, job_id)
    assert tried.is_set() and row(portal, job_id).done_at is not None


def test_a_worker_paused_beyond_its_lease_changes_nothing_when_it_wakes(
    portal: Portal, clock: FrozenClock, does: Any
) -> None:
    def paused(portal: Portal, job: Job) -> None:
        if job.attempt == 1:
            clock.at += LEASE
            does(fails)
            run_job(portal, job.id)
            raise OSError("and wakes to an error of its own")

    does(paused)
    job_id = ask(portal)
    run_job(portal, job_id)
    assert (row(portal, job_id).attempts, row(portal, job_id).error) == (2, "OSError: the printer is on fire")


def test_an_effect_in_one_transaction_with_done_happens_once_even_when_two_work_at_once(
    portal: Portal, clock: FrozenClock, does: Any
) -> None:
    effects: list[int] = []

    def effect(portal: Portal, job: Job) -> None:
        if job.attempt == 1:
            clock.at += LEASE
            run_job(portal, job.id)
        with portal.ledger.write("test") as unit:
            if outbox.done(unit, job.id):
                effects.append(job.attempt)
                unit.commit()

    does(effect)
    job_id = ask(portal)
    run_job(portal, job_id)
    assert effects == [2]


def test_an_interruption_is_recorded_and_goes_on_up(portal: Portal, does: Any) -> None:
    def interrupted(_portal: Portal, _job: Job) -> None:
        raise Interrupted

    does(interrupted)
    job_id = ask(portal)
    with pytest.raises(Interrupted):
        run_job(portal, job_id)
    assert "Interrupted" in row(portal, job_id).error and row(portal, job_id).held_until is None


def test_a_committed_job_is_sent_at_once_and_relayed_only_if_nobody_took_it(
    portal: Portal, clock: FrozenClock, does: Any, sent: list[int]
) -> None:
    does(nothing)
    taken, lost = ask(portal), ask(portal)
    assert sent == [taken, lost]
    run_job(portal, taken)
    assert relay(portal) == 0
    clock.at += GRACE
    sent.clear()
    assert relay(portal) == 1 and sent == [lost]


def test_the_relay_waits_longer_each_time(portal: Portal, clock: FrozenClock, sent: list[int]) -> None:
    job_id = ask(portal)
    waits: list[timedelta] = []
    for _ in range(10):
        waits.append(row(portal, job_id).due_at - clock.now())
        clock.at += waits[-1]
        assert relay(portal) == 1
    assert waits[:4] == [GRACE, GRACE, 2 * GRACE, 4 * GRACE]
    assert waits[-1] == SLOWEST


def test_jobs_whose_worker_died_come_back_one_by_one(portal: Portal, clock: FrozenClock, sent: list[int]) -> None:
    orphans, fresh = [ask(portal) for _ in range(3)], ask(portal)
    assert all(claim(portal, job_id) for job_id in orphans)
    clock.at += LEASE
    sent.clear()
    assert [relay(portal) for _ in range(4)] == [2, 1, 1, 0]
    assert sorted(sent) == sorted([*orphans, fresh])


def test_two_relays_send_each_job_once(portal: Portal, clock: FrozenClock, sent: list[int]) -> None:
    asked = [ask(portal) for _ in range(20)]
    clock.at += GRACE
    sent.clear()
    relays = [threading.Thread(target=relay, args=(portal,)) for _ in range(4)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()
    assert sorted(sent) == sorted(asked)


def test_after_a_restart_what_nobody_claimed_is_overdue_and_a_pause_is_kept(
    portal: Portal, clock: FrozenClock, does: Any, sent: list[int]
) -> None:
    does(fails)
    fresh, failed = ask(portal), ask(portal)
    run_job(portal, failed)
    clock.forward(milliseconds=1)
    sent.clear()
    hurry_unclaimed(portal)
    assert relay(portal) == 1 and sent == [fresh]


def test_a_job_for_later_is_begun_by_the_relay_when_its_time_has_come_and_a_restart_does_not_hurry_it(
    portal: Portal, clock: FrozenClock, sent: list[int]
) -> None:
    with portal.ledger.write("test") as unit:
        later = unit.job("mail", "note", {}, after=timedelta(hours=1))
        unit.commit()
    hurry_unclaimed(portal)
    assert relay(portal) == 0 and sent == []
    clock.forward(hours=1)
    assert relay(portal) == 1 and sent == [later]
