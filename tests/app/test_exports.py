import csv
import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from portal.app import export_making, jobs
from portal.app.export_making import make_export
from portal.app.export_requests import DocumentsRequest, Format, StatementRequest
from portal.app.exports import (
    KEPT,
    MOST_WAITING,
    ExportState,
    State,
    export_file,
    export_state,
    request_export,
    statement_file,
)
from portal.app.jobs import MOST_ATTEMPTS, retry_dead_letter, run_job
from portal.app.links import create_link, revoke_link, rotate_link
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, By, Grant, Right, operator
from portal.domain.documents import Kind
from portal.errors import NotFound, Refused
from portal.ledger import documents
from portal.ledger import exports as exports_table
from portal.ledger.tables import documents as table
from portal.views import listing, store
from portal.views.build import build
from portal.views.filters import DocumentFilter
from tests.app.people import add_party, issuer_of
from tests.factories import XYZ, FrozenClock, bring, facts, pays

BOSS = operator("test")
CSV_LIST = DocumentsRequest(Format.CSV)


@pytest.fixture(autouse=True)
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views' first copy is made in this process: a child for each test would be most of its time."""
    monkeypatch.setattr(store, "build_apart", build)


@pytest.fixture
def customer(portal: Portal) -> Actor:
    """ABC, who came by its link: two invoices of 1,000 and a payment of 400. XYZ has an invoice at the same issuer."""
    bring(portal, facts("FE-1"), facts("FE-2", issue_date=date(2026, 2, 1)), facts("FE-9", customer=XYZ))
    bring(portal, facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1")))
    return by_link(portal, "FE-1")


def by_link(portal: Portal, number: str, *rights: Right) -> Actor:
    """Whoever opened a new link of the customer that owes this document."""
    with portal.ledger.read() as conn:
        document_id = int(conn.execute(table.select().where(table.c.number == number)).one().id)
        row = documents.find(conn, document_id)
    assert row is not None
    link = create_link(portal, BOSS, row.customer_id).link
    return Actor(By.LINK, f"link:{link.id}", (Grant(row.issuer_id, row.customer_id, frozenset(rights) or LINK_RIGHTS),))


def made(portal: Portal, actor: Actor, request: Any) -> ExportState:
    """Ask for an export and do its job."""
    export_id = request_export(portal, actor, request)
    run_job(portal, export_id)
    return export_state(portal, actor, export_id)


def table_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def account(actor: Actor, format: Format, **other: Any) -> StatementRequest:
    grant = actor.grants[0]
    assert grant.customer_id is not None
    days = {"start": date(2026, 2, 1), "end": date(2026, 3, 15), **other}
    return StatementRequest(format, grant.issuer_id, grant.customer_id, "COP", **days)


def test_a_list_holds_what_its_requester_may_see_and_nothing_else(portal: Portal, customer: Actor) -> None:
    ready = made(portal, customer, CSV_LIST)
    file = export_file(portal, customer, ready.id)
    assert {row["Número"] for row in table_of(file.data)} == {"FE-1", "FE-2", "RC-1"}
    assert (ready.state, ready.done_rows, ready.total_rows) == (State.READY, 3, 3)
    assert (file.name, file.media_type) == ("documentos-2026-03-15.csv", "text/csv")
    assert ready.address == f"/exports/{ready.id}"


def test_a_filter_and_an_order_are_those_asked_for(portal: Portal, customer: Actor) -> None:
    wanted = DocumentFilter(kinds=(Kind.INVOICE,), issued_from=date(2026, 1, 1))
    ready = made(portal, customer, DocumentsRequest(Format.CSV, wanted, descending=False))
    rows = table_of(export_file(portal, customer, ready.id).data)
    assert [(row["Número"], row["Saldo pendiente"]) for row in rows] == [("FE-2", "1000.00"), ("FE-1", "600.00")]


def test_a_filter_never_widens_what_may_be_seen(portal: Portal, customer: Actor) -> None:
    foreign = by_link(portal, "FE-9").grants[0].customer_id
    assert foreign is not None
    ready = made(portal, customer, DocumentsRequest(Format.CSV, DocumentFilter(customers=(foreign,))))
    assert table_of(export_file(portal, customer, ready.id).data) == []


def test_a_list_as_xlsx_opens_with_its_numbers(portal: Portal, customer: Actor) -> None:
    ready = made(portal, customer, DocumentsRequest(Format.XLSX))
    file = export_file(portal, customer, ready.id)
    book = openpyxl.load_workbook(io.BytesIO(file.data), read_only=True)
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    book.close()
    assert "FE-1" in cells and "FE-9" not in cells and 600 in cells
    assert file.name.endswith(".xlsx")


def test_a_statement_comes_in_every_format_under_its_own_address(portal: Portal, customer: Actor) -> None:
    begins = {Format.PDF: b"%PDF", Format.XLSX: b"PK", Format.CSV: b"\xef\xbb\xbf"}
    for format, start in begins.items():
        ready = made(portal, customer, account(customer, format))
        file = statement_file(portal, customer, ready.id, format)
        assert file.data.startswith(start)
        assert file.name == f"estado-de-cuenta-EC-000001-900555666-2026-02-01-2026-03-15.{format.value}"
        assert ready.address == f"/statements/{ready.id}.{format.value}"


def test_a_statement_stays_as_known_when_it_was_asked_for(portal: Portal, clock: FrozenClock, customer: Actor) -> None:
    export_id = request_export(portal, customer, account(customer, Format.CSV))
    clock.forward(seconds=1)
    bring(portal, facts("FE-3", 5_000))
    run_job(portal, export_id)
    assert b"FE-3" not in export_file(portal, customer, export_id).data


def test_a_statement_has_only_the_format_that_was_asked_for(portal: Portal, customer: Actor) -> None:
    statement = made(portal, customer, account(customer, Format.CSV))
    listed = made(portal, customer, CSV_LIST)
    for export_id, format in ((statement.id, Format.PDF), (listed.id, Format.CSV)):
        with pytest.raises(NotFound):
            statement_file(portal, customer, export_id, format)


def test_nothing_is_there_before_the_job_ran(portal: Portal, customer: Actor) -> None:
    export_id = request_export(portal, customer, CSV_LIST)
    assert export_state(portal, customer, export_id).state is State.WAITING
    with pytest.raises(NotFound):
        export_file(portal, customer, export_id)


def test_the_job_done_twice_has_one_effect(portal: Portal, clock: FrozenClock, customer: Actor) -> None:
    ready = made(portal, customer, CSV_LIST)
    before = export_file(portal, customer, ready.id)
    clock.forward(days=1)
    bring(portal, facts("FE-3"))
    run_job(portal, ready.id)
    make_export(portal, ready.id)
    assert export_file(portal, customer, ready.id).data == before.data
    assert export_state(portal, customer, ready.id) == ready


def test_of_two_makings_at_once_the_first_file_stays(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = request_export(portal, customer, CSV_LIST)
    late: list[bool] = []
    put = portal.files.put_stream

    def overtaken(stream: Any) -> str:
        if not late:
            late.append(True)
            bring(portal, facts("FE-3"))
            make_export(portal, export_id)
        return put(stream)

    monkeypatch.setattr(portal.files, "put_stream", overtaken)
    make_export(portal, export_id)
    numbers = {row["Número"] for row in table_of(export_file(portal, customer, export_id).data)}
    assert "FE-3" in numbers


def test_somebody_elses_export_does_not_exist(portal: Portal, customer: Actor) -> None:
    ready = made(portal, customer, CSV_LIST)
    statement = made(portal, customer, account(customer, Format.PDF))
    other_link = by_link(portal, "FE-1")
    sentences = set()
    for actor, export_id in (
        (by_link(portal, "FE-9"), ready.id),
        (other_link, ready.id),
        (BOSS, ready.id),
        (customer, 7),
    ):
        for ask in (export_state, export_file):
            with pytest.raises(NotFound) as refused:
                ask(portal, actor, export_id)
            sentences.add(str(refused.value))
    with pytest.raises(NotFound) as refused:
        statement_file(portal, other_link, statement.id, Format.PDF)
    assert sentences == {str(refused.value)}


def test_the_check_of_the_owner_is_what_keeps_others_out(portal: Portal, customer: Actor) -> None:
    """The control: an actor of the same name passes, so the test before would notice a missing check."""
    ready = made(portal, customer, CSV_LIST)
    stranger = by_link(portal, "FE-1")
    assert export_file(portal, Actor(By.LINK, customer.name, stranger.grants), ready.id).data


def test_rights_lost_since_then_close_the_file(portal: Portal, customer: Actor) -> None:
    ready = made(portal, customer, CSV_LIST)
    grant = customer.grants[0]
    for rights in (frozenset({Right.SEE}), frozenset[Right]()):
        less = Actor(By.LINK, customer.name, (Grant(grant.issuer_id, grant.customer_id, rights),))
        with pytest.raises(NotFound):
            export_file(portal, less, ready.id)


@pytest.mark.parametrize("end_access", [revoke_link, rotate_link])
def test_a_link_ended_before_the_work_gets_no_file(portal: Portal, customer: Actor, end_access: Any) -> None:
    export_id = request_export(portal, customer, CSV_LIST)
    end_access(portal, BOSS, int(customer.name.removeprefix("link:")))
    run_job(portal, export_id)
    ended = export_state(portal, customer, export_id)
    assert ended.state is State.FAILED and "acceso" in str(ended.error)
    with pytest.raises(NotFound):
        export_file(portal, customer, export_id)
    assert jobs.dead_letters(portal, BOSS) == []


def test_an_ended_link_can_not_ask(portal: Portal, customer: Actor) -> None:
    revoke_link(portal, BOSS, int(customer.name.removeprefix("link:")))
    with pytest.raises(NotFound):
        request_export(portal, customer, CSV_LIST)


def test_a_way_in_without_a_rule_gets_nothing(portal: Portal, customer: Actor) -> None:
    with pytest.raises(NotFound):
        request_export(portal, Actor(By.USER, "user:1", customer.grants), CSV_LIST)


def test_an_operator_and_an_issuer_may_ask(portal: Portal, customer: Actor) -> None:
    grant = Grant(customer.grants[0].issuer_id, None, frozenset({Right.DOWNLOAD}))
    for actor in (BOSS, Actor(By.ISSUER, "issuer:1", (grant,))):
        ready = made(portal, actor, CSV_LIST)
        assert len(table_of(export_file(portal, actor, ready.id).data)) == 4


def test_seeing_is_not_downloading(portal: Portal, customer: Actor) -> None:
    looker = by_link(portal, "FE-1", Right.SEE)
    for request in (CSV_LIST, account(customer, Format.PDF)):
        with pytest.raises(NotFound):
            request_export(portal, looker, request)


def test_a_foreign_statement_can_not_be_asked_for(portal: Portal, customer: Actor) -> None:
    with pytest.raises(NotFound):
        request_export(portal, by_link(portal, "FE-9"), account(customer, Format.PDF))


def test_a_statement_without_movements_says_so_to_whoever_asked(portal: Portal, customer: Actor) -> None:
    (new,) = add_party(portal, "900777000", "900777001")
    issuer_id, days = issuer_of(portal, new), (date(2026, 1, 1), date(2026, 2, 1))
    its = Actor(By.ISSUER, "issuer:1", (Grant(issuer_id, None, LINK_RIGHTS),))
    ended = made(portal, its, StatementRequest(Format.PDF, issuer_id, new, "COP", *days))
    assert ended.state is State.FAILED and ended.error == NotFound().text


def test_a_customer_that_is_not_the_issuers_has_no_statement_there(portal: Portal, customer: Actor) -> None:
    grant, days = customer.grants[0], (date(2026, 1, 1), date(2026, 2, 1))
    (foreign,) = add_party(portal, "900777000", "900777001")
    its = Actor(By.ISSUER, "issuer:1", (Grant(grant.issuer_id, None, LINK_RIGHTS),))
    for actor in (BOSS, its):
        for customer_id in (12345, foreign):
            with pytest.raises(NotFound):
                request = StatementRequest(Format.PDF, grant.issuer_id, customer_id, "COP", *days)
                request_export(portal, actor, request)


@pytest.mark.parametrize(
    ("request_of", "says"),
    [
        (lambda actor: DocumentsRequest(Format.PDF), "CSV o XLSX"),
        (lambda actor: account(actor, Format.PDF, start=date(2026, 3, 1), end=date(2026, 2, 1)), "corrige las fechas"),
    ],
)
def test_what_can_not_be_made_is_refused_at_once(portal: Portal, customer: Actor, request_of: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        request_export(portal, customer, request_of(customer))


def test_one_more_than_the_most_in_preparation_is_refused(portal: Portal, customer: Actor) -> None:
    asked = [request_export(portal, customer, CSV_LIST) for _ in range(MOST_WAITING)]
    with pytest.raises(Refused, match=str(MOST_WAITING)):
        request_export(portal, customer, CSV_LIST)
    request_export(portal, by_link(portal, "FE-9"), CSV_LIST)
    run_job(portal, asked[0])
    request_export(portal, customer, CSV_LIST)


def test_after_a_week_it_is_gone(portal: Portal, clock: FrozenClock, customer: Actor) -> None:
    ready = made(portal, customer, CSV_LIST)
    clock.at += KEPT - timedelta(seconds=1)
    assert export_file(portal, customer, ready.id)
    clock.forward(seconds=1)
    for ask in (export_state, export_file):
        with pytest.raises(NotFound):
            ask(portal, customer, ready.id)


def test_whoever_asked_learns_of_a_job_given_up_and_of_its_second_life(
    portal: Portal, clock: FrozenClock, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = request_export(portal, customer, CSV_LIST)

    def full(_stream: Any) -> str:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(portal.files, "put_stream", full)
        for attempt in range(MOST_ATTEMPTS):
            assert export_state(portal, customer, export_id).state is (State.WORKING if attempt else State.WAITING)
            run_job(portal, export_id)
    given_up = export_state(portal, customer, export_id)
    assert given_up.state is State.FAILED and "space" not in str(given_up.error)
    request_export(portal, customer, CSV_LIST)  # a dead one does not count against the limit
    retry_dead_letter(portal, BOSS, export_id)
    run_job(portal, export_id)
    assert export_state(portal, customer, export_id).state is State.READY


def test_progress_is_told_while_rows_go_through(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(portal, *(facts(f"N-{number}") for number in range(10)))
    monkeypatch.setattr(export_making, "TOLD_EVERY", 0.0)
    monkeypatch.setattr(listing, "BATCH", 5)
    seen: list[int] = []
    tell = exports_table.set_progress
    export_id = request_export(portal, customer, CSV_LIST)

    def look(unit: Any, export_id: int, done: int, total: int) -> None:
        tell(unit, export_id, done, total)
        assert total == 13
        seen.append(done)

    monkeypatch.setattr(exports_table, "set_progress", look)
    run_job(portal, export_id)
    assert seen == [0, 5, 10, 13]
    assert export_state(portal, customer, export_id).done_rows == 13


def test_progress_that_can_not_be_written_ends_nothing(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_args: Any) -> None:
        raise OSError("locked")

    monkeypatch.setattr(export_making, "TOLD_EVERY", 0.0)
    monkeypatch.setattr(exports_table, "set_progress", locked)
    assert made(portal, customer, CSV_LIST).state is State.READY
