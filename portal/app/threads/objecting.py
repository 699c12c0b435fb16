"""Objections to a document: the customer says what is wrong, the issuer answers; all of it stands in the thread.

While one is open or in review its document is «en disputa»: nobody is reminded of it. Accepting one posts nothing:
the issuer makes the credit note in its own system.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.app.portal import Portal
from portal.app.threads.who import writer_of
from portal.app.threads.writing import check_room, commented, put
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.disputes import ANSWERS, LONGEST_WAIT, DisputeState, Ground, Head, answer_due, kept_head
from portal.domain.documents import Kind
from portal.domain.threads import Side, check_words, clean_words, reads_notes, side_of
from portal.errors import NotFound, Refused
from portal.ledger import audit, disputes, documents, threads
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.disputes import Dispute, ListedDispute
from portal.ledger.parties import issuer_by_id
from portal.ledger.threads import Thread
from portal.ledger.unit import Unit
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Objection:
    """`amount`: minor units of the document's currency that are objected to; None: all of it. `language`: see
    `writer_of`.
    """

    ground: Ground
    words: str
    amount: int | None = None
    language: str | None = None


def object_to(portal: Portal, actor: Actor, document_id: int, said: Objection, where: Where | None = None) -> None:
    """Object to an invoice or debit note, for its customer; the issuer gets a mail, and answers by a day.

    Raises NotFound for a document that is not the actor's to comment on as its customer, Refused for one that can't be
    objected to, that is objected to already, or for a sum that is not part of it.
    """
    words = clean_words(said.words)
    check_words(words, 0)
    with portal.ledger.write(actor.name) as unit:
        issuer_id, customer_id = commented(unit.conn, actor, document_id)
        if side_of(actor, issuer_id) is not Side.CUSTOMER:
            raise NotFound()
        lock_customers(unit.conn, {customer_id})
        currency, zone = _objectionable(unit, document_id, said.amount)
        check_room(unit, actor, customer_id, where)
        thread = threads.thread_of(unit.conn, document_id, lock=True) or threads.open_thread(
            unit, issuer_id, customer_id, document_id
        )
        due = answer_due(today(portal.clock, zone))
        disputes.add_dispute(unit, thread, said.ground, currency, said.amount, due)
        head = Head(DisputeState.OPEN, said.ground, said.amount, currency)
        _say(portal, unit, actor, thread, head, words, said.language, where)
        _note(unit, Event.DISPUTE_OPENED, thread, where, ground=said.ground)
        unit.commit()


def answer_dispute(
    portal: Portal,
    actor: Actor,
    document_id: int,
    state: DisputeState,
    words: str,
    due_on: date | None = None,
    where: Where | None = None,
    language: str | None = None,
) -> None:
    """The issuer's answer: in review (by another day, if given), accepted or rejected (which needs words).

    Raises NotFound without the right to answer or anything to answer, Refused.
    """
    told = clean_words(words)
    with portal.ledger.write(actor.name) as unit:
        one, thread = _live(unit, actor, document_id)
        if not reads_notes(actor, one.issuer_id) or state not in ANSWERS:
            raise NotFound()
        if state is DisputeState.REJECTED and not told:
            raise Refused(Text("Escribe por qué no aceptas la objeción: el cliente lo lee."))
        _check_day(portal, unit, one, due_on)
        disputes.change_dispute(unit, one, state, due_on)
        _say(portal, unit, actor, thread, Head(state), told, language, where)
        _note(unit, Event.DISPUTE_ANSWERED, thread, where, state=state)
        unit.commit()


def withdraw_dispute(
    portal: Portal, actor: Actor, document_id: int, where: Where | None = None, language: str | None = None
) -> None:
    """The customer objects no longer. Raises NotFound for the issuer's side, and where there is no objection."""
    with portal.ledger.write(actor.name) as unit:
        one, thread = _live(unit, actor, document_id)
        if side_of(actor, one.issuer_id) is not Side.CUSTOMER:
            raise NotFound()
        disputes.change_dispute(unit, one, DisputeState.WITHDRAWN)
        _say(portal, unit, actor, thread, Head(DisputeState.WITHDRAWN), "", language, where)
        _note(unit, Event.DISPUTE_ANSWERED, thread, where, state=DisputeState.WITHDRAWN)
        unit.commit()


def dispute_of(portal: Portal, actor: Actor, document_id: int) -> Dispute | None:
    """The newest objection to a document that the actor sees. Raises NotFound."""
    with portal.ledger.read() as conn:
        row = documents.find(conn, document_id)
        if row is None or row.state == "withdrawn":
            raise NotFound()
        actor.require(Right.SEE, row.issuer_id, row.customer_id)
        return disputes.last_dispute(conn, document_id)


def list_disputes(portal: Portal, actor: Actor, limit: int, offset: int = 0) -> list[ListedDispute]:
    """What the actor's desk has to answer, the nearest day first."""
    with portal.ledger.read() as conn:
        return disputes.live_disputes(conn, actor.scope(Right.COMMENT), limit, offset)


def _objectionable(unit: Unit, document_id: int, amount: int | None) -> tuple[str, str]:
    """The document's currency and its issuer's zone."""
    row = documents.find(unit.conn, document_id)
    if row is None or row.state != "active" or not Kind(row.kind).is_debit:
        raise Refused(Text("Solo se objetan facturas y notas débito vigentes. Escribe un comentario."))
    last = disputes.last_dispute(unit.conn, document_id)
    if last and last.live:
        raise Refused(Text("Ya hay una objeción a este documento: agrega lo que falte como comentario."))
    if amount is not None and not 0 < amount <= row.total:
        raise Refused(Text("El valor que objetas es mayor que cero y no más que el total del documento."))
    return row.currency, row.timezone


def _live(unit: Unit, actor: Actor, document_id: int) -> tuple[Dispute, Thread]:
    _, customer_id = commented(unit.conn, actor, document_id)
    lock_customers(unit.conn, {customer_id})
    thread = threads.thread_of(unit.conn, document_id, lock=True)
    one = disputes.last_dispute(unit.conn, document_id)
    if one is None or thread is None or not one.live:
        raise NotFound()
    return one, thread


def _check_day(portal: Portal, unit: Unit, one: Dispute, due_on: date | None) -> None:
    now = today(portal.clock, issuer_by_id(unit.conn, one.issuer_id).timezone)
    if due_on is not None and not now <= due_on <= now + LONGEST_WAIT:
        raise Refused(Text("La fecha de respuesta es de hoy en adelante, a lo sumo un año."))


def _say(
    portal: Portal, unit: Unit, actor: Actor, thread: Thread, head: Head, words: str, language: str | None,
    where: Where | None,
) -> None:  # fmt: skip
    side = side_of(actor, thread.issuer_id)
    writer = writer_of(unit.conn, actor, side, thread.issuer_id, thread.customer_id, language)
    put(portal, unit, thread, side, writer, words, (), where, kept_head(head))


def _note(unit: Unit, event: Event, thread: Thread, where: Where | None, **detail: str) -> None:
    audit.note(unit, event, f"document:{thread.document_id}", thread.issuer_id, thread.customer_id, where, **detail)
