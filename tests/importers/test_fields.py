"""Values out of elements: by namespace, the first that says something, refused by name when wrong."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from portal.importers.fields import (
    CAC,
    CBC,
    LARGEST,
    calendar_date,
    day,
    every,
    latest,
    loose_day,
    number,
    required,
    required_number,
    text,
)
from portal.importers.xml import Unreadable


def tree(inside: str) -> etree._Element:
    return etree.fromstring(f'<r xmlns:b="{CBC}" xmlns:a="{CAC}">{inside}</r>')


def amount(written: str, *, signed: bool = False) -> Decimal | None:
    return number(tree(f"<b:Amount>{written}</b:Amount>"), "cbc:Amount", signed=signed)


def test_the_first_text_that_is_not_blank_wins_across_branches_and_paths() -> None:
    root = tree("<a:P><b:N> </b:N></a:P><a:P><b:N>\n uno\t dos </b:N><b:N>tres</b:N></a:P><b:M>cuatro</b:M>")
    assert text(root, "cac:P/cbc:N") == "uno dos"
    assert text(root, "cac:Q/cbc:N", "cbc:M") == "cuatro"
    assert text(root, "cac:Q/cbc:N") is None
    assert len(every(root, "cac:P/cbc:N")) == 3


def test_names_without_their_namespace_are_not_found() -> None:
    assert text(tree("<N>uno</N>"), "cbc:N") is None


def test_what_is_missing_is_refused_by_its_path() -> None:
    for missing in (required, required_number):
        with pytest.raises(Unreadable, match="Falta cac:P/cbc:N en el XML") as refused:
            missing(tree("<a:P><b:N/></a:P>"), "cac:P/cbc:N")
        assert refused.value.place == "cac:P/cbc:N"


@given(st.decimals(0, LARGEST - 1, places=6))
def test_decimals_are_read_exactly_as_written(value: Decimal) -> None:
    assert amount(f" {value:f}\n") == value
    assert amount(f"-{value:f}", signed=True) == -value


@pytest.mark.parametrize(("written", "value"), [("5.", "5"), (".5", "0.5"), ("+5", "5"), ("007", "7"), ("-0.00", "0")])
def test_the_forms_that_xml_allows_are_numbers(written: str, value: str) -> None:
    assert amount(written) == Decimal(value)


@pytest.mark.parametrize("written", ["1,5", "1e5", "NaN", "-INF", "٣", "1 000", "$5", "1_000", "--5", ".", "0" * 41])
def test_other_forms_are_none(written: str) -> None:
    with pytest.raises(Unreadable, match="no es un número válido"):
        amount(written)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(["", "Z", "-05:00", "+14:00"]))
def test_dates_are_calendar_dates_whatever_the_zone_behind_them(on: date, zone: str) -> None:
    assert calendar_date(f"{on}{zone}") == on


@pytest.mark.parametrize(
    "written", ["2025-13-01", "2025-02-29", "25-01-01", "2025-1-1", "2025-01-01T00:00:00", "1899-12-31"]
)
def test_what_is_no_date_is_refused_where_it_matters_and_left_out_where_it_informs(written: str) -> None:
    root = tree(f"<b:D>{written}</b:D>")
    assert loose_day(root, "cbc:D") is None
    with pytest.raises(Unreadable, match="no es una fecha"):
        day(root, "cbc:D")


def test_the_latest_of_no_dates_is_none() -> None:
    assert latest([None, date(2025, 1, 2), date(2025, 1, 1)]) == date(2025, 1, 2)
    assert latest([None]) is None
