"""Small files at once, the list of one's files, cancelling, removing, expiring, and the mail when one is ready."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest

from portal.app import export_making, exports_at_once
from portal.app.export_keeping import drop_bytes, remove_expired, remove_export
from portal.app.export_making import make_export
from portal.app.export_requests import DocumentsRequest, Format, from_json
from portal.app.exports import KEPT, State, cancel_export, export_file, export_state, list_exports, request_export
from portal.app.exports_at_once import ask_file
from portal.app.jobs import run_job
from portal.app.links import revoke_link
from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.app.sessions import user_actor
from portal.domain.access import Actor, Right
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger import exports as rows
from portal.ledger.tables import outbox
from portal.ledger.users import user_by_id
from portal.views import listing, store
from portal.views.build import build
from portal.views.filters import DocumentFilter, SortKey
from tests.app.people import give, issuer_of, person
from tests.app.test_exports import BOSS, CSV_LIST, account, by_link, made
from tests.factories import FrozenClock, bring, facts


@pytest.fixture(autouse=True)
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "build_apart", build)


@pytest.fixture
def customer(portal: Portal) -> Actor:
    bring(portal, facts("FE-1"), facts("FE-2", issue_date=date(2026, 2, 1)))
    return by_link(portal, "FE-1")


@pytest.fixture
def reader(portal: Portal, customer: Actor) -> Actor:
    """Somebody of the issuer, who signs in by name."""
    who = person(portal, "lee@ejemplar.example")
    customer_id = customer.grants[0].customer_id
    assert customer_id is not None
    give(portal, who, issuer_of(portal, customer_id), role=Role.READER)
    with portal.ledger.read() as conn:
        user = user_by_id(conn, who)
    assert user is not None
    return user_actor(portal, user)


def jobs(portal: Portal, name: str) -> list[int]:
    with portal.ledger.read() as conn:
        return [row.id for row in conn.execute(outbox.select().where(outbox.c.job == name))]


def stored(portal: Portal, sha256: str) -> bool:
    try:
        return portal.files.size(sha256) > 0
    except NotFound:
        return False


def sha_of(portal: Portal, export_id: int) -> str:
    with portal.ledger.read() as conn:
        found = rows.find_export(conn, export_id)
    assert found is not None and found.sha256 is not None
    return found.sha256


@pytest.mark.parametrize("format", [Format.CSV, Format.XLSX, Format.PARQUET, Format.JSONL])
def test_a_small_list_is_there_at_once_and_its_job_changes_nothing(
    portal: Portal, customer: Actor, format: Format
) -> None:
    ready = export_state(portal, customer, ask_file(portal, customer, DocumentsRequest(format)))
    assert (ready.state, ready.done_rows, ready.name) == (State.READY, 2, f"documentos-2026-03-15.{format}")
    assert ready.size == len(export_file(portal, customer, ready.id).data) > 0
    make_export(portal, ready.id)
    assert export_state(portal, customer, ready.id) == ready


def test_a_small_file_of_a_process_that_was_stopped_is_made_by_its_job(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports_at_once, "_make", lambda *_: None)  # as if it had been killed there
    export_id = ask_file(portal, customer, CSV_LIST)
    assert export_state(portal, customer, export_id).state is State.WAITING
    assert jobs(portal, "make_export") == [export_id]
    make_export(portal, export_id)
    assert export_state(portal, customer, export_id).state is State.READY


def test_a_small_statement_too(portal: Portal, customer: Actor) -> None:
    ready = export_state(portal, customer, ask_file(portal, customer, account(customer, Format.PDF)))
    assert ready.state is State.READY and ready.address == f"/statements/{ready.id}.pdf"


def test_what_is_longer_waits_for_its_job(portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(exports_at_once.AT_ONCE, Format.CSV, 1)
    export_id = ask_file(portal, customer, CSV_LIST)
    assert export_state(portal, customer, export_id).state is State.WAITING
    assert jobs(portal, "make_export") == [export_id]


def test_what_fails_at_once_leaves_nothing_behind(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_stream: Any) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(portal.files, "put_stream", full)
    with pytest.raises(OSError, match="no space"):
        ask_file(portal, customer, CSV_LIST)
    assert list_exports(portal, customer) == []


def test_who_may_not_ask_for_it_gets_nothing_at_once_either(portal: Portal, customer: Actor) -> None:
    looker = by_link(portal, "FE-1", Right.SEE)
    for request in (CSV_LIST, account(customer, Format.PDF)):
        with pytest.raises(NotFound):
            ask_file(portal, looker, request)
    revoke_link(portal, BOSS, int(customer.name.removeprefix("link:")))
    with pytest.raises(NotFound):
        ask_file(portal, customer, CSV_LIST)


def test_columns_that_there_are_not_are_refused_by_name(portal: Portal, customer: Actor) -> None:
    with pytest.raises(Refused, match="«nada»"):
        ask_file(portal, customer, DocumentsRequest(Format.CSV, columns=("number", "nada")))


def test_chosen_columns_and_the_decimal_comma_are_in_the_file(portal: Portal, customer: Actor) -> None:
    request = DocumentsRequest(
        Format.CSV, sort=SortKey.NUMBER, descending=False, columns=("total", "number"), bom=False, decimal_comma=True
    )
    ready = made(portal, customer, request)
    assert export_file(portal, customer, ready.id).data == b"Total;N\xc3\xbamero\r\n1000,00;FE-1\r\n1000,00;FE-2\r\n"


def test_a_request_that_an_older_portal_kept_is_still_read(portal: Portal) -> None:
    filter = {"currencies": [], "kinds": ["invoice"], "settlements": [], "overdue": None, "search": ""}
    old = {"format": "csv", "filter": filter, "sort": "issue_date", "descending": True, "language": "en"}
    read = from_json(json.dumps(old))
    assert isinstance(read, DocumentsRequest)
    assert (read.language, read.columns, read.bom, read.decimal_comma) == ("en", (), True, False)
    assert read.filter == DocumentFilter(kinds=read.filter.kinds)


def test_the_list_is_ones_own_the_newest_first_until_it_expires(
    portal: Portal, clock: FrozenClock, customer: Actor
) -> None:
    first, second = ask_file(portal, customer, CSV_LIST), request_export(portal, customer, CSV_LIST)
    assert [one.id for one in list_exports(portal, customer)] == [second, first]
    for other in (by_link(portal, "FE-1"), BOSS):
        assert list_exports(portal, other) == []
    clock.at += KEPT
    assert list_exports(portal, customer) == []


def test_a_list_of_less_than_was_taken_shows_nothing(portal: Portal, reader: Actor) -> None:
    ask_file(portal, reader, CSV_LIST)
    assert len(list_exports(portal, reader)) == 1
    assert list_exports(portal, Actor(reader.by, reader.name, (), user_id=reader.user_id)) == []


def test_what_is_cancelled_before_it_began_is_never_made(portal: Portal, customer: Actor) -> None:
    export_id = request_export(portal, customer, CSV_LIST)
    cancel_export(portal, customer, export_id)
    run_job(portal, export_id)
    assert export_state(portal, customer, export_id).state is State.CANCELLED
    with pytest.raises(NotFound):
        export_file(portal, customer, export_id)


def test_what_is_cancelled_in_the_middle_stops_and_stores_nothing(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_making, "TOLD_EVERY", 0.0)
    monkeypatch.setattr(listing, "BATCH", 1)
    export_id = request_export(portal, customer, CSV_LIST)
    steps: list[int] = []
    tell = rows.set_progress

    def then_cancel(unit: Any, *args: int) -> None:
        tell(unit, *args)
        steps.append(args[1])
        rows.set_cancelled(unit, export_id)

    monkeypatch.setattr(rows, "set_progress", then_cancel)
    monkeypatch.setattr(portal.files, "put_stream", lambda _file: pytest.fail("stored what nobody wants"))
    run_job(portal, export_id)
    assert steps == [0] and export_state(portal, customer, export_id).state is State.CANCELLED


def test_what_is_cancelled_at_the_last_moment_leaves_no_bytes(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id, put, kept = request_export(portal, customer, CSV_LIST), portal.files.put_stream, list[str]()

    def put_then_cancelled(stream: Any) -> str:
        kept.append(put(stream))
        remove_export(portal, customer, export_id)
        return put(io.BytesIO(b"again")) and kept[0]

    monkeypatch.setattr(portal.files, "put_stream", put_then_cancelled)
    make_export(portal, export_id)
    assert kept and not stored(portal, kept[0]) and list_exports(portal, customer) == []


def test_what_is_over_can_not_be_cancelled(portal: Portal, customer: Actor) -> None:
    export_id = ask_file(portal, customer, CSV_LIST)
    cancel_export(portal, customer, export_id)
    assert export_state(portal, customer, export_id).state is State.READY


def test_a_removed_file_is_gone_with_its_bytes_unless_another_row_names_them(portal: Portal, customer: Actor) -> None:
    first, second = ask_file(portal, customer, CSV_LIST), ask_file(portal, customer, CSV_LIST)
    sha256 = sha_of(portal, first)
    assert sha256 == sha_of(portal, second)
    remove_export(portal, customer, first)
    assert export_file(portal, customer, second).data
    with pytest.raises(NotFound):
        export_state(portal, customer, first)
    remove_export(portal, customer, second)
    assert not stored(portal, sha256)


def test_bytes_of_an_issued_statement_stay_when_its_export_goes(portal: Portal, customer: Actor) -> None:
    export_id = ask_file(portal, customer, account(customer, Format.CSV))
    sha256 = sha_of(portal, export_id)
    remove_export(portal, customer, export_id)
    assert stored(portal, sha256)
    drop_bytes(portal, sha256)
    assert stored(portal, sha256)


def test_nobody_else_can_cancel_or_remove(portal: Portal, customer: Actor) -> None:
    waiting, ready = request_export(portal, customer, CSV_LIST), ask_file(portal, customer, CSV_LIST)
    for other in (by_link(portal, "FE-1"), BOSS):
        for act in (cancel_export, remove_export):
            for export_id in (waiting, ready, 7):
                with pytest.raises(NotFound):
                    act(portal, other, export_id)
    assert [one.state for one in list_exports(portal, customer)] == [State.READY, State.WAITING]


def test_what_has_expired_is_deleted_and_nothing_else(portal: Portal, clock: FrozenClock, customer: Actor) -> None:
    old = ask_file(portal, customer, CSV_LIST)
    old_sha = sha_of(portal, old)
    clock.forward(days=3)
    bring(portal, facts("FE-3"))
    young = ask_file(portal, customer, CSV_LIST)
    clock.forward(days=4)
    assert (remove_expired(portal), remove_expired(portal)) == (1, 0)
    assert not stored(portal, old_sha) and export_file(portal, customer, young).data


def test_every_column_that_names_bytes_is_asked_before_they_go() -> None:
    """A table that keeps bytes under another name must be told of here."""
    asked = {str(column) for column in rows.content_columns()}
    assert {"exports.sha256", "files.sha256", "imports.sha256", "import_files.sha256", "issued_statements.fingerprint",
            "issued_statement_files.sha256", "letter_files.sha256", "looks.logo"} <= asked  # fmt: skip


def test_who_signed_in_gets_a_mail_once_it_is_ready_and_a_link_none(
    portal: Portal, customer: Actor, reader: Actor
) -> None:
    made(portal, customer, CSV_LIST)
    assert jobs(portal, "send_mail") == []
    ready = made(portal, reader, CSV_LIST)
    (mail_id,) = jobs(portal, "send_mail")
    run_job(portal, mail_id)
    (mail,) = portal.settings.mail_dir.glob("*.eml")
    text = mail.read_text("utf-8")
    assert "lee@ejemplar.example" in text and "/descargas" in text and f"/exports/{ready.id}" not in text
    make_export(portal, ready.id)
    assert len(jobs(portal, "send_mail")) == 1
    assert Template.EXPORT_READY


def test_a_file_made_at_once_is_told_of_by_no_mail(portal: Portal, reader: Actor) -> None:
    ask_file(portal, reader, CSV_LIST)
    assert jobs(portal, "send_mail") == []
