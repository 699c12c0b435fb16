from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from portal.app.export_requests import DocumentsRequest, ExportRequest, Format, StatementRequest
from portal.app.exports import State, export_state, request_export
from portal.app.jobs import run_job
from portal.app.sessions import session_actor
from portal.domain.access import Actor
from tests.waiting import until
from tests.web.conftest import Party, Visitor, World

LIST = DocumentsRequest(Format.XLSX)


class Earlier:
    """A clock a minute behind: what is written by it is overdue already."""

    def now(self) -> datetime:
        return datetime.now(UTC) - timedelta(minutes=1)


def who(world: World, visitor: Visitor) -> Actor:
    actor = session_actor(world.running.portal, visitor.hash)
    assert actor is not None
    return actor


def statement_of(party: Party, actor: Actor) -> StatementRequest:
    day = date(2026, 3, 31)
    return StatementRequest(Format.PDF, actor.grants[0].issuer_id, party.customer_id, "COP", date(2026, 1, 1), day)


def made(world: World, visitor: Visitor, request: ExportRequest) -> str:
    """Ask for a file and do its job here; gives its address."""
    portal, actor = world.running.portal, who(world, visitor)
    export_id = request_export(portal, actor, request)
    run_job(portal, export_id)
    return export_state(portal, actor, export_id).address


def test_the_web_process_makes_what_was_asked_for(world: World, ana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    portal, actor = world.running.portal, who(world, ana)
    with monkeypatch.context() as behind:
        behind.setattr(portal.ledger, "clock", Earlier())
        export_id = request_export(portal, actor, LIST)
    until(lambda: export_state(portal, actor, export_id).state is State.READY)
    answer = ana.http.get(f"/exports/{export_id}")
    assert answer.status_code == 200 and answer.content.startswith(b"PK")


def test_a_list_is_an_attachment_and_a_statement_may_be_shown(world: World, ana: Visitor) -> None:
    listed = ana.http.get(made(world, ana, LIST) + "?inline=1")
    assert listed.headers["content-disposition"].startswith('attachment; filename="documentos-')
    assert listed.headers["x-content-type-options"] == "nosniff"
    assert listed.headers["cache-control"] == "no-store"
    statement = ana.http.get(made(world, ana, statement_of(world.ana, who(world, ana))) + "?inline=1")
    assert statement.headers["content-disposition"].startswith("inline")
    assert statement.headers["content-type"] == "application/pdf"


def test_foreign_waiting_missing_and_misnamed_exports_answer_the_same_byte_for_byte(
    world: World, ana: Visitor, bob: Visitor
) -> None:
    portal = world.running.portal
    listed, statement = made(world, ana, LIST), made(world, ana, statement_of(world.ana, who(world, ana)))
    same_customer = world.visit(world.ana)
    waiting = request_export(portal, who(world, ana), LIST)
    answers = [
        *(visitor.http.get(path) for visitor in (bob, same_customer) for path in (listed, statement)),
        *(
            ana.http.get(path)
            for path in (f"/exports/{waiting}", "/exports/1", "/exports/x", "/exports/", "/statements/")
        ),
        ana.http.get(statement.replace(".pdf", ".csv")),
        ana.http.get(listed.replace("/exports/", "/statements/") + ".xlsx"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_without_a_session_nothing_is_told(world: World, ana: Visitor, stranger: httpx.Client) -> None:
    answers = [stranger.get(path) for path in (made(world, ana, LIST), "/exports/1", "/statements/1.pdf")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
