"""Exports: files asked for, made by a job, kept for a while. An export has the id of its job."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, func, insert, select, update

from portal.ledger.every_table import metadata
from portal.ledger.tables import exports, outbox
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text

WAITING, READY, REFUSED, CANCELLED = "waiting", "ready", "refused", "cancelled"
_CONTENT = {"sha256", "fingerprint", "digest", "logo"}  # columns that name bytes in the store


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export. `requester` and `request` are JSON of the use case's; `error` says why it was refused, `note`
    what its reader should know, `size` its bytes.

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
    size: int | None
    note: Text | None
    error: Text | None
    created_at: datetime
    expires_at: datetime
    attempts: int
    dead: bool


_OWN = tuple(exports.c[name] for name in tuple(ExportRow.__dataclass_fields__)[:-2])
_WITH_JOB = exports.outerjoin(outbox, outbox.c.id == exports.c.id)
_WHOLE = select(*_OWN, func.coalesce(outbox.c.attempts, 0), outbox.c.failed_at.is_not(None)).select_from(_WITH_JOB)


def add_export(unit: Unit, export_id: int, requester: str, request: str, expires_at: datetime) -> None:
    """An export that waits: for the job of its id, written in the same transaction, or for who makes it at once."""
    unit.conn.execute(
        insert(exports).values(
            id=export_id,
            actor=unit.person,
            requester=requester,
            request=request,
            state=WAITING,
            created_at=unit.now,
            expires_at=expires_at,
        )
    )


def find_export(conn: Connection, export_id: int) -> ExportRow | None:
    row = conn.execute(_WHOLE.where(exports.c.id == export_id)).one_or_none()
    return _export(row) if row else None


def exports_of(conn: Connection, actor: str, now: datetime, limit: int) -> list[ExportRow]:
    """An actor's exports that have not expired, the newest first."""
    wanted = _WHOLE.where(exports.c.actor == actor, exports.c.expires_at > now)
    return [_export(row) for row in conn.execute(wanted.order_by(exports.c.id.desc()).limit(limit))]


def is_waiting(conn: Connection, export_id: int) -> bool:
    """Whether its file is still wanted."""
    return conn.execute(select(exports.c.state).where(exports.c.id == export_id)).scalar() == WAITING


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


def reserve(unit: Unit, export_id: int, sha256: str, size: int) -> bool:
    """Name the bytes that will be its file, before they are stored; False when it waits no more."""
    return _still_waiting(unit, export_id, sha256=sha256, size=size)


def set_ready(
    unit: Unit, export_id: int, name: str, media_type: str, sha256: str, rows: int, note: Text | None = None
) -> bool:
    """The file is there; a second making of the same export changes nothing: False."""
    made = {"name": name, "media_type": media_type, "sha256": sha256, "note": dump_text(note) if note else None}
    return _still_waiting(unit, export_id, state=READY, done_rows=rows, total_rows=rows, **made)


def set_cancelled(unit: Unit, export_id: int) -> bool:
    """Its file is wanted no more; False when there was nothing to stop."""
    return _still_waiting(unit, export_id, state=CANCELLED)


def set_refused(unit: Unit, export_id: int, reason: Text) -> None:
    """The export can't be made as asked; `reason` is for the person who asked."""
    _still_waiting(unit, export_id, state=REFUSED, error=dump_text(reason))


def expired_exports(conn: Connection, now: datetime, limit: int) -> list[tuple[int, str | None]]:
    """(id, SHA-256 of the file) of exports that have run out."""
    wanted = select(exports.c.id, exports.c.sha256).where(exports.c.expires_at <= now).limit(limit)
    return [(row[0], row[1]) for row in conn.execute(wanted)]


def delete_exports(unit: Unit, export_ids: Collection[int]) -> None:
    unit.conn.execute(delete(exports).where(exports.c.id.in_(export_ids)))


def is_referred_to(conn: Connection, sha256: str) -> bool:
    """Whether any row of the ledger still names these bytes."""
    return any(conn.execute(select(1).where(column == sha256).limit(1)).first() for column in content_columns())


def content_columns() -> list[Column[Any]]:
    """The columns that name bytes in the store; those that point at another such column are covered by it."""
    named = [column for table in metadata.sorted_tables for column in table.c if column.name in _CONTENT]
    return [column for column in named if not column.foreign_keys]


def _still_waiting(unit: Unit, export_id: int, **values: Any) -> bool:
    waiting = update(exports).where(exports.c.id == export_id, exports.c.state == WAITING)
    return bool(unit.conn.execute(waiting.values(**values)).rowcount)


def _export(row: Any) -> ExportRow:
    values = dict(zip(ExportRow.__dataclass_fields__, row, strict=True))
    texts = {name: load_text(values[name]) if values[name] else None for name in ("note", "error")}
    return ExportRow(**values | texts)
