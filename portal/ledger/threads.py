"""Threads and their messages: opened, written to, read, closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.domain.threads import Side, ThreadState
from portal.ledger.ids import new_id
from portal.ledger.tables import files
from portal.ledger.thread_tables import message_files, messages, threads
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Thread:
    """What both sides write about a document. `waits_since`: since when the customer waits for an answer."""

    id: int
    issuer_id: int
    customer_id: int
    document_id: int
    opened_at: datetime
    last_at: datetime
    waits_since: datetime | None
    closed_at: datetime | None

    @property
    def state(self) -> ThreadState:
        if self.waits_since:
            return ThreadState.WAITING
        return ThreadState.CLOSED if self.closed_at else ThreadState.ANSWERED


@dataclass(frozen=True, slots=True)
class Message:
    """`name`: who wrote it. `head`: what it did to an objection (`portal.domain.disputes.Head`). `left_out`: names of
    files that came by mail and were not taken.
    """

    id: int
    thread_id: int
    side: Side
    person: str
    name: str
    head: str | None
    words: str
    written_at: datetime
    message_id: str | None
    left_out: str | None


@dataclass(frozen=True, slots=True)
class MessageFile:
    id: int
    message_id: int
    name: str
    media_type: str
    sha256: str


_THREAD = tuple(threads.c[name] for name in Thread.__dataclass_fields__)
_MESSAGE = tuple(messages.c[name] for name in Message.__dataclass_fields__)
_FILE = tuple(message_files.c[name] for name in MessageFile.__dataclass_fields__)
VISIBLE = messages.c.side != Side.NOTE


def thread_of(conn: Connection, document_id: int, lock: bool = False) -> Thread | None:
    """A document's thread; `lock`: nobody else writes to it until the commit."""
    return _thread(conn, threads.c.document_id == document_id, lock)


def find_thread(conn: Connection, thread_id: int, lock: bool = False) -> Thread | None:
    return _thread(conn, threads.c.id == thread_id, lock)


def open_thread(unit: Unit, issuer_id: int, customer_id: int, document_id: int) -> Thread:
    """A thread for a document that has none; its customer is locked by the caller."""
    values = {
        "id": new_id(), "issuer_id": issuer_id, "customer_id": customer_id, "document_id": document_id,
        "opened_at": unit.now, "last_at": unit.now,
    }  # fmt: skip
    return Thread(*unit.conn.execute(insert(threads).values(values).returning(*_THREAD)).one())


def add_message(unit: Unit, thread: Thread, side: Side, name: str, words: str, **more: Any) -> int:
    """A message of the unit's person; the thread waits, or waits no longer. `more`: other columns of the row."""
    message_id = new_id()
    row = {"id": message_id, "thread_id": thread.id, "side": side, "person": unit.person, "name": name, "words": words}
    unit.conn.execute(insert(messages).values(row | {"written_at": unit.now} | more))
    if side is not Side.NOTE:
        since = (thread.waits_since or unit.now) if side is Side.CUSTOMER else None
        told = {"last_at": unit.now, "waits_since": since, "closed_at": None, "closed_by": None}
        unit.conn.execute(update(threads).where(threads.c.id == thread.id).values(told))
    return message_id


def add_file(unit: Unit, message_id: int, name: str, media_type: str, sha256: str, size: int) -> None:
    """A file of a message, its bytes in the store already."""
    keep_stored(unit, sha256, size)
    row = {"id": new_id(), "message_id": message_id, "name": name, "media_type": media_type, "sha256": sha256}
    unit.conn.execute(insert(message_files).values(row))


def keep_stored(unit: Unit, sha256: str, size: int) -> None:
    """Say that these bytes are in the store."""
    if not unit.conn.execute(select(files.c.sha256).where(files.c.sha256 == sha256)).first():
        unit.conn.execute(insert(files).values(sha256=sha256, size=size, stored_at=unit.now))


def close_thread(unit: Unit, thread_id: int) -> None:
    """Nobody waits any more; the next message opens it again."""
    told = {"waits_since": None, "closed_at": unit.now, "closed_by": unit.person}
    unit.conn.execute(update(threads).where(threads.c.id == thread_id).values(told))


def written_by(conn: Connection, start_key: str) -> int | None:
    """The message that this form has made already."""
    return conn.execute(select(messages.c.id).where(messages.c.start_key == start_key)).scalar()


def messages_of(conn: Connection, thread_id: int, notes: bool, most: int) -> list[Message]:
    """The newest `most` of a thread, the oldest first; `notes`: the issuer's own among them."""
    wanted = select(*_MESSAGE).where(messages.c.thread_id == thread_id)
    newest = (wanted if notes else wanted.where(VISIBLE)).order_by(messages.c.id.desc()).limit(most)
    return [_message(row) for row in reversed(conn.execute(newest).all())]


def files_of(conn: Connection, message_ids: Collection[int]) -> dict[int, list[MessageFile]]:
    """The files of these messages, by message."""
    found: dict[int, list[MessageFile]] = {}
    wanted = select(*_FILE).where(message_files.c.message_id.in_(message_ids)).order_by(message_files.c.id)
    for row in conn.execute(wanted):
        found.setdefault(row.message_id, []).append(MessageFile(*row))
    return found


def find_file(conn: Connection, file_id: int) -> tuple[MessageFile, Side, Thread] | None:
    """A file of a message, from which side it comes, and its thread."""
    wanted = (
        select(*_FILE, messages.c.side, *_THREAD)
        .join(messages, messages.c.id == message_files.c.message_id)
        .join(threads, threads.c.id == messages.c.thread_id)
        .where(message_files.c.id == file_id)
    )
    row = conn.execute(wanted).one_or_none()
    if row is None:
        return None
    at = len(_FILE)
    return MessageFile(*row[:at]), Side(row[at]), Thread(*row[at + 1 :])


def mailed_ids(conn: Connection, thread_id: int, most: int) -> list[str]:
    """The Message-IDs of the last messages that came by mail, the oldest first."""
    wanted = select(messages.c.message_id).where(messages.c.thread_id == thread_id, messages.c.message_id.is_not(None))
    return list(reversed(conn.execute(wanted.order_by(messages.c.id.desc()).limit(most)).scalars().all()))


def _thread(conn: Connection, which: Any, lock: bool) -> Thread | None:
    wanted = select(*_THREAD).where(which)
    row = conn.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return Thread(*row) if row else None


def _message(row: Sequence[Any]) -> Message:
    told = dict(zip(Message.__dataclass_fields__, row, strict=True))
    return Message(**told | {"side": Side(told["side"])})
