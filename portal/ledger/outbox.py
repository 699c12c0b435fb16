"""The outbox: a job exists because a committed row says so, and ends as done or as a dead letter.

A row's life: written with its cause, sent (by its writer at once, by the relay when overdue), claimed by one
worker that holds it for a lease which it keeps renewing, then done; or tried again later, up to a limit.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update

from portal.ledger.tables import GRACE, outbox
from portal.ledger.unit import Unit

SLOWEST = timedelta(minutes=10)  # between two sends of the relay
_DIED = "worker died"
_WAITING = and_(outbox.c.done_at.is_(None), outbox.c.failed_at.is_(None))


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row. `id` is the stable idempotency key for calls to the outside; `attempt` counts from 1."""

    id: int
    queue: str
    name: str
    payload: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up: it waits for a person."""

    id: int
    queue: str
    name: str
    attempts: int
    created_at: datetime
    failed_at: datetime
    error: str


def claim(unit: Unit, job_id: int, lease: timedelta, most_attempts: int) -> Job | None:
    """Take a job that nobody is at; None when it is done, dead, held by another worker, or not there.

    The attempt is counted here, before the work: a job that kills its worker can't come back for ever. One whose
    attempts are used up becomes a dead letter.
    """
    row = unit.conn.execute(
        update(outbox)
        .where(outbox.c.id == job_id, _WAITING, _free(unit.now), outbox.c.attempts < most_attempts)
        .values(attempts=outbox.c.attempts + 1, held_until=unit.now + lease, due_at=unit.now, sends=0)
        .returning(outbox.c.queue, outbox.c.job, outbox.c.payload, outbox.c.attempts)
    ).one_or_none()
    if row is not None:
        return Job(job_id, row.queue, row.job, json.loads(row.payload), row.attempts)
    used_up = and_(outbox.c.id == job_id, _WAITING, _free(unit.now), outbox.c.attempts >= most_attempts)
    unit.conn.execute(update(outbox).where(used_up).values(failed_at=unit.now, held_until=None, error=_DIED))
    return None


def keep(unit: Unit, job: Job, lease: timedelta) -> None:
    """Hold a job for another lease."""
    unit.conn.execute(update(outbox).where(_mine(job)).values(held_until=unit.now + lease))


def done(unit: Unit, job_id: int) -> bool:
    """The job has had its effect; False when it had it already.

    A use case that says so in the transaction of its effect, and does not commit on False, has it exactly once.
    """
    first = unit.conn.execute(
        update(outbox)
        .where(outbox.c.id == job_id, outbox.c.done_at.is_(None))
        .values(done_at=unit.now, failed_at=None, held_until=None, error=None)
    )
    return first.rowcount == 1


def try_later(unit: Unit, job: Job, error: str, after: timedelta) -> None:
    """Let go of a job that failed; the relay sends it when `after` has passed."""
    unit.conn.execute(
        update(outbox).where(_mine(job)).values(held_until=None, due_at=unit.now + after, error=error)
    )  # fmt: skip


def give_up(unit: Unit, job: Job, error: str) -> None:
    """Make a dead letter of a job."""
    unit.conn.execute(update(outbox).where(_mine(job)).values(held_until=None, failed_at=unit.now, error=error))


def purge_done(unit: Unit, before: datetime) -> None:
    """Forget jobs that were done before this."""
    unit.conn.execute(delete(outbox).where(outbox.c.done_at < before))


def overdue(conn: Connection, now: datetime) -> bool:
    """Whether any job should have been claimed by now."""
    return conn.execute(select(outbox.c.id).where(_overdue(now)).limit(1)).first() is not None


def take_overdue(unit: Unit, limit: int) -> list[int]:
    """Jobs for the relay to send, the longest overdue first; each waits twice as long for its next turn.

    Of those whose worker died only one at a time: the one that killed it must not take the others with it again.
    """
    waiting = _overdue_rows(unit, outbox.c.held_until.is_(None), limit)
    orphaned = _overdue_rows(unit, outbox.c.held_until.is_not(None), 1)
    for row in (*waiting, *orphaned):
        pause = min(GRACE * 2 ** min(row.sends, 16), SLOWEST)
        sent = {"sends": row.sends + 1, "due_at": unit.now + pause}
        unit.conn.execute(update(outbox).where(outbox.c.id == row.id).values(sent))
    return [row.id for row in (*waiting, *orphaned)]


def hurry_unclaimed(unit: Unit) -> None:
    """Make every job that was never claimed overdue: a queue in memory that held them is gone.

    Not those that are planned for later than the relay would ever wait.
    """
    held = and_(_WAITING, outbox.c.attempts == 0, outbox.c.due_at <= unit.now + SLOWEST)
    unit.conn.execute(update(outbox).where(held).values(due_at=unit.now))


def queues_of(conn: Connection, job_ids: Collection[int]) -> dict[int, str]:
    """The queue of each of these jobs."""
    rows = conn.execute(select(outbox.c.id, outbox.c.queue).where(outbox.c.id.in_(job_ids)))
    return {row.id: row.queue for row in rows}


def dead_letters(conn: Connection) -> list[DeadLetter]:
    """Every job that was given up, the newest first."""
    columns = [outbox.c[name] for name in ("id", "queue", "job", "attempts", "created_at", "failed_at", "error")]
    rows = conn.execute(select(*columns).where(outbox.c.failed_at.is_not(None)).order_by(outbox.c.failed_at.desc()))
    return [DeadLetter(*row) for row in rows]


def revive(unit: Unit, job_id: int) -> bool:
    """Give a dead letter all its attempts again, due now; False when it is not dead."""
    revived = unit.conn.execute(
        update(outbox)
        .where(outbox.c.id == job_id, outbox.c.failed_at.is_not(None))
        .values(failed_at=None, attempts=0, sends=0, due_at=unit.now, error=None)
    )
    return revived.rowcount == 1


def _overdue_rows(unit: Unit, which: ColumnElement[bool], limit: int) -> Sequence[Any]:
    wanted = select(outbox.c.id, outbox.c.sends).where(_overdue(unit.now), which).order_by(outbox.c.due_at)
    return unit.conn.execute(wanted.limit(limit).with_for_update(skip_locked=True)).all()


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(outbox.c.held_until.is_(None), outbox.c.held_until <= now)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(_WAITING, outbox.c.due_at <= now, _free(now))


def _mine(job: Job) -> ColumnElement[bool]:
    """The claim's own row while nobody claimed it later: a worker that was paused too long changes nothing."""
    return and_(outbox.c.id == job.id, outbox.c.attempts == job.attempt, _WAITING)
