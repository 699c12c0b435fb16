"""Amounts as people type them, and what the list's filters ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.domain.documents import Kind
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.render.labels import Labels
from portal.ui.periods import Period
from tests.factories import ABC, bring, facts, pays
from tests.ui.conftest import Visit

Shell = Callable[[str | None], AppTest]


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("1.500.000", 150000000),
        ("1500000", 150000000),
        ("1.234,50", 123450),
        ("1500.50", 150050),
        ("1500,5", 150050),
        ("1.500", 150000),
        ("1,500", 150000),
        ("1,234,567.89", 123456789),
        ("1.234.567,8", 123456780),
        ("1.234,500", 123450),
        ("0,500", 50),
        ("0", 0),
        (" $ 1 500 ", 150000),
        ("COP\u00a01.500.000,00", 150000000),
        ("cop 12", 1200),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, minor: int) -> None:
    assert read_amount(typed, "COP") == minor


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [("1.500", "CLP", 1500), ("12,345", "KWD", 12345), ("1.012,345", "KWD", 1012345), ("1.500.000", "KWD", 1500000000)],
)
def test_three_digits_after_a_sign_are_thousands_unless_the_currency_has_three_decimals(
    typed: str, currency: str, minor: int
) -> None:
    assert read_amount(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        *("mucho", "-5", "1e5", "1_000", "1.5.0", "1.50.000", "1..2", ".", ",5", "5.", "NaN", "Infinity", "١٢"),
        *("12 USD", "1; DROP TABLE documents", "<b>1</b>", "1.500.000.", "1.234.567.89"),
    ],
)
def test_what_is_no_amount_is_refused_by_name_with_an_example(typed: str) -> None:
    with pytest.raises(Refused, match=r"no es un valor: escribe, por ejemplo, 1\.500\.000"):
        read_amount(typed, "COP")


@pytest.mark.parametrize(("typed", "currency"), [("0,001", "COP"), ("1,5", "CLP"), ("9" * 40, "COP")])
def test_more_decimals_or_digits_than_money_has_are_refused(typed: str, currency: str) -> None:
    with pytest.raises(Refused):
        read_amount(typed, currency)


@given(st.integers(0, 10**15), st.sampled_from(["COP", "USD", "CLP", "KWD"]), st.sampled_from(["es", "en"]))
def test_an_amount_copied_from_the_screen_is_itself(minor: int, currency: str, language: str) -> None:
    shown = Labels(language=language).money(minor, currency)
    assert read_amount(f"{currency}\u00a0{shown}", currency) == minor


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_is_refused(typed: str) -> None:
    try:
        minor = read_amount(typed, "COP")
    except Refused:
        return
    assert minor >= 0


@pytest.fixture
def list_page(shell: Shell, visit: Visit, portal: Portal) -> AppTest:
    """The list of documents of a customer that owes 1,000, 2,000 and 3,000 COP."""
    bring(portal, facts("FE-20", 2000, customer=ABC), facts("FE-30", 3000, customer=ABC))
    app = shell(visit(ABC.name)).run()
    return app.switch_page("../../pages/customer/documentos.py").run()


def count(app: AppTest) -> str:
    assert not app.exception, app.exception
    found = [one.value for one in app.caption if " de " in str(one.value)]
    return found[0] if found else "0"


def test_without_filters_everything_is_there(list_page: AppTest) -> None:
    assert count(list_page) == "1–3 de 3"


def test_amounts_narrow_the_list_and_junk_says_so_without_narrowing(list_page: AppTest) -> None:
    app = list_page.text_input(key="desde").set_value("2.000").run()
    assert count(app) == "1–2 de 2"
    app = app.text_input(key="hasta").set_value("2.000,00").run()
    assert count(app) == "1–1 de 1"
    app = app.text_input(key="hasta").set_value("mucho").run()
    assert count(app) == "1–2 de 2"
    assert any("«mucho» no es un valor" in str(one.value) for one in app.caption)


def test_a_search_that_finds_nothing_says_what_to_do(list_page: AppTest) -> None:
    app = list_page.text_input(key="buscar").set_value("inexistente").run()
    assert [one.value for one in app.info] == [
        "Ningún documento cumple estos filtros. Quita alguno o busca otra palabra."
    ]


def test_what_there_is_no_choice_of_is_not_asked(list_page: AppTest) -> None:
    assert {one.key for one in list_page.multiselect} == {"estado", "tipo"}


def test_a_named_period_narrows_by_the_day_of_issue(list_page: AppTest) -> None:
    assert count(list_page.selectbox(key="emitidos").set_value(Period.THIS_MONTH).run()) == "1–3 de 3"
    assert count(list_page.selectbox(key="emitidos").set_value(Period.LAST_MONTH).run()) == "0"


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ((), "1–3 de 3"),
        ((date(2026, 3, 1),), "1–3 de 3"),
        ((date(2026, 3, 2),), "0"),
        ((date(2026, 2, 1), date(2026, 3, 1)), "1–3 de 3"),
        ((date(2026, 2, 1), date(2026, 2, 28)), "0"),
    ],
)
def test_chosen_dates_narrow_from_the_first_to_the_last(list_page: AppTest, days: tuple[date], shown: str) -> None:
    app = list_page.selectbox(key="emitidos").set_value(Period.CUSTOM).run()
    assert count(app.date_input(key="emitidos-fechas").set_value(days).run()) == shown


@pytest.mark.parametrize(("word", "shown"), [("vencidas", "1–3 de 3"), ("al-dia", "0")])
def test_what_is_late_is_told_from_what_is_not(list_page: AppTest, word: str, shown: str) -> None:
    assert count(list_page.segmented_control(key="vencidas").set_value(word).run()) == shown


@pytest.mark.parametrize("asked", ["estado=Pendiente", "estado=Open", "estado=Pendiente&estado=<b>"])
def test_the_address_is_understood_in_either_language_and_nonsense_is_left_out(
    shell: Shell, visit: Visit, portal: Portal, asked: str
) -> None:
    bring(portal, facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1")), facts("FE-3", 7))
    app = shell(visit(ABC.name)).run().switch_page("../../pages/customer/documentos.py")
    app.query_params["estado"] = [pair.partition("=")[2] for pair in asked.split("&")]
    assert count(app.run()) == "1–1 de 1"
