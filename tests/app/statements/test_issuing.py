"""An issued statement has a number without gaps, a frozen content, and files that stay the same byte for byte."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from threading import Thread

import openpyxl
import pytest
from sqlalchemy import select

from portal.app.checking import check_portal
from portal.app.export_keeping import remove_expired
from portal.app.export_requests import Format, StatementRequest
from portal.app.exports import export_file, request_export
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.statements.files import CODES, download_issued, issued_file, read_content
from portal.app.statements.issuing import Wish, issue
from portal.app.statements.register import list_issued, read_later
from portal.app.voiding import withdraw
from portal.domain.access import Right, operator
from portal.domain.documents import Kind
from portal.domain.issued import StatementFormat, dump_issued, fingerprint_of, short_print
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.customer_joins import join
from portal.ledger.statement_tables import issued_statements
from portal.views.statements import statement
from tests.app.people import noted
from tests.app.statements.account import account_of, customer, document_of, owner
from tests.factories import FrozenClock, bring, facts
from tests.render.papers import text_of

BOSS = operator("test")
ALL = BOSS.scope(Right.SEE)


def test_numbers_run_on_without_a_gap_for_each_issuer(portal: Portal, clock: FrozenClock, wish: Wish) -> None:
    found = []
    for day in range(3):
        clock.forward(days=1)
        found.append(issue(portal, owner(wish), replace(wish, end=wish.end - timedelta(days=day))).number)
    assert found == [1, 2, 3]
    assert [entry.detail for entry in noted(portal, Event.STATEMENT_ISSUED)][-1] == '{"number": "EC-000003"}'


def test_at_once_each_gets_a_number_of_its_own(portal: Portal, wish: Wish) -> None:
    wishes = [replace(wish, end=date(2026, 3, day)) for day in range(10, 16)]
    portal.views.fresh()
    threads = [Thread(target=issue, args=(portal, owner(wish), one)) for one in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with portal.ledger.read() as conn:
        numbers = sorted(conn.execute(select(issued_statements.c.number)).scalars())
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_asked_again_the_same_day_by_the_same_side_it_is_the_same_one(
    portal: Portal, clock: FrozenClock, wish: Wish
) -> None:
    first = issue(portal, customer(wish), wish)
    clock.forward(hours=2)
    assert issue(portal, customer(wish), wish) == first
    assert issue(portal, owner(wish), wish).number == 2
    bring(portal, facts("FE-3", 500))
    assert issue(portal, customer(wish), wish).number == 3
    clock.forward(days=1)
    assert issue(portal, customer(wish), wish).number == 4


def test_it_reads_the_same_for_ever_and_tells_what_was_recorded_after_it(
    portal: Portal, clock: FrozenClock, wish: Wish
) -> None:
    issued = issue(portal, owner(wish), wish)
    before = read_content(portal, issued)
    assert issued.closing == 160_000
    clock.forward(days=20)
    bring(portal, facts("FE-3", 500, issue_date=date(2026, 3, 20)), facts("FE-4", 700, issue_date=date(2026, 4, 2)))
    bring(portal, facts("RC-2", 100, Kind.RECEIPT, issue_date=date(2025, 12, 30)))
    clock.forward(hours=1)
    with portal.ledger.write("test") as unit:
        withdraw(unit, document_of(portal, "FE-2"), "prueba")
        unit.commit()
    later = read_later(portal, customer(wish), issued.id)
    assert [(one.number, one.amount, one.cause) for one in later.after.entries] == [
        ("FE-3", 50_000, "invoice"), ("RC-2", -10_000, "receipt"), ("FE-2", -100_000, "withdrawn"),
    ]  # fmt: skip
    account = (wish.issuer_id, wish.customer_id, wish.currency, wish.start, wish.end)
    assert later.closing_now == statement(portal.views, ALL, *account, clock.now()).closing == 100_000
    assert read_content(portal, issued) == before
    then = statement(portal.views, ALL, *account, issued.known_at, upto=issued.known_seq)
    assert replace(then, seq=0) == before.statement


def test_of_an_account_that_was_joined_with_another_it_says_so(portal: Portal, clock: FrozenClock, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    clock.forward(hours=1)
    with portal.ledger.write("test") as unit:
        join(unit, wish.issuer_id, wish.customer_id, account_of(portal, "FE-9")[1])
        unit.commit()
    later = read_later(portal, owner(wish), issued.id)
    assert later.joined and later.closing_now == 260_000
    assert read_content(portal, issued).statement.closing == 160_000
    assert issued_file(portal, issued, StatementFormat.PDF, "es").data.startswith(b"%PDF")


def test_what_a_slower_transaction_brings_in_counts_as_recorded_after(
    portal: Portal, clock: FrozenClock, wish: Wish
) -> None:
    """It bears an earlier instant than the statement's, and was committed after it."""
    clock.forward(hours=1)
    issued = issue(portal, owner(wish), wish)
    clock.forward(hours=-1)
    bring(portal, facts("FE-3", 500))
    clock.forward(hours=2)
    later = read_later(portal, owner(wish), issued.id)
    assert [one.number for one in later.after.entries] == ["FE-3"]
    account = (wish.issuer_id, wish.customer_id, wish.currency, wish.start, wish.end)
    then = statement(portal.views, ALL, *account, issued.known_at, upto=issued.known_seq)
    assert then.closing == issued.closing


