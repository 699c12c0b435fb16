"""Objections: opened once by the customer, answered by the issuer, told to both, and nobody is reminded meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.app.reading import list_documents, read_document
from portal.app.threads.objecting import (
    Objection,
    answer_dispute,
    dispute_of,
    list_disputes,
    object_to,
    withdraw_dispute,
)
from portal.app.threads.reading import list_threads, read_thread
from portal.domain.access import Actor
from portal.domain.disputes import DisputeState, Ground, answer_due
from portal.domain.documents import Kind
from portal.domain.threads import ThreadState
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger.audit import Event
from portal.ledger.disputes import disputed_documents, disputed_sums
from portal.ledger.people_tables import users
from portal.ledger.tables import documents
from portal.ledger.thread_tables import correspondents
from portal.render.dispute_words import with_head
from portal.render.labels import Labels
from portal.views.filters import DocumentFilter, Settled, SortKey
from portal.views.rows import DocumentRow
from tests.app.people import noted, set_issuer
from tests.app.threads.conftest import Desk
from tests.factories import ABC, EJEMPLAR, FrozenClock, bring, facts

WRONG = Objection(Ground.PRICE, "Era a 900", 10_000, "es")


def objected(desk: Desk) -> frozenset[int]:
    with desk.portal.ledger.read() as conn:
        return disputed_documents(conn, [desk.document, desk.foreign])


def flagged(desk: Desk) -> list[bool]:
    """What the customer's list marks; the filter finds just these, and each one's page says it in its first words."""

    def listed(wanted: DocumentFilter) -> tuple[DocumentRow, ...]:
        return tuple(list_documents(desk.portal, desk.ana, wanted, SortKey.ISSUE_DATE, True, 10, 0).rows)

    rows = listed(DocumentFilter())
    assert listed(DocumentFilter(settlements=(Settled.DISPUTED,))) == tuple(row for row in rows if row.disputed)
    for row in rows:
        status = str(read_document(desk.portal, desk.ana, row.id).status())
        assert status.startswith("En disputa. Ven") is row.disputed
    return [row.disputed for row in rows]


def state(desk: Desk) -> DisputeState:
    found = dispute_of(desk.portal, desk.pedro, desk.document)
    assert found is not None
    return found.state


def test_an_objection_stands_in_the_thread_at_the_desk_and_on_the_list_until_it_is_answered(desk: Desk) -> None:
    object_to(desk.portal, desk.ana, desk.document, WRONG)
    (mail,) = desk.mails()
    assert "El precio no es el acordado" in mail.text and "COP 100,00" in mail.text and "Era a 900" in mail.text
    (listed,) = list_disputes(desk.portal, desk.rosa, 10)
    assert (listed.number, listed.dispute.amount, listed.dispute.due_on) == ("FE-1", 10_000, date(2026, 3, 20))
    assert objected(desk) == {desk.document} and flagged(desk) == [True]
    with desk.portal.ledger.read() as conn:
        assert disputed_sums(conn, desk.issuer) == {"COP": (1, 10_000)}
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REVIEW, "", date(2026, 3, 30))
    assert objected(desk) == {desk.document} and state(desk) is DisputeState.REVIEW
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.ACCEPTED, "Va la nota crédito.")
    assert objected(desk) == frozenset() and flagged(desk) == [False]
    assert list_disputes(desk.portal, desk.rosa, 10) == [] and "Va la nota crédito." in desk.mails()[-1].text
    assert len(desk.words(desk.pedro)) == 3
    assert len(noted(desk.portal, Event.DISPUTE_OPENED, Event.DISPUTE_ANSWERED)) == 3


def test_what_a_message_did_to_an_objection_is_read_by_each_in_its_language(desk: Desk) -> None:
    set_issuer(desk.portal, desk.issuer, language="en")
    object_to(desk.portal, desk.ana, desk.document, WRONG)  # whose language is Spanish
    (mail,) = desk.mails()
    assert "Objection to the document" in mail.text and "COP 100.00" in mail.text and "Era a 900" in mail.text
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.ACCEPTED, "")
    assert all("Objeción aceptada." in mail.text for mail in desk.mails() if mail.language == "es")
    opened, answered = read_thread(desk.portal, desk.pedro, desk.document).messages
    assert opened.words == "Era a 900" and answered.words == ""
    for language, first, second in (
        ("es", "Objeción al documento: El precio no es el acordado. Valor objetado: COP 100,00.", "Objeción aceptada."),
        ("en", "Objection to the document: ", "Objection accepted."),
    ):
        said = Labels(translator(language), language)
        assert with_head(opened.head, opened.words, said).startswith(first)
        assert with_head(opened.head, opened.words, said).endswith("\n\nEra a 900")
        assert with_head(answered.head, answered.words, said) == second
    (row,) = list_threads(desk.portal, desk.rosa, ThreadState.ANSWERED, 5)
    assert (row.head, row.words) == (answered.head, "")


def test_who_answers_or_withdraws_is_written_to_in_their_own_language_after_it(desk: Desk) -> None:
    with desk.portal.ledger.write("test") as unit:
        for who, language in ((desk.rosa, "en"), (desk.pedro, "en")):
            unit.conn.execute(users.update().where(users.c.id == who.user_id).values(language=language))
        unit.commit()
    object_to(desk.portal, desk.pedro, desk.document, replace(WRONG, language=None))
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REVIEW, "We look into it.")
    withdraw_dispute(desk.portal, desk.pedro, desk.document)
    assert languages(desk) == {desk.rosa.name: "en", desk.pedro.name: "en"}
    object_to(desk.portal, desk.pedro, desk.document, WRONG)
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REJECTED, "El del contrato.", language="es")
    assert languages(desk) == {desk.rosa.name: "es", desk.pedro.name: "es"}  # as they read now


def languages(desk: Desk) -> dict[str, str]:
    """Of the two, in which they are written to about this document."""
    c = correspondents.c
    wanted = select(c.person, c.language).where(c.person.in_([desk.rosa.name, desk.pedro.name]))
    with desk.portal.ledger.read() as conn:
        return {row[0]: row[1] for row in conn.execute(wanted)}


def test_an_older_message_has_all_of_it_in_its_words() -> None:
    assert with_head(None, "Objeción retirada.", Labels(translator("en"), "en")) == "Objeción retirada."


def test_one_at_a_time_and_another_one_later(desk: Desk) -> None:
    object_to(desk.portal, desk.ana, desk.document, WRONG)
    with pytest.raises(Refused, match="Ya hay una objeción"):
        object_to(desk.portal, desk.pedro, desk.document, WRONG)
    withdraw_dispute(desk.portal, desk.pedro, desk.document)
    assert state(desk) is DisputeState.WITHDRAWN and objected(desk) == frozenset()
    object_to(desk.portal, desk.pedro, desk.document, WRONG)
    assert state(desk) is DisputeState.OPEN


def test_a_rejection_says_why(desk: Desk) -> None:
    object_to(desk.portal, desk.ana, desk.document, WRONG)
    with pytest.raises(Refused, match="por qué"):
        answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REJECTED, " ")
    answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REJECTED, "El precio es el del contrato.")
    assert state(desk) is DisputeState.REJECTED


ODD = [Objection(Ground.PRICE, " "), Objection(Ground.PRICE, "x", 100_001), Objection(Ground.PRICE, "x", 0)]


@pytest.mark.parametrize("said", ODD)
def test_what_makes_no_sense_is_refused(desk: Desk, said: Objection) -> None:
    with pytest.raises(Refused):
        object_to(desk.portal, desk.ana, desk.document, said)
    assert objected(desk) == frozenset() and desk.words(desk.ana) == []


def test_a_credit_is_commented_on_and_not_objected_to(desk: Desk) -> None:
    bring(desk.portal, facts("AN-1", 10, Kind.ADVANCE, issuer=EJEMPLAR, customer=ABC))
    with desk.portal.ledger.read() as conn:
        credit = conn.execute(documents.select().where(documents.c.number == "AN-1")).one().id
    with pytest.raises(Refused, match="Solo se objetan"):
        object_to(desk.portal, desk.ana, credit, WRONG)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_that_nobody_can_mean_is_refused(desk: Desk, clock: FrozenClock, days: int) -> None:
    object_to(desk.portal, desk.ana, desk.document, WRONG)
    due = clock.now().date() + timedelta(days=days)
    with pytest.raises(Refused, match="fecha de respuesta"):
        answer_dispute(desk.portal, desk.rosa, desk.document, DisputeState.REVIEW, "", due)


def test_each_side_does_its_own_part_and_strangers_none(desk: Desk) -> None:
    def refused(who: Actor, *kinds: str) -> None:
        for kind in kinds:
            with pytest.raises(NotFound):
                if kind == "object":
                    object_to(desk.portal, who, desk.document, WRONG)
                elif kind == "answer":
                    answer_dispute(desk.portal, who, desk.document, DisputeState.ACCEPTED, "")
                elif kind == "withdraw":
                    withdraw_dispute(desk.portal, who, desk.document)
                else:
                    dispute_of(desk.portal, who, desk.document)

    refused(desk.rosa, "object", "answer", "withdraw")
    object_to(desk.portal, desk.ana, desk.document, WRONG)
    refused(desk.other, "object", "answer", "withdraw", "look")
    refused(desk.pedro, "answer")
    refused(desk.rosa, "withdraw")
    assert list_disputes(desk.portal, desk.other, 10) == [] and state(desk) is DisputeState.OPEN


def test_five_working_days_begin_on_the_next_one() -> None:
    assert answer_due(date(2026, 3, 15)) == date(2026, 3, 20)  # a Sunday
    assert answer_due(date(2026, 3, 16)) == date(2026, 3, 23)
    assert answer_due(date(2026, 3, 20)) == date(2026, 3, 27)
