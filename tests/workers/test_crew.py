from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from dramatiq.middleware.time_limit import TimeLimitExceeded

from portal.app import jobs
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import State, export_state, request_export
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.ledger import outbox
from portal.ledger.outbox import Job
from tests.factories import bring, facts
from tests.services import free_port
from tests.waiting import until
from tests.workers.conftest import Gate
from workers import actors
from workers.actors import LANES, Lane
from workers.crew import Crew

BOSS = operator("test")
Ask = Callable[..., int]
IsDone = Callable[[int], bool]


@pytest.fixture
def crew(portal: Portal) -> Iterator[Crew]:
    """At work in every queue."""
    made = Crew(portal)
    made.start()
    yield made
    made.stop(20)


def test_what_is_committed_is_done_at_once(crew: Crew, ask: Ask, is_done: IsDone, noted: list[int]) -> None:
    asked = [ask(queue=queue) for queue in LANES]
    until(lambda: all(map(is_done, asked)))
    assert sorted(noted) == asked


def test_a_message_delivered_again_has_no_second_effect(
    crew: Crew, ask: Ask, is_done: IsDone, noted: list[int]
) -> None:
    first = ask()
    crew.send([first, first, first])
    last = ask()
    until(lambda: is_done(first) and is_done(last))
    assert sorted(noted) == [first, last]


def test_an_export_is_made_soon_after_it_was_asked_for(crew: Crew, portal: Portal) -> None:
    bring(portal, facts("FE-1"))
    export_id = request_export(portal, BOSS, DocumentsRequest(Format.CSV))
    until(lambda: export_state(portal, BOSS, export_id).state is State.READY)


def test_a_long_export_does_not_hold_up_a_payment(
    crew: Crew, ask: Ask, is_done: IsDone, gate: Gate, noted: list[int]
) -> None:
    exports = [ask("gate", "exports") for _ in range(5)]
    assert gate.began.wait(20)
    payment = ask(queue="payments")
    until(lambda: is_done(payment))
    assert not any(map(is_done, exports))
    gate.go.set()


def test_a_failure_comes_back_through_the_relay(
    crew: Crew, ask: Ask, is_done: IsDone, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    def fails_once(_portal: Portal, job: Job) -> None:
        attempts.append(job.attempt)
        if job.attempt == 1:
            raise OSError("not yet")

    monkeypatch.setitem(jobs.WORK, "note", fails_once)
    monkeypatch.setattr(jobs, "FIRST_PAUSE", timedelta(milliseconds=10))
    job_id = ask()
    until(lambda: is_done(job_id))
    assert attempts == [1, 2]


def test_the_end_waits_for_the_job_at_work(portal: Portal, ask: Ask, is_done: IsDone, gate: Gate) -> None:
    crew = Crew(portal)
    crew.start()
    job_id = ask("gate")
    assert gate.began.wait(20)
    gate.go.set()
    crew.stop(20)
    assert is_done(job_id)


@pytest.mark.parametrize("portal", ["redis"], indirect=True)
def test_a_process_may_work_some_queues_only(portal: Portal, ask: Ask, is_done: IsDone, noted: list[int]) -> None:
    crew = Crew(portal)
    crew.start(["payments"])
    mail, payment = ask(queue="mail"), ask(queue="payments")
    until(lambda: is_done(payment))
    crew.stop(20)
    assert not is_done(mail)


def test_threads_that_run_are_alive_and_stopped_ones_are_not(portal: Portal) -> None:
    crew = Crew(portal)
    crew.start()
    until(lambda: crew.alive)
    crew.stop(20)
    assert not crew.alive


def test_a_commit_stands_when_redis_is_away_and_its_job_waits(settings: dict[str, Any]) -> None:
    portal = build(Settings(**settings, redis_url=f"redis://127.0.0.1:{free_port()}/0"))
    crew = Crew(portal)
    with portal.ledger.write("test") as unit:
        job_id = unit.job("mail", "note", {})
        unit.commit()
    with portal.ledger.read() as conn:
        assert outbox.queues_of(conn, [job_id]) == {job_id: "mail"}
    crew.stop(0)
    portal.close()


def test_a_job_beyond_its_time_is_interrupted_and_tried_again(
    portal: Portal, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[BaseException] = []

    def endless(_portal: Portal, _job: Job) -> None:
        try:
            while True:
                sum(range(100))
        except TimeLimitExceeded as error:
            ended.append(error)
            raise

    monkeypatch.setitem(jobs.WORK, "note", endless)
    monkeypatch.setitem(actors.LANES, "mail", Lane(threads=1, time_limit=10))
    crew = Crew(portal)
    crew.start()
    ask()
    until(lambda: ended)
    crew.stop(20)
