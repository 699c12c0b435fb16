"""A comment on a document: kept, and told to the other side, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.app.accounts.refusals import TooMany
from portal.app.attachments import clean_paper
from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.app.reading import SHOWN
from portal.app.threads.telling import tell_other_side
from portal.app.threads.who import writer_of
from portal.domain.access import Actor, Right
from portal.domain.threads import Side, check_words, clean_words, side_of
from portal.errors import NotFound
from portal.files.uploads import Clean
from portal.ledger import audit, documents, threads
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.correspondents import Reader, note_correspondent
from portal.ledger.threads import Thread
from portal.ledger.unit import Connection, Unit
from portal.text import Text

HOUR = timedelta(hours=1)
MOST_BY_ONE, MOST_FOR_ONE, MOST_FROM_ONE = 30, 60, 60  # an hour: by a person, on a customer's documents, an address
_MANY = Text("Van muchos comentarios en una hora: espera un poco y escribe de nuevo.")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody writes. `key` is the same when one form arrives twice. `note`: only for the issuer's own people.
    `language`: see `writer_of`.
    """

    words: str
    key: str
    files: Sequence[tuple[str, bytes]] = ()
    note: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A file made harmless, its bytes in the store."""

    clean: Clean
    sha256: str


def write_comment(portal: Portal, actor: Actor, document_id: int, said: Said, where: Where | None = None) -> int:
    """Keep a comment on a document and tell the other side; returns its id, the same for the same form.

    A note is told to nobody. Raises NotFound for a document that is not the actor's to comment on, Refused with what
    to do, TooMany.
    """
    with portal.ledger.read() as conn:
        customer_id = commented(conn, actor, document_id)[1]
    words = clean_words(said.words)
    check_words(words, len(said.files))
    stored = store(portal, said.files)
    with portal.ledger.write(actor.name) as unit:
        lock_customers(unit.conn, {customer_id})
        again = threads.written_by(unit.conn, _key(actor, document_id, said.key))
        if again is not None:
            return again
        issuer_id, _ = commented(unit.conn, actor, document_id)
        side = side_of(actor, issuer_id)
        side = Side.NOTE if side is Side.ISSUER and said.note else side
        writer = writer_of(unit.conn, actor, side, issuer_id, customer_id, said.language)
        check_room(unit, actor, customer_id, where)
        thread = threads.thread_of(unit.conn, document_id, lock=True) or threads.open_thread(
            unit, issuer_id, customer_id, document_id
        )
        made = put(
            portal, unit, thread, side, writer, words, stored, where, start_key=_key(actor, document_id, said.key)
        )
        unit.commit()
    return made


def put(
    portal: Portal,
    unit: Unit,
    thread: Thread,
    side: Side,
    writer: Reader,
    words: str,
    stored: Sequence[Stored],
    where: Where | None = None,
    head: str | None = None,
    **more: str | None,
) -> int:
    """Write a message into a thread and tell the other side; whoever calls has checked all, and commits."""
    message_id = threads.add_message(unit, thread, side, writer.name, words, head=head, **more)
    if stored:
        name_bytes(portal, unit, [(one.sha256, one.clean.data) for one in stored])
    for one in stored:
        threads.add_file(
            unit, message_id, one.clean.name, one.clean.media_type, one.sha256, len(one.clean.data)
        )  # fmt: skip
    event = Event.NOTE_WRITTEN if side is Side.NOTE else Event.COMMENT_WRITTEN
    audit.note(unit, event, f"document:{thread.document_id}", thread.issuer_id, thread.customer_id, where)
    if side is not Side.NOTE:
        note_correspondent(unit, thread.id, side, writer, wrote=True)
        names = "\n".join(f"📎 {one.clean.name}" for one in stored)
        told = "\n\n".join(part for part in (words, names) if part)
        tell_other_side(portal, unit, thread, side, writer, told, head)
    return message_id


def commented(conn: Connection, actor: Actor, document_id: int) -> tuple[int, int]:
    """The issuer and customer of a document that the actor may comment on. Raises NotFound."""
    row = documents.find(conn, document_id)
    if row is None or row.state not in SHOWN:
        raise NotFound()
    actor.require(Right.COMMENT, row.issuer_id, row.customer_id)
    actor.require(Right.SEE, row.issuer_id, row.customer_id)
    return row.issuer_id, row.customer_id


def store(portal: Portal, files: Sequence[tuple[str, bytes]]) -> list[Stored]:
    """Files as they may be kept. Raises Refused for what is no PDF, picture or XML, or too large."""
    cleaned = [clean_paper(name, data) for name, data in files]
    return [Stored(one, portal.files.put(one.data)) for one in cleaned]


def check_room(unit: Unit, actor: Actor, customer_id: int, where: Where | None) -> None:
    """Raises TooMany when somebody writes more than a person would."""
    counters = [
        Counter("comment", key_hash("person", actor.name), MOST_BY_ONE, HOUR),
        Counter("comment", key_hash("customer", str(customer_id)), MOST_FOR_ONE, HOUR),
    ]
    if where is not None and where.address:
        counters.append(Counter("comment", key_hash("address", where.address), MOST_FROM_ONE, HOUR))
    if not take_room(unit, counters):
        raise TooMany(_MANY)


def _key(actor: Actor, document_id: int, key: str) -> str:
    """Another person's key is another key, and one on another document."""
    return key_hash(actor.name, str(document_id), key)
