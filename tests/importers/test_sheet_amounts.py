from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import Refused
from portal.importers.sheet_amounts import Style, column_style, read_amount


def amount(cell: object, currency: str = "COP", style: Style | None = None) -> Decimal:
    return read_amount(cell, currency, lambda: style)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "1190000.5",
        "1190000,50",
        "1.190.000,50",
        "1,190,000.50",
        "1 190 000,50",
        "1\u00a0190\u202f000,50",
        "$ 1.190.000,50",
        "$1190000.50",
        "COP 1.190.000,50",
        "1,190,000.50 COP",
        "cop$1190000,5",
    ],
)
def test_clear_amounts_need_no_other_to_be_read(text: str) -> None:
    assert amount(text) == Decimal("1190000.50")


@pytest.mark.parametrize(
    ("text", "value"), [("0.50", "0.5"), ("0", "0"), ("1.190.000", "1190000"), ("1,190,000", "1190000")]
)
def test_amounts_that_only_one_style_allows_are_clear(text: str, value: str) -> None:
    assert amount(text) == Decimal(value)


def test_one_group_of_three_is_refused_unless_its_column_is_clear() -> None:
    with pytest.raises(Refused, match=r"dos maneras.*como 1\.234,00"):
        amount("1.234")
    with pytest.raises(Refused, match=r"dos maneras.*como 1,234\.00"):
        amount("1,234")
    assert amount("1.234", style=Style.COMMA) == amount("1,234", style=Style.POINT) == 1234


def test_the_column_is_asked_only_about_doubtful_amounts() -> None:
    def never() -> None:
        raise AssertionError

    assert read_amount("1.190.000", "COP", never) == 1190000


def test_three_decimals_are_read_where_the_currency_has_them() -> None:
    assert amount("1.234", "KWD", Style.POINT) == Decimal("1.234")
    assert amount("0.234", "KWD") == Decimal("0.234")
    with pytest.raises(Refused, match="más decimales"):
        amount("1.234", style=Style.POINT)
    with pytest.raises(Refused, match="más decimales"):
        amount("10.5", "CLP")


@pytest.mark.parametrize("text", ["-1", "(1.190,00)", "$ -20", "−5", "1190.00-", "($ 20)", "COP -5"])
def test_negative_amounts_are_refused_as_negative(text: str) -> None:
    with pytest.raises(Refused, match=r"negativo|no es un valor"):
        amount(text)


@pytest.mark.parametrize("cell", [-1, -0.5])
def test_negative_numbers_of_excel_are_refused(cell: float) -> None:
    with pytest.raises(Refused, match="positivo"):
        amount(cell)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "inf",
        "1e5",
        "1E+12",
        "abc",
        "1.23.456",
        "1,2,3",
        "12 34",
        "1..2",
        "=1+1",
        "USD 100",
        "100 EUR",
        "1'234",
        "٣",
        "",
        "$",
        "1" * 61,
        "9" * 40,
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        amount(text)


@pytest.mark.parametrize("cell", [True, None, object(), float("nan"), float("inf"), 1e300, 10**40])
def test_cells_that_hold_no_amount_are_refused(cell: object) -> None:
    with pytest.raises(Refused):
        amount(cell)


def test_numbers_of_excel_are_exact_and_their_float_noise_is_dropped() -> None:
    assert amount(1190000.1) == Decimal("1190000.1")
    assert amount(0.1 + 0.2) == Decimal("0.3")
    assert amount(1190000.1000000001) == Decimal("1190000.1")
    with pytest.raises(Refused, match="más decimales"):
        amount(1190000.123)


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["1.234", "2.000,50"], Style.COMMA),
        (["1.234", "2.5"], Style.POINT),
        (["1.234", "100", "texto", ""], None),
        (["1.234", "2.000,50", "2,000.50"], None),
    ],
)
def test_a_column_is_clear_when_its_clear_amounts_agree(texts: list[str], style: Style | None) -> None:
    assert column_style(texts) is style


@given(st.integers(0, 10**14), st.sampled_from(["point", "comma"]), st.booleans())
def test_an_amount_with_two_decimals_is_read_as_it_was_written(minor: int, style: str, grouped: bool) -> None:
    value = Decimal(minor).scaleb(-2)
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    if style == "comma":
        text = text.translate(str.maketrans(",.", ".,"))
    assert amount(text) == value


@given(st.integers(0, 10**13))
def test_a_float_of_excel_is_the_number_that_was_typed(minor: int) -> None:
    typed = Decimal(minor).scaleb(-2)
    assert amount(float(typed)) == typed


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert amount(text) >= 0
    except Refused as refused:
        assert str(refused)
