"""Exports: files asked for, made by a job, kept for a while. An export has the id of its job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.ledger.tables import exports, outbox
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text

WAITING, READY, REFUSED = "waiting", "ready", "refused"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export. `requester` and `request` are JSON of the use case's; `error` says why it was refused.

    `attempts` and `dead` are those of its job.
    """

    id: int
    actor: str
    requester: str
    request: str
    state: str
    done_rows: int
    total_rows: int | None
    name: str | None
    media_type: str | None
    sha256: str | None
    error: Text | None
    created_at: datetime
    expires_at: datetime
    attempts: int
    dead: bool


_OWN = tuple(exports.c[name] for name in tuple(ExportRow.__dataclass_fields__)[:-2])
_WITH_JOB = exports.outerjoin(outbox, outbox.c.id == exports.c.id)


def add_export(unit: Unit, job_id: int, requester: str, request: str, expires_at: datetime) -> None:
    """The export that the job `job_id`, written in the same transaction, will make."""
    unit.conn.execute(
        insert(exports).values(
            id=job_id,
            actor=unit.person,
            requester=requester,
            request=request,
            state=WAITING,
            created_at=unit.now,
            expires_at=expires_at,
        )
    )


def find_export(conn: Connection, export_id: int) -> ExportRow | None:
    wanted = (
        select(*_OWN, func.coalesce(outbox.c.attempts, 0), outbox.c.failed_at.is_not(None))
        .select_from(_WITH_JOB)
        .where(exports.c.id == export_id)
    )
    row = conn.execute(wanted).one_or_none()
    return _export(row) if row else None


def count_waiting(conn: Connection, actor: str) -> int:
    """How many exports of an actor are still to be made; those whose job was given up don't count."""
    wanted = (
        select(func.count())
        .select_from(_WITH_JOB)
        .where(exports.c.actor == actor, exports.c.state == WAITING, outbox.c.failed_at.is_(None))
    )
    return int(conn.execute(wanted).scalar_one())


def set_progress(unit: Unit, export_id: int, done_rows: int, total_rows: int) -> None:
    """How far its making is."""
    _still_waiting(unit, export_id, done_rows=done_rows, total_rows=total_rows)


def set_ready(unit: Unit, export_id: int, name: str, media_type: str, sha256: str, rows: int) -> None:
    """The file is there; a second making of the same export changes nothing."""
    made = {"name": name, "media_type": media_type, "sha256": sha256}
    _still_waiting(unit, export_id, state=READY, done_rows=rows, total_rows=rows, **made)


def set_refused(unit: Unit, export_id: int, reason: Text) -> None:
    """The export can't be made as asked; `reason` is for the person who asked."""
    _still_waiting(unit, export_id, state=REFUSED, error=dump_text(reason))


def _still_waiting(unit: Unit, export_id: int, **values: Any) -> None:
    unit.conn.execute(update(exports).where(exports.c.id == export_id, exports.c.state == WAITING).values(**values))


def _export(row: Any) -> ExportRow:
    values = dict(zip(ExportRow.__dataclass_fields__, row, strict=True))
    return ExportRow(**values | {"error": load_text(values["error"]) if values["error"] else None})
