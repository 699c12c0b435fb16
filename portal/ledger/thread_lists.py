"""Threads as an issuer's desk lists them: who waits, since when, about what, and the last words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from portal.domain.access import Scope
from portal.domain.threads import ThreadState
from portal.ledger.tables import customers, documents
from portal.ledger.thread_tables import messages, threads
from portal.ledger.threads import VISIBLE

_LISTED = documents.c.state != "withdrawn"


@dataclass(frozen=True, slots=True)
class ListedThread:
    """`name`, `head`, `words`: the last message that both sides see."""

    id: int
    issuer_id: int
    document_id: int
    number: str
    customer_name: str
    waits_since: datetime | None
    last_at: datetime
    name: str
    head: str | None
    words: str


def threads_in(conn: Connection, scope: Scope, state: ThreadState, limit: int, offset: int = 0) -> list[ListedThread]:
    """Of a scope, in a state: what waits the longest first, else the newest first."""
    c = threads.c
    wanted = (
        select(c.id, c.issuer_id, c.document_id, documents.c.number, customers.c.name, c.waits_since, c.last_at)
        .join(documents, documents.c.id == c.document_id)
        .join(customers, customers.c.id == c.customer_id)
        .where(_LISTED, *_states(state), *_within(scope))
        .order_by(*((c.waits_since, c.id) if state is ThreadState.WAITING else (c.last_at.desc(), c.id.desc())))
    )
    rows = conn.execute(wanted.limit(limit).offset(offset)).all()
    last = _last_words(conn, [row[0] for row in rows])
    return [ListedThread(*row, *last.get(row[0], ("", None, ""))) for row in rows]


def count_waiting(conn: Connection, scope: Scope) -> int:
    """How many customers of a scope wait for an answer: those that `threads_in` lists."""
    listed = threads.join(documents, documents.c.id == threads.c.document_id)
    wanted = select(func.count()).select_from(listed).where(_LISTED, *_states(ThreadState.WAITING), *_within(scope))
    return int(conn.execute(wanted).scalar_one())


def _last_words(conn: Connection, thread_ids: Collection[int]) -> dict[int, tuple[str, str | None, str]]:
    c = messages.c
    newest = select(func.max(c.id)).where(c.thread_id.in_(thread_ids), VISIBLE).group_by(c.thread_id)
    rows = conn.execute(select(c.thread_id, c.name, c.head, c.words).where(c.id.in_(newest)))
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def _states(state: ThreadState) -> list[ColumnElement[bool]]:
    c = threads.c
    if state is ThreadState.WAITING:
        return [c.waits_since.is_not(None)]
    closed = c.closed_at.is_not(None) if state is ThreadState.CLOSED else c.closed_at.is_(None)
    return [c.waits_since.is_(None), closed]


def _within(scope: Scope) -> list[Any]:
    c = threads.c
    return [] if scope.everything else [c.issuer_id.in_(scope.issuers) | c.customer_id.in_(scope.customers)]
