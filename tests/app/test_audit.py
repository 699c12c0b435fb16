"""The audit: every event has something that causes it, who did it from where, and nobody changes it afterwards."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.app.auditing import read_audit
from portal.app.export_requests import DocumentsRequest, Format, StatementRequest
from portal.app.exports import request_export
from portal.app.files import document_pdf
from portal.app.links import create_link, look_at_link, open_link
from portal.app.looking import looks_written
from portal.app.portal import Portal
from portal.app.reading import read_document
from portal.app.sessions import end_session, session_actor
from portal.domain.access import Actor, Right
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.errors import NotFound
from portal.ledger.audit import Event, Where
from portal.ledger.tables import documents
from portal.render.labels import Labels
from tests.app.people import BOSS, HERE, acting, add_party, give, noted, person, staff
from tests.factories import OTRA, XYZ, FrozenClock, bring, facts

HOUSE = Path(__file__).parents[2] / "portal"
SCANNER = Where("198.51.100.7", "Mail scanner")


def number(portal: Portal, wanted: str) -> tuple[int, int, int]:
    """(document, issuer, customer)."""
    with portal.ledger.read() as conn:
        row = conn.execute(documents.select().where(documents.c.number == wanted)).one()
    return row.id, row.issuer_id, row.customer_id


@pytest.fixture
def document(portal: Portal) -> int:
    bring(portal, facts("FE-1"))
    return number(portal, "FE-1")[0]


@pytest.fixture
def session(portal: Portal, document: int) -> str:
    """Somebody who opened the customer's link, after a scanner had looked at it."""
    token = (create_link(portal, BOSS, number(portal, "FE-1")[2]).url or "").rpartition("/")[2]
    look_at_link(portal, token, SCANNER)
    return session_hash(open_link(portal, token, HERE.address, HERE.agent))


def who(portal: Portal, session: str) -> Actor:
    actor = session_actor(portal, session)
    assert actor is not None
    return actor


def told(portal: Portal, *events: Event) -> list[tuple[object, ...]]:
    looks_written()
    return [(one.event, one.actor, one.address, one.subject) for one in noted(portal, *events)]


def test_every_event_is_noted_by_some_use_case() -> None:
    """An event that nothing notes would make a register that keeps silent."""
    sources = [path for path in HOUSE.rglob("*.py") if path.name not in ("audit.py", "audit_words.py")]
    used = set(re.findall(r"Event\.([A-Z_]+)\b", "".join(path.read_text(encoding="utf-8") for path in sources)))
    assert used >= {event.name for event in Event}


def test_a_visit_is_told_from_the_scanners_look_to_the_sign_out(portal: Portal, document: int, session: str) -> None:
    actor = who(portal, session)
    read_document(portal, actor, document)
    document_pdf(portal, actor, document, Labels())
    export = request_export(portal, actor, DocumentsRequest(Format.CSV))
    end_session(portal, session, HERE)
    here = (actor.name, HERE.address)
    assert set(told(portal)) == {
        (Event.LINK_MADE, BOSS.name, None, actor.name),
        (Event.LINK_SCANNED, actor.name, SCANNER.address, actor.name),
        (Event.LINK_OPENED, *here, actor.name),
        (Event.DOCUMENT_SEEN, *here, f"document:{document}"),
        (Event.DOCUMENT_DOWNLOADED, *here, f"document:{document}"),
        (Event.EXPORT_ASKED, *here, f"export:{export}"),
        (Event.SIGNED_OUT, *here, None),
    }


def test_a_page_drawn_again_is_the_same_look(portal: Portal, clock: FrozenClock, document: int, session: str) -> None:
    actor = who(portal, session)
    for _ in range(5):
        read_document(portal, actor, document)
    assert len(told(portal, Event.DOCUMENT_SEEN)) == 1
    clock.forward(minutes=11)
    read_document(portal, actor, document)
    assert len(told(portal, Event.DOCUMENT_SEEN)) == 2


def test_what_is_refused_was_not_seen(portal: Portal, document: int, session: str) -> None:
    bring(portal, facts("FE-2", customer=XYZ))
    with pytest.raises(NotFound):
        read_document(portal, who(portal, session), number(portal, "FE-2")[0])
    assert told(portal, Event.DOCUMENT_SEEN) == []


def test_each_issuer_reads_who_took_its_documents_along_and_no_more(portal: Portal, document: int) -> None:
    """A list goes over all that somebody sees: a row for each issuer, with the customer where it is one."""
    bring(portal, facts("FE-7", issuer=OTRA, customer=XYZ), facts("FE-8", issuer=OTRA))
    (_, first, abc), (_, second, xyz) = number(portal, "FE-1"), number(portal, "FE-7")
    user = person(portal, "ana@empresa.example")
    give(portal, user, first, abc)
    give(portal, user, second, xyz)
    give(portal, user, second, number(portal, "FE-8")[2], rights=[Right.SEE])
    export = request_export(portal, acting(portal, user), DocumentsRequest(Format.XLSX))
    for issuer, customer in ((first, abc), (second, xyz)):
        (row,) = read_audit(portal, staff(portal, issuer), [Event.EXPORT_ASKED], 10).rows
        assert (row.entry.subject, row.entry.customer_id) == (f"export:{export}", customer)
        assert row.entry.actor == f"user:{user}" and row.entry.detail == '{"format": "xlsx"}'
    whole = person(portal, "analista@empresa.example")
    give(portal, whole, second, role=Role.ANALYST)
    request_export(portal, acting(portal, whole), DocumentsRequest(Format.CSV))
    asked = noted(portal, Event.EXPORT_ASKED)[-1]
    assert (asked.issuer_id, asked.customer_id) == (second, None)


def test_a_statement_and_an_operators_list_are_told_too(portal: Portal, document: int) -> None:
    _, issuer, customer = number(portal, "FE-1")
    year = (date(2026, 1, 1), date(2026, 12, 31))
    request_export(portal, BOSS, StatementRequest(Format.PDF, issuer, customer, "COP", *year))
    request_export(portal, replace(BOSS, address="203.0.113.8"), DocumentsRequest(Format.CSV))
    of_one, of_all = noted(portal, Event.EXPORT_ASKED)
    assert (of_one.issuer_id, of_one.customer_id) == (issuer, customer)
    assert (of_all.issuer_id, of_all.customer_id, of_all.address) == (None, None, "203.0.113.8")


def test_a_session_that_is_over_is_signed_out_once(portal: Portal, session: str) -> None:
    for _ in range(2):
        end_session(portal, session, HERE)
    end_session(portal, "0" * 64, HERE)
    assert len(told(portal, Event.SIGNED_OUT)) == 1


@pytest.mark.parametrize("change", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_what_was_noted(portal: Portal, change: str) -> None:
    create_link(portal, BOSS, add_party(portal, "900100200", "900555666")[0])
    with pytest.raises(DBAPIError, match="append-only"), portal.ledger.write("test") as unit:
        unit.conn.execute(text(change))
    assert len(noted(portal)) == 1
