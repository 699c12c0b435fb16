"""Money is exact: minor units by ISO 4217, floats and surplus decimals refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import LARGEST, exponent, plain, round_down, to_decimal, to_minor
from portal.errors import Refused

currencies = st.sampled_from(["COP", "USD", "EUR", "CLP", "KWD", "PEN"])


@pytest.mark.parametrize(("currency", "places"), [("COP", 2), ("USD", 2), ("CLP", 0), ("JPY", 0), ("KWD", 3)])
def test_a_currency_has_the_places_of_iso_4217(currency: str, places: int) -> None:
    assert exponent(currency) == places


@pytest.mark.parametrize("wrong", ["XXX", "cop", "PESOS", ""])
def test_what_is_no_currency_is_refused_by_name(wrong: str) -> None:
    with pytest.raises(Refused, match="ISO 4217"):
        exponent(wrong)


@given(st.integers(-LARGEST + 1, LARGEST - 1), currencies)
def test_minor_units_and_decimals_are_the_same_amount(minor: int, currency: str) -> None:
    assert to_minor(to_decimal(minor, currency), currency) == minor
    assert to_minor(Decimal(plain(minor, currency)), currency) == minor


def test_zeros_beyond_the_places_do_no_harm() -> None:
    assert to_minor(Decimal("12600.060000"), "COP") == 1260006


def test_more_significant_decimals_than_the_currency_has_are_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"10\.005 tiene más decimales de los que admite COP \(2\)"):
        to_minor(Decimal("10.005"), "COP")
    with pytest.raises(Refused, match="CLP"):
        to_minor(Decimal("10.5"), "CLP")


@pytest.mark.parametrize("wrong", [1.5, True, "10"])
def test_floats_and_texts_are_not_money(wrong: object) -> None:
    with pytest.raises(TypeError):
        to_minor(wrong, "COP")  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "1E+40", "1E-40", "1E+17"])
def test_what_is_no_amount_or_absurd_is_refused(wrong: str) -> None:
    with pytest.raises(Refused):
        to_minor(Decimal(wrong), "COP")


def test_rounding_cuts_towards_zero() -> None:
    assert round_down(Decimal("10.999"), "COP") == Decimal("10.99")
    assert round_down(Decimal("10.999"), "CLP") == Decimal(10)
