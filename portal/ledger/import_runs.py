"""Imports by an issuer: asked for, under way, ended; each with its files. A run has the id of its job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, case, cast, exists, func, insert, literal, null, select, update

from portal.ledger.ids import new_id
from portal.ledger.import_tables import import_files, import_rows, import_runs
from portal.ledger.tables import outbox
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text

UNDO_JOB = "undo_import"
WAITING, DONE, REFUSED = "waiting", "done", "refused"


@dataclass(frozen=True, slots=True)
class Run:
    """One import. `title`: the name of its (first) file. `expected`: documents in it, where that can be told early.

    `undoing`: what is being done with its documents now, by a job that was not given up. `attempts` and `dead` are
    those of its own job.
    """

    id: int
    issuer_id: int
    channel: str
    person: str
    requester: str
    title: str
    files: int
    size: int
    created_at: datetime
    ended_at: datetime | None
    state: str
    expected: int | None
    done: int
    imported: int
    enriched: int
    duplicates: int
    warnings: int
    problems: int
    balances: int
    error: Text | None
    body_hash: str | None
    undoing: str | None
    attempts: int
    dead: bool

    @property
    def ended(self) -> bool:
        return self.state != WAITING or self.dead

    @property
    def failed(self) -> bool:
        """Whether it ended, and not all of it came in."""
        return self.ended and (self.state != DONE or bool(self.problems))


@dataclass(frozen=True, slots=True)
class RunFile:
    """A file of a run, whose bytes the store has."""

    name: str
    sha256: str
    size: int


_UNDONE_BY = literal('{"run": ') + cast(import_runs.c.id, String) + literal(",%")  # how its job's payload begins
_AT_IT = exists(
    select(outbox.c.id)
    .where(outbox.c.job == UNDO_JOB, outbox.c.done_at.is_(None), outbox.c.failed_at.is_(None))
    .where(outbox.c.payload.like(_UNDONE_BY))
    .correlate(import_runs)
)
_UNDOING = case((import_runs.c.undoing.is_(None), null()), (_AT_IT, import_runs.c.undoing))
_OWN = tuple(import_runs.c[name] for name in tuple(Run.__dataclass_fields__)[:-3])
_WITH_JOB = import_runs.outerjoin(outbox, outbox.c.id == import_runs.c.id)
_WANTED = select(*_OWN, _UNDOING, func.coalesce(outbox.c.attempts, 0), outbox.c.failed_at.is_not(None)).select_from(
    _WITH_JOB
)


def add_run(unit: Unit, run_id: int, files: Sequence[RunFile], **told: Any) -> None:
    """The import that the job `run_id`, written in the same transaction, will do."""
    made = {"title": files[0].name, "files": len(files), "size": sum(file.size for file in files), "state": WAITING}
    when = {"person": unit.person, "created_at": unit.now}
    unit.conn.execute(insert(import_runs).values(id=run_id, **made, **when, **told))
    rows = [{"id": new_id(), "run_id": run_id, **_fields(file)} for file in files]
    unit.conn.execute(insert(import_files), rows)


def find_run(conn: Connection, run_id: int) -> Run | None:
    row = conn.execute(_WANTED.where(import_runs.c.id == run_id)).one_or_none()
    return _run(row) if row else None


def run_by_key(conn: Connection, issuer_id: int, key_hash: str) -> Run | None:
    """The import that came with this key."""
    row = conn.execute(_WANTED.where(import_runs.c.issuer_id == issuer_id, import_runs.c.key_hash == key_hash))
    found = row.one_or_none()
    return _run(found) if found else None


def runs_at(conn: Connection, issuer_id: int, limit: int, offset: int = 0) -> list[Run]:
    """An issuer's imports, the newest first."""
    wanted = _WANTED.where(import_runs.c.issuer_id == issuer_id).order_by(import_runs.c.id.desc())
    return [_run(row) for row in conn.execute(wanted.limit(limit).offset(offset))]


def count_runs(conn: Connection, issuer_id: int) -> int:
    return int(conn.execute(select(func.count()).where(import_runs.c.issuer_id == issuer_id)).scalar_one())


def count_waiting(conn: Connection, issuer_id: int) -> int:
    """How many of an issuer's imports are still to end; those whose job was given up don't count."""
    c = import_runs.c
    waiting = c.issuer_id == issuer_id, c.state == WAITING, outbox.c.failed_at.is_(None)
    return int(conn.execute(select(func.count()).select_from(_WITH_JOB).where(*waiting)).scalar_one())


def files_of(conn: Connection, run_id: int) -> list[RunFile]:
    """Its files, in the order in which they came."""
    c = import_files.c
    wanted = select(c.name, c.sha256, c.size).where(c.run_id == run_id).order_by(c.id)
    return [RunFile(*row) for row in conn.execute(wanted)]


def set_progress(unit: Unit, run_id: int, done: int, expected: int | None) -> None:
    """How far a run is, for whoever watches."""
    _still_waiting(unit, run_id, done=done, expected=expected)


def end_run(unit: Unit, run_id: int, balances: int) -> dict[str, int]:
    """All that it had to tell is written: count it. Returns how many of each outcome."""
    c = import_rows.c
    counted = select(c.outcome, func.count()).where(c.run_id == run_id).group_by(c.outcome)
    counts = {row[0]: int(row[1]) for row in unit.conn.execute(counted)} | {"balances": balances}
    _still_waiting(unit, run_id, state=DONE, ended_at=unit.now, **counts)
    return counts


def refuse_run(unit: Unit, run_id: int, reason: Text) -> None:
    """It can't be done at all; `reason` is for the person who asked."""
    _still_waiting(unit, run_id, state=REFUSED, ended_at=unit.now, error=dump_text(reason))


def set_undoing(unit: Unit, run_id: int, what: str | None) -> bool:
    """Say what is being done with its documents; False when something else is. A job that was given up does nothing."""
    c = import_runs.c
    free = c.undoing.is_(None) | ~_AT_IT if what else c.undoing.is_not(None)
    changed = unit.conn.execute(update(import_runs).where(c.id == run_id, free).values(undoing=what))
    return changed.rowcount == 1


def _still_waiting(unit: Unit, run_id: int, **values: Any) -> None:
    mine = import_runs.c.id == run_id, import_runs.c.state == WAITING
    unit.conn.execute(update(import_runs).where(*mine).values(**values))


def _fields(file: RunFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in RunFile.__dataclass_fields__}


def _run(row: Any) -> Run:
    values = dict(zip(Run.__dataclass_fields__, row, strict=True))
    return Run(**values | {"error": load_text(values["error"]) if values["error"] else None})