def test_an_earlier_moment_is_the_book_as_it_was_known_then(portal: Portal, clock: FrozenClock, wish: Wish) -> None:
    then = clock.now()
    clock.forward(days=1)
    bring(portal, facts("FE-3", 500))
    issued = issue(portal, owner(wish), replace(wish, known_at=then))
    assert (issued.closing, issued.known_at) == (160_000, then)
    assert read_later(portal, owner(wish), issued.id).after.change == 50_000
    ahead = issue(portal, owner(wish), replace(wish, known_at=clock.now() + timedelta(days=9)))
    assert ahead.known_at == clock.now()


def test_the_paper_says_its_number_its_day_and_how_to_verify_it(portal: Portal, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    file = issued_file(portal, issued, StatementFormat.PDF, "es")
    text = text_of(file.data)
    for told in ("EC-000001, emitido el 15/03/2026", short_print(issued.fingerprint), issued.fingerprint[:40]):
        assert told in text
    assert file.name == "estado-de-cuenta-EC-000001-900555666-2026-01-01-2026-03-31.pdf"
    content = read_content(portal, issued)
    assert fingerprint_of(dump_issued(content)) == issued.fingerprint


def test_programs_read_number_and_fingerprint_where_the_columns_stay_as_they_are(portal: Portal, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    told = json.loads(issued_file(portal, issued, StatementFormat.JSON, CODES).data)
    assert (told["number"], told["fingerprint"], told["issued_on"]) == ("EC-000001", issued.fingerprint, "2026-03-15")
    book = openpyxl.load_workbook(io.BytesIO(issued_file(portal, issued, StatementFormat.XLSX, "es").data))
    assert (book.properties.title, book.properties.subject) == ("Estado de cuenta EC-000001", issued.fingerprint)
    first = issued_file(portal, issued, StatementFormat.CSV, CODES).data.decode("utf-8-sig").split("\r\n")[0]
    assert first.startswith("section,date,cause,kind,number,currency,debit")


def test_a_file_is_made_once_and_given_back_byte_for_byte(portal: Portal, clock: FrozenClock, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    first = {format: issued_file(portal, issued, format, "es") for format in StatementFormat}
    clock.forward(days=400)
    bring(portal, facts("FE-3", 500))
    assert {format: download_issued(portal, customer(wish), issued.id, format, "es") for format in first} == first
    taken = [(one.actor, one.subject, one.customer_id) for one in noted(portal, Event.EXPORT_ASKED)]
    assert taken == [("link:7", f"statement:{issued.id}", wish.customer_id)] * len(first)


def test_it_outlives_the_download_by_which_it_was_issued(portal: Portal, clock: FrozenClock, wish: Wish) -> None:
    whose = (wish.issuer_id, wish.customer_id, wish.currency, wish.start, wish.end)
    export_id = request_export(portal, BOSS, StatementRequest(Format.PDF, *whose))
    run_job(portal, export_id)
    first = export_file(portal, BOSS, export_id)
    clock.forward(days=8)
    assert remove_expired(portal) == 1
    (issued,) = list_issued(portal, BOSS, *whose[:3], 10)
    assert download_issued(portal, BOSS, issued.id, StatementFormat.PDF, "es").data == first.data


def test_it_is_listed_for_who_sees_the_account_and_for_nobody_else(portal: Portal, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    account = (wish.issuer_id, wish.customer_id, "COP")
    assert list_issued(portal, customer(wish), *account, 10) == [issued]
    assert list_issued(portal, customer(wish), *account[:2], "USD", 10) == []
    stranger = customer(replace(wish, customer_id=account_of(portal, "FE-9")[1]))
    for ask in (
        lambda: list_issued(portal, stranger, *account, 10),
        lambda: read_later(portal, stranger, issued.id),
        lambda: download_issued(portal, stranger, issued.id, StatementFormat.PDF, "es"),
        lambda: download_issued(portal, customer(wish, Right.SEE), issued.id, StatementFormat.PDF, "es"),
        lambda: download_issued(portal, customer(wish), 7, StatementFormat.PDF, "es"),
        lambda: issue(portal, customer(wish, Right.SEE), wish),
        lambda: issue(portal, stranger, wish),
    ):
        with pytest.raises(NotFound) as refused:
            ask()
        assert str(refused.value) == str(NotFound())


def test_an_impossible_period_is_refused(portal: Portal, wish: Wish) -> None:
    with pytest.raises(Refused, match="empieza"):
        issue(portal, owner(wish), replace(wish, start=wish.end, end=wish.start))


def test_verify_misses_an_issued_statement_and_a_number(portal: Portal, wish: Wish) -> None:
    issued = issue(portal, owner(wish), wish)
    assert list(check_portal(portal, BOSS)) == []
    with portal.ledger.write("test") as unit:
        unit.conn.execute(issued_statements.update().values(fingerprint="0" * 64, number=issued.number))
        unit.conn.exec_driver_sql("UPDATE statement_series SET number = 2")
        unit.commit()
    told = " ".join(map(str, check_portal(portal, BOSS)))
    assert "0" * 64 in told and "1 estados de cuenta emitidos y su serie va en 2" in told
