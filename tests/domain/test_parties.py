"""Tax ids: one spelling each, the check digit computed and never required, nobody behind consumidor final."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.co import nit

from portal.domain.parties import Party, check_digit, is_anonymous, normalise_id, show_id


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("900.508.908-9", "900508908"),
        ("900508908", "900508908"),
        (" 0900508908 ", "900508908"),
        ("NIT 900 508 908 - 9", "900508908"),
        ("1000000007", "1000000007"),
    ],
)
def test_a_colombian_id_is_its_digits_without_the_check_digit(written: str, normal: str) -> None:
    assert normalise_id(written) == normal


def test_a_glued_check_digit_stays_because_ten_digit_nits_exist() -> None:
    assert normalise_id("9005089089") == "9005089089"


@pytest.mark.parametrize(("country", "id_type"), [("DE", ""), ("CO", "41"), ("PE", "6")])
def test_letters_count_where_ids_have_them(country: str, id_type: str) -> None:
    assert normalise_id("de 123-abc", country, id_type) == "DE123ABC"


@given(st.from_regex(r"[1-9][0-9]{4,14}", fullmatch=True))
def test_the_check_digit_is_the_one_of_the_known_library(number: str) -> None:
    assert check_digit(number) == nit.calc_check_digit(number)


@pytest.mark.parametrize(("number", "digit"), [("800197268", "4"), ("900508908", "9"), ("213123432", "1")])
def test_the_check_digits_of_known_ids(number: str, digit: str) -> None:
    assert check_digit(number) == digit


def test_a_nit_is_shown_with_its_check_digit_and_other_ids_as_they_are() -> None:
    assert show_id("31", "800197268") == "800197268-4"
    assert show_id("13", "52123456") == "52123456"


@pytest.mark.parametrize("number", ["222222222222", "2222222222"])
def test_an_id_of_only_twos_is_nobody(number: str) -> None:
    assert is_anonymous(number)
    assert Party("CO", "13", number, "Consumidor final").anonymous


@pytest.mark.parametrize("number", ["22222", "2222222221", ""])
def test_other_ids_are_somebody(number: str) -> None:
    assert not is_anonymous(number)
