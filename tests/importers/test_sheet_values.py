from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from portal.importers.sheet_cells import LONGEST_CELL, RefusedAt, Uncomputed
from portal.importers.sheet_values import read_code, read_date, read_number, read_text
from tests.importers.made_sheets import row

LAST_OF_JANUARY = date(2026, 1, 31)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-31",
        "2026/1/31",
        "31/01/2026",
        "31-1-2026",
        "2026-01-31 00:00:00",
        "2026-01-31T15:04",
        LAST_OF_JANUARY,
        datetime.fromisoformat("2026-01-31"),
        datetime.fromisoformat("2026-01-31T15:04"),
    ],
)
def test_dates_are_iso_day_first_or_of_excel(cell: date | str) -> None:
    assert read_date(cell) == LAST_OF_JANUARY


def test_the_day_comes_first_as_colombia_writes_it() -> None:
    assert read_date("05/02/2026") == date(2026, 2, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "01/31/2026",
        "31/02/2026",
        "2026-13-01",
        "31/01/26",
        "0226-01-31",
        "3000-01-01",
        "ayer",
        "31.01.2026",
        "20260131",
        "2026-01-31T15:04Z",
        46053,
        46053.5,
        time(1),
        timedelta(1),
        True,
    ],
)
def test_other_dates_are_refused_with_how_to_write_them(cell: object) -> None:
    with pytest.raises(Refused, match=r"no es una fecha: escribe día/mes/año \(31/12/2026\)"):
        read_date(cell)  # type: ignore[arg-type]


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_every_date_is_read_in_both_ways_of_writing(day: date) -> None:
    assert read_date(day.isoformat()) == read_date(f"{day:%d/%m/%Y}") == day


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "=1+1"),
        (12, "12"),
        (12.0, "12"),
        (12.5, "12.5"),
        (datetime.fromisoformat("2026-01-31"), "2026-01-31"),
        ("# 14", "# 14"),
    ],
)
def test_any_cell_has_a_text(cell: str | float, text: str) -> None:
    assert read_text(cell) == text


@pytest.mark.parametrize("error", ["#N/A", "#N/D", "#REF!", "#¡VALOR!", "#¿NOMBRE?", "#DIV/0!"])
def test_error_values_of_excel_are_no_text(error: str) -> None:
    with pytest.raises(Refused, match="error de Excel"):
        read_text(error)


@pytest.mark.parametrize("cell", [datetime.fromisoformat("2026-03-01"), "9,00123E+08", "1E+05", True, time(2)])
def test_numbers_that_excel_changed_are_refused(cell: object) -> None:
    with pytest.raises(Refused, match="Excel cambió el número"):
        read_code(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["FE-1", "SETP 990000001", "1E5", "Nº 7"])
def test_numbers_of_documents_are_kept_as_printed(number: str) -> None:
    assert read_number(number) == number


@pytest.mark.parametrize("number", ["--", "F" * 61, "FE\n1", "FE\x071"])
def test_what_is_no_number_of_a_document_is_refused(number: str) -> None:
    with pytest.raises(Refused, match="no es un número de documento"):
        read_number(number)


def test_a_row_knows_the_place_of_what_it_refuses() -> None:
    with pytest.raises(RefusedAt) as refused:
        row(issue_date="x").get("issue_date", read_date)
    assert refused.value.place == "fila 2, columna «issue_date»"


def test_blank_cells_hold_nothing() -> None:
    made = row(order="  ", notes=None)
    assert made.get("order", read_text) is made.get("notes", read_text) is made.get("total", read_text) is None
    assert made.blank
    with pytest.raises(RefusedAt, match="vacía"):
        made.need("order", read_text)


def test_a_row_shorter_than_its_heading_has_empty_cells() -> None:
    made = row(order="1", notes="2")
    short = type(made)(3, ("1",), made.index, made.titles)
    assert short.get("notes", read_text) is None


def test_cells_that_are_too_long_or_not_computed_are_refused() -> None:
    with pytest.raises(RefusedAt, match="más de 32767 caracteres"):
        row(notes="x" * (LONGEST_CELL + 1)).get("notes", read_text)
    with pytest.raises(RefusedAt, match="La celda I12 tiene una fórmula sin resultado"):
        row(notes=Uncomputed("I12")).get("notes", read_text)
