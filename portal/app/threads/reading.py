"""Threads as people read them: on a document, and at the issuer's desk; notes are for the issuer's own people."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.app.threads.writing import commented
from portal.domain.access import Actor, Right
from portal.domain.threads import ThreadState, reads_notes
from portal.errors import NotFound
from portal.ledger import audit, documents, thread_lists, threads
from portal.ledger.audit import Event, Where
from portal.ledger.thread_lists import ListedThread
from portal.ledger.threads import Message, MessageFile, Thread

MOST_SHOWN = 100  # messages of one thread


@dataclass(frozen=True, slots=True)
class ShownThread:
    """`thread`: None while nobody has written. `may_write`, `staff`: of whoever looks."""

    thread: Thread | None
    messages: tuple[Message, ...]
    files: dict[int, list[MessageFile]]
    may_write: bool
    staff: bool


def read_thread(portal: Portal, actor: Actor, document_id: int) -> ShownThread:
    """What was written about a document that the actor sees, the oldest first. Raises NotFound."""
    with portal.ledger.read() as conn:
        row = documents.find(conn, document_id)
        if row is None or row.state == "withdrawn":
            raise NotFound()
        actor.require(Right.SEE, row.issuer_id, row.customer_id)
        staff = reads_notes(actor, row.issuer_id)
        thread = threads.thread_of(conn, document_id)
        found = threads.messages_of(conn, thread.id, staff, MOST_SHOWN) if thread else []
        files = threads.files_of(conn, [one.id for one in found])
    may = actor.scope(Right.COMMENT).covers(row.issuer_id, row.customer_id)
    return ShownThread(thread, tuple(found), files, may, staff)


def list_threads(
    portal: Portal, actor: Actor, state: ThreadState, limit: int, offset: int = 0
) -> list[ListedThread]:  # fmt: skip
    """The threads of the actor's desk in a state: what waits the longest first, else the newest first."""
    with portal.ledger.read() as conn:
        return thread_lists.threads_in(conn, actor.scope(Right.COMMENT), state, limit, offset)


def waiting_threads(portal: Portal, actor: Actor) -> int:
    """How many customers wait for an answer of the actor's desk."""
    with portal.ledger.read() as conn:
        return thread_lists.count_waiting(conn, actor.scope(Right.COMMENT))


def close_thread(portal: Portal, actor: Actor, document_id: int, where: Where | None = None) -> None:
    """Nothing more to answer; the customer's next comment opens it again. Raises NotFound for all but the issuer."""
    with portal.ledger.write(actor.name) as unit:
        issuer_id, customer_id = commented(unit.conn, actor, document_id)
        thread = threads.thread_of(unit.conn, document_id, lock=True)
        if thread is None or not reads_notes(actor, issuer_id):
            raise NotFound()
        if not thread.closed_at:
            threads.close_thread(unit, thread.id)
            audit.note(unit, Event.THREAD_CLOSED, f"document:{document_id}", issuer_id, customer_id, where)
        unit.commit()
