"""A ledger, a queue, and processes that do its jobs until a test kills them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import select

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.ledger.tables import outbox
from tests.durability.jobs_process import effects
from tests.waiting import until
from workers.crew import Crew

ROOT = Path(__file__).parents[2]


class Earlier:
    """A clock a minute behind: what is written by it is overdue already."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(minutes=1)


@dataclass
class House:
    """`portal` writes jobs; `start` begins a process that does them."""

    portal: Portal
    mode: str
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ask(self, job: str, times: int = 1) -> list[int]:
        """Commit that many jobs in one transaction; they are sent where there is a queue."""
        with self.portal.ledger.write("test") as unit:
            ids = [unit.job("mail", job, {}) for _ in range(times)]
            unit.commit()
        return ids

    def start(self, mode: str | None = None, **variables: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.durability.jobs_process", mode or self.mode]
        with (self.portal.settings.home / "jobs.log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | self.environment | variables, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def done(self, ids: Collection[int]) -> int:
        with self.portal.ledger.read() as conn:
            return len(
                conn.execute(select(outbox.c.id).where(outbox.c.id.in_(ids), outbox.c.done_at.is_not(None))).all()
            )

    def all_done(self, ids: Collection[int]) -> None:
        until(lambda: self.done(ids) == len(ids), f"{len(ids)} jobs done")

    def effects(self) -> list[int]:
        """Whose effect happened, as often as it did."""
        with self.portal.ledger.read() as conn:
            return sorted(row.job_id for row in conn.execute(select(effects)))

    def mark(self, name: str) -> Path:
        return self.portal.settings.home / name


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else None


@pytest.fixture(params=["inprocess", "redis"])
def house(request: pytest.FixtureRequest, tmp_path: Path, database: str | None) -> Iterator[House]:
    yield from _house(tmp_path, database, request.getfixturevalue("redis_url") if request.param == "redis" else None)


@pytest.fixture
def redis_house(tmp_path: Path, database: str | None, redis_url: str) -> Iterator[House]:
    yield from _house(tmp_path, database, redis_url)


def _house(home: Path, database: str | None, redis_url: str | None) -> Iterator[House]:
    given = {"PORTAL_HOME": str(home), "PORTAL_DATABASE_URL": database, "PORTAL_REDIS_URL": redis_url}
    environment = {name: value for name, value in given.items() if value}
    with ExitStack() as stack:
        portal = build(Settings.load(environment), Earlier())
        stack.callback(portal.close)
        effects.create(portal.ledger.engine)
        if redis_url:
            Redis.from_url(redis_url).flushall()
            stack.callback(Crew(portal).stop, 0)
        house = House(portal, "workers" if redis_url else "inprocess", environment)
        yield house
        for process in house.processes:
            house.kill(process)
