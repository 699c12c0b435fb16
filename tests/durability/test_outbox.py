"""What is committed is done, whatever dies meanwhile. Every claim has a control that fails without the outbox."""

import random
import signal
from collections.abc import Callable

import pytest
from redis import Redis
from sqlalchemy import select

from portal.ledger.outbox import dead_letters
from portal.ledger.tables import outbox
from tests.durability.conftest import House
from tests.waiting import until


def never_sent(house: House, job: str, times: int = 1) -> list[int]:
    """Commit jobs and die before they are sent."""
    send, house.portal.ledger.sent = house.portal.ledger.sent, lambda _ids: None
    ids = house.ask(job, times)
    house.portal.ledger.sent = send
    return ids


def test_a_job_whose_worker_was_killed_in_the_middle_is_done_after_a_restart(house: House) -> None:
    ids = house.ask("effect", 20) + house.ask("slow") + house.ask("effect", 20)
    first = house.start()
    until(house.mark("began").exists, "the slow job began")
    house.kill(first)
    assert house.done(ids) < len(ids)
    house.mark("go").touch()
    house.start()
    house.all_done(ids)
    assert house.effects() == sorted(ids)


def test_jobs_sent_again_and_again_have_one_effect_each(redis_house: House) -> None:
    ids = redis_house.ask("effect", 30)
    for _ in range(5):
        redis_house.portal.ledger.sent(ids)
    redis_house.start()
    last = redis_house.ask("effect")
    redis_house.all_done([*ids, *last])
    assert redis_house.effects() == sorted([*ids, *last])


def test_a_job_committed_but_never_sent_is_sent_by_the_relay(house: House) -> None:
    ids = never_sent(house, "effect", 10)
    house.start()
    house.all_done(ids)
    assert house.effects() == sorted(ids)


def test_without_the_relay_it_would_be_lost(redis_house: House) -> None:
    """The control: the same run, nobody to send overdue jobs."""
    lost = never_sent(redis_house, "effect", 10)
    redis_house.start("norelay")
    redis_house.all_done(redis_house.ask("effect", 10))
    assert redis_house.done(lost) == 0


def test_a_redis_that_forgets_everything_loses_no_job(redis_house: House, redis_url: str) -> None:
    ids = redis_house.ask("effect", 50)
    with Redis.from_url(redis_url) as redis:
        assert redis.dbsize()
        redis.flushall()
    redis_house.start()
    redis_house.all_done(ids)


def test_a_job_that_kills_its_workers_becomes_a_dead_letter_and_others_go_on(house: House) -> None:
    (poison,), ids = house.ask("poison"), house.ask("effect", 10)
    for _ in range(2):
        assert house.start(MOST_ATTEMPTS="2").wait(60) == -signal.SIGKILL
    house.start(MOST_ATTEMPTS="2")
    house.all_done(ids)
    until(lambda: is_dead(house, poison), "a dead letter")
    assert house.effects() == sorted(ids)


def is_dead(house: House, job_id: int) -> bool:
    with house.portal.ledger.read() as conn:
        return [(one.id, one.attempts) for one in dead_letters(conn)] == [(job_id, 2)]


def test_an_effect_apart_from_its_done_would_be_doubled(house: House) -> None:
    """The control: the effect is committed, the worker dies before it has said so."""
    ids = house.ask("careless")
    assert house.start().wait(60) == -signal.SIGKILL
    house.start()
    house.all_done(ids)
    assert house.effects() == ids * 2


def test_a_worker_told_to_end_finishes_what_it_began(redis_house: House) -> None:
    ids = redis_house.ask("slow")
    worker = redis_house.start()
    until(redis_house.mark("began").exists, "the slow job began")
    worker.terminate()
    later = redis_house.ask("effect", 5)
    redis_house.mark("go").touch()
    assert worker.wait(60) == 0
    assert redis_house.done(ids) == 1
    redis_house.start()
    redis_house.all_done(later)


@pytest.mark.parametrize(
    ("seed", "jobs", "kills"),
    [(1, 150, 2), *(pytest.param(seed, 3_000, 10, marks=pytest.mark.nightly) for seed in (2, 3))],
)
def test_random_kills_with_a_backlog_lose_nothing_and_double_nothing(
    house: House, seed: int, jobs: int, kills: int, figure: Callable[[str], None]
) -> None:
    chance = random.Random(seed)
    ids = house.ask("effect", jobs)
    for _ in range(kills):
        worker, before = house.start(), house.done(ids)
        wanted = before + chance.randint(1, jobs // (kills + 2))
        until(lambda: house.done(ids) >= wanted, "some jobs done")  # noqa: B023
        house.kill(worker)
    assert house.done(ids) < len(ids), "the kills came with a backlog"
    house.start()
    house.all_done(ids)
    assert house.effects() == sorted(ids)
    dialect = house.portal.ledger.engine.dialect.name
    figure(f"{jobs:,} jobs, {kills} kills ({house.mode}, {dialect}, seed {seed}): 0 lost, 0 doubled")
    with house.portal.ledger.read() as conn:
        assert conn.execute(select(outbox.c.id).where(outbox.c.held_until.is_not(None))).all() == []
