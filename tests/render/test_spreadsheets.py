"""CSV and XLSX hold the same figures, exactly, and no text in them can act as a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from portal.render import xlsx_file
from portal.render.csv_file import CsvStyle
from portal.render.labels import Labels
from portal.render.spreadsheets import statement_csv, statement_xlsx
from tests.render.listed import Row, documents_csv, documents_xlsx
from tests.render.papers import statement


def read_csv(write: Callable[..., Any], *given: Any) -> list[dict[str, str]]:
    out = BytesIO()
    write(given[0], out, *given[1:])
    assert not out.closed
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def read_xlsx(write: Callable[..., Any], *given: Any) -> list[list[Any]]:
    out = BytesIO()
    write(given[0], out, *given[1:])
    sheet = load_workbook(out).active
    return [list(row) for row in sheet.iter_rows()]


def values(row: list[Any]) -> list[Any]:
    return [cell.value for cell in row]


def test_a_csv_row_holds_plain_figures() -> None:
    (row,) = read_csv(documents_csv, [Row()])
    assert (row["total"], row["paid"], row["outstanding"]) == ("1234567.89", "234567.89", "1000000.00")
    assert (row["issue_date"], row["due_date"]) == ("2026-03-05", "")
    assert (row["kind"], row["overdue"], row["customer_tax_id"]) == ("invoice", "true", "0052123456")


def test_an_xlsx_row_holds_real_numbers_and_dates() -> None:
    head, row, totals = read_xlsx(documents_xlsx, [Row()])
    cells = dict(zip(values(head), row, strict=True))
    assert cells["total"].value == pytest.approx(1234567.89, abs=0)
    assert cells["total"].number_format == "#,##0.00"
    assert cells["issue_date"].value == datetime(2026, 3, 5)  # noqa: DTZ001 (a spreadsheet's dates have no zone)
    assert cells["overdue"].value is True
    assert cells["customer_tax_id"].value == "0052123456"
    assert values(totals)[1] == "total"


def test_totals_stand_at_the_end_one_row_for_each_currency() -> None:
    rows = [
        Row(withheld=900),
        Row(total=1, paid=0, outstanding=1),
        Row(currency="CLP", total=500, paid=500, outstanding=0),
    ]
    *_list, clp, cop = read_xlsx(documents_xlsx, rows)
    assert values(clp)[9:15] == ["CLP", 500, 500, 0, 0, 0]
    assert values(cop)[9:15] == ["COP", 1234567.9, 234567.89, 9, 1000000.01, 0]
    assert clp[10].number_format == "#,##0"
    assert len(_list) == 4


def test_the_sheet_has_a_frozen_head_and_filter_buttons_over_the_rows() -> None:
    out = BytesIO()
    assert documents_xlsx([Row(), Row()], out).rows == 2
    sheet = load_workbook(out).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:T3"
    assert sheet.column_dimensions["D"].width == pytest.approx(32, abs=1)


def test_an_empty_list_is_a_file_with_a_head() -> None:
    assert read_csv(documents_csv, []) == []
    assert len(read_xlsx(documents_xlsx, [])) == 1


def test_labels_give_headings_and_words_and_the_same_figures() -> None:
    (row,) = read_csv(documents_csv, [Row()], Labels())
    assert (row["Tipo"], row["Estado"], row["Vencida"]) == ("Factura de venta", "Abonada en parte", "Sí")
    assert row["Saldo pendiente"] == "1000000.00"
    head, cells, totals = read_xlsx(documents_xlsx, [Row(overdue=False, disputed=True)], Labels())
    assert values(head) == list(row)
    assert values(cells)[17:19] == ["No", "Sí"]
    assert values(totals)[1] == "Total"


def test_a_method_is_in_words_for_people_and_a_code_for_programs() -> None:
    told = [Row(method="47,10"), Row(method=None)]
    assert [row["method"] for row in read_csv(documents_csv, told)] == ["47,10", ""]
    said = [row["Método de pago"] for row in read_csv(documents_csv, told, Labels())]
    assert said == ["Transferencia débito bancaria, Efectivo", ""]


FORMULAS = ["=1+1", "+57 300", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_can_act_as_a_formula(text: str) -> None:
    (row,) = read_csv(documents_csv, [Row(customer_name=text, number=text)])
    assert row["customer_name"] == row["number"]
    assert row["number"].startswith("'") and row["number"].replace("'", "") == text
    _head, cells, _totals = read_xlsx(documents_xlsx, [Row(customer_name=text, number=text)])
    assert cells[5].data_type == cells[2].data_type == "s"


def test_a_negative_amount_is_a_number_not_a_formula() -> None:
    (row,) = read_csv(documents_csv, [Row(total=-150)])
    assert row["total"] == "-1.50"


def test_an_amount_that_a_spreadsheet_would_round_is_text_there() -> None:
    _head, cells, _totals = read_xlsx(documents_xlsx, [Row(total=12345678901234567)])
    assert cells[10].value == "123456789012345.67"


def test_a_date_before_excels_calendar_is_text() -> None:
    _head, cells, _totals = read_xlsx(documents_xlsx, [Row(issue_date=date(1899, 5, 1))])
    assert cells[7].value == "1899-05-01"


def test_a_list_longer_than_a_sheet_goes_on_in_the_next_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "ROWS", 3)
    out = BytesIO()
    written = documents_xlsx([Row(id=number) for number in range(1, 8)], out, Labels())
    assert (written.rows, written.sheets) == (7, 3)
    book = load_workbook(out)
    assert book.sheetnames == ["Documentos", "Documentos 2", "Documentos 3"]
    told = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert told == [
        ["Id", 1, 2, 3, "Sigue en la hoja «Documentos 2»."],
        ["Id", 4, 5, 6, "Sigue en la hoja «Documentos 3»."],
        ["Id", 7, None],
    ]
    last = list(book["Documentos 3"].iter_rows(values_only=True))[-1]
    assert (last[1], last[10]) == ("Total", 8641975.23)
    assert [sheet.auto_filter.ref for sheet in book] == ["A1:T4", "A1:T4", "A1:T2"]
    assert {sheet.freeze_panes for sheet in book} == {"A2"}


def test_a_text_that_another_separator_would_cut_has_no_formula_in_it_either() -> None:
    hostile = {"a;=1+1": "a;'=1+1", 'a,"=1+1': "a,\"'=1+1", "a\n@SUM(A1)": "a\n'@SUM(A1)", "＝1+1": "'＝1+1"}
    rows = read_csv(documents_csv, [Row(customer_name=text) for text in hostile])
    assert [row["customer_name"] for row in rows] == list(hostile.values())
    (usual,) = read_csv(documents_csv, [Row(customer_name="Peña; Ruiz, -  & Cía. S.A.S. (a=b)")])
    assert usual["customer_name"] == "Peña; Ruiz, -  & Cía. S.A.S. (a=b)"


def test_with_a_decimal_comma_semicolons_stand_between_the_columns() -> None:
    out = BytesIO()
    documents_csv([Row(total=-150, customer_name="A;B")], out, None, CsvStyle(bom=False, decimal_comma=True))
    assert out.getvalue().startswith(b"id;kind;")
    (row,) = csv.DictReader(StringIO(out.getvalue().decode(), newline=""), delimiter=";")
    assert (row["total"], row["paid"], row["customer_name"]) == ("-1,50", "234567,89", "A;B")


def test_chosen_columns_come_in_their_order_with_totals_of_every_currency() -> None:
    rows = [Row(), Row(currency="CLP", total=500)]
    head, first, second, clp, cop = read_xlsx(documents_xlsx, rows, Labels(), None, ("total", "number"))
    assert values(head) == ["Total", "Número"]
    assert values(first) == [1234567.89, "FE-7"] and values(second) == [500, "FE-7"]
    assert values(clp) == [500, "Total CLP"] and values(cop) == [1234567.89, "Total COP"]


def test_the_statement_reads_the_same_in_csv_and_xlsx() -> None:
    rows = read_csv(statement_csv, statement(4))
    head, *cells = read_xlsx(statement_xlsx, statement(4))
    assert list(rows[0]) == values(head)
    for row, line in zip(rows, cells, strict=True):
        for name, cell in zip(row, line, strict=True):
            assert _same(row[name], cell.value)


def _same(text: str, value: Any) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, datetime):
        return text == value.date().isoformat()
    return text == value if isinstance(value, str) else Decimal(text) == Decimal(str(value))


def test_a_statement_runs_from_opening_to_net() -> None:
    rows = read_csv(statement_csv, statement(2))
    assert [row["section"] for row in rows] == ["opening", "movement", "movement", "closing"] + ["aging"] * 7
    assert (rows[0]["balance"], rows[3]["balance"], rows[-1]["balance"]) == ("15000.00", "20000.00", "20000.00")
    assert (rows[1]["debit"], rows[1]["credit"], rows[1]["balance"]) == ("45000.00", "0.00", "60000.00")
    assert [row["cause"] for row in rows[4:]] == ["current", "1-30", "31-60", "61-90", "91+", "credit", "net"]


def test_a_statement_for_people_is_in_words() -> None:
    rows = read_csv(statement_csv, replace(statement(2)), Labels())
    assert [row["Movimiento"] for row in rows[:4]] == ["Saldo inicial", "Factura de venta", "Pago", "Saldo final"]
    assert rows[4]["Sección"] == "Cartera"
    assert [row["Movimiento"] for row in rows[-2:]] == ["Saldo a favor", "Neto"]
