"""A portal whose clock runs, on SQLite and PostgreSQL; and jobs of a test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import select

from portal.app import jobs
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.ledger.outbox import Job
from portal.ledger.tables import outbox
from tests.waiting import PATIENCE


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """For `Settings`; in-process jobs unless a Redis is added."""
    given: dict[str, Any] = {"home": tmp_path}
    if request.param == "postgresql":
        given["database_url"] = request.getfixturevalue("postgres_url")
    return given


@pytest.fixture(params=["inprocess", "redis"])
def portal(request: pytest.FixtureRequest, settings: dict[str, Any]) -> Iterator[Portal]:
    if request.param == "redis":
        settings["redis_url"] = request.getfixturevalue("redis_url")
        with Redis.from_url(settings["redis_url"]) as redis:
            redis.flushall()
    built = build(Settings(**settings))
    yield built
    built.close()


class Gate:
    """A job that begins, and ends when the test lets it."""

    def __init__(self) -> None:
        self.began, self.go = threading.Event(), threading.Event()

    def __call__(self, _portal: Portal, _job: Job) -> None:
        self.began.set()
        assert self.go.wait(PATIENCE)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """What the job "gate" does."""
    made = Gate()
    monkeypatch.setitem(jobs.WORK, "gate", made)
    return made


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the jobs "note" that were done."""
    ids: list[int] = []
    monkeypatch.setitem(jobs.WORK, "note", lambda _portal, job: ids.append(job.id))
    return ids


@pytest.fixture
def ask(portal: Portal) -> Callable[..., int]:
    def commit(job: str = "note", queue: str = "mail") -> int:
        with portal.ledger.write("test") as unit:
            job_id = unit.job(queue, job, {})
            unit.commit()
        return job_id

    return commit


@pytest.fixture
def is_done(portal: Portal) -> Callable[[int], bool]:
    def look(job_id: int) -> bool:
        with portal.ledger.read() as conn:
            return conn.execute(select(outbox.c.done_at).where(outbox.c.id == job_id)).scalar_one() is not None

    return look
