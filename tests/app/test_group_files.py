"""The groups of an analysis as CSV and XLSX: what the screen says, for who may download it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from portal.app import exports_at_once
from portal.app.analysis import analyse
from portal.app.export_requests import CODES, DocumentsRequest, Format, GroupsRequest, from_json, to_json
from portal.app.exports import State, export_file, export_state, request_export
from portal.app.exports_at_once import ask_file
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.domain.access import Right
from portal.domain.documents import Kind
from portal.domain.parties import Party
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.views import group_listing
from portal.views.filters import DocumentFilter
from portal.views.groups import Grouping, Measure
from tests.app.people import noted
from tests.app.test_exports import BOSS, by_link, made
from tests.factories import ABC, XYZ, bring, facts

HOSTILE = Party("CO", "31", "900777888", '=HYPERLINK("http://malo.example")')
BY_CUSTOMER = GroupsRequest(Format.CSV, Grouping.CUSTOMER, Measure.DEBITS, "COP")
HEAD = ["Documentos", "Saldo pendiente", "Vencido", "Facturado", "Notas y recibos", "Saldo a favor"]


@pytest.fixture(autouse=True)
def books(portal: Portal) -> None:
    """ABC owes 1,500.50 of two months in pesos, and dollars; XYZ 2,000; a third has a name that computes."""
    bring(
        portal,
        facts("FE-1", "1000.50", due_date=date(2026, 3, 2)),
        facts("FE-2", 500, issue_date=date(2026, 2, 1)),
        facts("FE-3", 2000, customer=XYZ),
        facts("FE-4", 70, currency="USD"),
        facts("FE-5", 9, customer=HOSTILE),
        facts("NC-1", 100, Kind.CREDIT_NOTE, customer=XYZ),
    )


def file_of(portal: Portal, request: GroupsRequest) -> bytes:
    return export_file(portal, BOSS, ask_file(portal, BOSS, request)).data


def rows_of(data: bytes, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=separator))


def sheet_of(portal: Portal, **other: Any) -> Any:
    data = file_of(portal, replace(BY_CUSTOMER, format=Format.XLSX, **other))
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def values(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_customers_stand_with_their_ids_the_largest_first_in_the_currency_asked_for(portal: Portal) -> None:
    head, *rows = rows_of(file_of(portal, BY_CUSTOMER))
    assert head == ["Cliente", "NIT o documento del cliente", "Emisor", "Moneda", *HEAD]
    assert rows == [
        [XYZ.name, "52123456", "Ejemplar S.A.S.", "COP", "2", "2000.00", "2000.00", "2000.00", "100.00", "100.00"],
        [ABC.name, "900555666", "Ejemplar S.A.S.", "COP", "2", "1500.50", "1500.50", "1500.50", "0.00", "0.00"],
        ["'" + HOSTILE.name, "900777888", "Ejemplar S.A.S.", "COP", "1", "9.00", "9.00", "9.00", "0.00", "0.00"],
    ]
    assert [row[3:6] for row in rows_of(file_of(portal, replace(BY_CUSTOMER, currency="USD")))[1:]] == [
        ["USD", "1", "70.00"]
    ]


@pytest.mark.parametrize("by", Grouping)
def test_a_file_has_the_sums_of_all_pages_of_the_screen(
    portal: Portal, monkeypatch: pytest.MonkeyPatch, by: Grouping
) -> None:
    monkeypatch.setattr(group_listing, "BATCH", 2)
    asked = (portal, BOSS, DocumentFilter(), by, "COP", Measure.OUTSTANDING)
    shown = [row.sums for offset in range(4) for row in analyse(*asked, 1, offset).groups.rows]
    wanted = GroupsRequest(Format.CSV, by, Measure.OUTSTANDING, "COP", language=CODES)
    rows = list(csv.DictReader(io.StringIO(file_of(portal, wanted).decode("utf-8-sig"))))
    told = [(row["currency"], int(row["documents"]), round(float(row["outstanding"]) * 100)) for row in rows]
    assert told == [(sums.currency, sums.count, sums.outstanding) for sums in shown] and told


def test_a_workbook_has_real_numbers_a_frozen_head_and_the_total_of_its_currency(portal: Portal) -> None:
    sheet = sheet_of(portal)
    head, *rows, total = values(sheet)
    assert (sheet.title, sheet.freeze_panes, head[4:]) == ("Grupos", "A2", HEAD)
    assert rows[1][3:7] == ["COP", 2, 1500.5, 1500.5] and rows[1][1] == "900555666"
    assert rows[2][0] == HOSTILE.name and sheet["A4"].data_type == "s"
    assert total == ["Total", None, None, "COP", None, 3509.5, 3509.5, 3509.5, 100, 100]


def test_months_are_dates_and_their_total_says_so(portal: Portal) -> None:
    rows = values(sheet_of(portal, by=Grouping.MONTH))
    assert rows[0][:3] == ["Mes de emisión", "Moneda", "Documentos"]
    assert [(row[0].date() if hasattr(row[0], "date") else row[0], row[3]) for row in rows[1:]] == [
        (date(2026, 3, 1), 3009.5), (date(2026, 2, 1), 500), ("Total", 3509.5),
    ]  # fmt: skip


def test_currencies_have_a_row_each_and_no_total_below(portal: Portal) -> None:
    head, *rows = values(sheet_of(portal, by=Grouping.CURRENCY, currency=None))
    assert head == ["Moneda", *HEAD]
    assert [row[:3] for row in rows] == [["COP", 5, 3509.5], ["USD", 1, 70]]


def test_words_and_the_name_are_in_the_language_of_the_reader(portal: Portal) -> None:
    wanted = replace(BY_CUSTOMER, by=Grouping.SETTLEMENT, language="en", bom=False, decimal_comma=True)
    export_id = ask_file(portal, BOSS, wanted)
    assert export_state(portal, BOSS, export_id).name == "documents-by-status-COP-2026-03-15.csv"
    head, row = rows_of(export_file(portal, BOSS, export_id).data, ";")
    assert (head[:3], row[:4]) == (["Status", "Currency", "Documents"], ["Open", "COP", "5", "3509,50"])


def test_who_came_by_a_link_takes_its_own_groups_and_who_only_sees_takes_none(portal: Portal) -> None:
    customer = by_link(portal, "FE-3")
    for filter in (DocumentFilter(), DocumentFilter(issuers=(customer.grants[0].issuer_id or 0,))):
        ready = made(portal, customer, replace(BY_CUSTOMER, filter=filter))
        rows = rows_of(export_file(portal, customer, ready.id).data)
        assert [row[0] for row in rows[1:]] == [XYZ.name]
    grant = customer.grants[0]
    assert {(one.issuer_id, one.customer_id) for one in noted(portal, Event.EXPORT_ASKED)} == {
        (grant.issuer_id, grant.customer_id)
    }
    other = by_link(portal, "FE-1", Right.SEE)
    for ask in (ask_file, request_export):
        with pytest.raises(NotFound):
            ask(portal, other, BY_CUSTOMER)


def test_many_groups_wait_for_a_job_that_makes_the_same_file(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = file_of(portal, BY_CUSTOMER)
    monkeypatch.setitem(exports_at_once.AT_ONCE, Format.CSV, 2)
    export_id = ask_file(portal, BOSS, BY_CUSTOMER)
    assert export_state(portal, BOSS, export_id).state is State.WAITING
    alone = replace(BY_CUSTOMER, filter=DocumentFilter(search=XYZ.name))
    assert export_state(portal, BOSS, ask_file(portal, BOSS, alone)).state is State.READY
    run_job(portal, export_id)
    ready = export_state(portal, BOSS, export_id)
    assert (ready.done_rows, ready.total_rows) == (3, 3)
    assert export_file(portal, BOSS, export_id).data == at_once


def test_other_formats_are_refused_and_nothing_found_is_a_head_alone(portal: Portal) -> None:
    for format in (Format.PDF, Format.ZIP, Format.PARQUET, Format.JSONL):
        with pytest.raises(Refused, match="CSV o XLSX"):
            ask_file(portal, BOSS, replace(BY_CUSTOMER, format=format))
    nothing = DocumentFilter(search="nada de esto")
    assert len(rows_of(file_of(portal, replace(BY_CUSTOMER, filter=nothing)))) == 1
    assert len(values(sheet_of(portal, filter=nothing))) == 1


@pytest.mark.parametrize(
    "request_", [BY_CUSTOMER, GroupsRequest(Format.XLSX, Grouping.MONTH, Measure.COUNT), DocumentsRequest(Format.CSV)]
)
def test_what_was_asked_for_is_kept_and_read_back_as_the_same(request_: GroupsRequest | DocumentsRequest) -> None:
    assert from_json(to_json(request_)) == request_
