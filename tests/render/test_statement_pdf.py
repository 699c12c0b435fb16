"""A statement on paper holds the figures of the statement, over as many pages as it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.domain.book import Cause
from portal.domain.statement import Movement
from portal.render.labels import Labels
from portal.render.statement_pdf import statement_pdf
from portal.render.words import cause_name
from tests.render.papers import overlaps, pages_of, statement, text_of


def test_it_shows_the_parties_the_period_and_the_four_figures() -> None:
    lines = text_of(statement_pdf(statement(3), Labels())).split("\n")
    for shown in ("Aguas y Suministros del Caribe S.A.S.", "900300400", "01/01/2026 – 31/03/2026", "Valores en COP"):
        assert shown in lines
    figures = {"Saldo inicial": "15.000,00", "Cargos": "90.000,00", "Abonos": "40.000,00", "Saldo final": "65.000,00"}
    for name, amount in figures.items():
        assert lines[lines.index(name) + 1] == amount


def test_every_movement_has_its_running_balance() -> None:
    lines = text_of(statement_pdf(statement(2), Labels())).split("\n")
    first = lines.index("FE-0")
    assert lines[first - 2 : first + 3] == ["05/01/2026", "Factura de venta", "FE-0", "45.000,00", "60.000,00"]
    second = lines.index("FE-1")
    assert lines[second - 2 : second + 4] == ["05/01/2026", "Pago", "FE-1", "40.000,00", "20.000,00", "Recibo de caja"]


def test_the_aging_has_the_credit_in_its_own_column_and_ends_in_the_closing_balance() -> None:
    lines = text_of(statement_pdf(statement(2), Labels())).split("\n")
    neto = lines.index("Neto")
    assert lines[neto - 6 : neto] == [
        "Por vencer",
        "1 a 30 días",
        "31 a 60 días",
        "61 a 90 días",
        "Más de 90 días",
        "Saldo a favor",
    ]
    assert lines[neto + 1 : neto + 8] == ["15.000,00", "6.000,00", "0,00", "0,00", "0,00", "-1.000,00", "20.000,00"]


def test_many_movements_repeat_the_head_and_number_the_pages(tmp_path: Path) -> None:
    pdf = statement_pdf(statement(400), Labels())
    text, pages = text_of(pdf), pages_of(pdf)
    assert pages > 5
    assert text.split("\n").count("Movimiento") == pages
    assert f"Página {pages} de {pages}" in text
    assert overlaps(pdf, tmp_path) == []


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert statement_pdf(statement(9), Labels()) == statement_pdf(statement(9), Labels())


def test_a_currency_without_decimals_has_none() -> None:
    assert "1.500.000" in text_of(statement_pdf(statement(currency="CLP"), Labels())).split("\n")


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_words(cause: Cause) -> None:
    movement = Movement(date(2026, 1, 5), cause, None, None, None, 1, 0, 1)
    text = text_of(statement_pdf(replace(statement(0), movements=(movement,)), Labels()))
    assert cause_name(cause, Labels()) in text.split("\n")
    assert cause_name(cause, Labels()) != cause
