"""The tables of the charts over time as files, and the use cases behind them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from portal.app.export_requests import Format
from portal.app.portal import Portal
from portal.app.trend_files import trend_file
from portal.app.trends import accounts_with_books, aged_over_time, currencies_of, late_payers, received_over_time
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.domain.trends import Asked, Books, Chart, from_query, to_query
from portal.errors import NotFound
from portal.render.labels import Labels
from tests.app.people import BOSS
from tests.factories import ABC, EJEMPLAR, OTRA, bring, facts, pays
from tests.signed_in import customer_named, grant, issuer_named, new_user
from tests.ui.hands import acting

YEAR = date(2025, 4, 1), date(2026, 3, 31)


def table(portal: Portal, chart: Chart) -> list[str]:
    made = trend_file(portal, BOSS, issuer_named(portal, EJEMPLAR.name), Format.CSV, Asked(chart), Labels())
    assert made.name.endswith(".csv") and "2026-03-15" in made.name
    return made.data.decode("utf-8-sig").splitlines()


@pytest.fixture
def paid(portal: Portal) -> Portal:
    """ABC paid eleven days late, OTRA owes, and has its own currency too."""
    bring(
        portal,
        facts("FE-1", 1000, customer=ABC, issue_date=date(2026, 2, 2), due_date=date(2026, 2, 20)),
        facts("RC-1", 1000, Kind.RECEIPT, customer=ABC, issue_date=date(2026, 3, 3), references=pays("FE-1")),
        facts("FE-2", 500, customer=OTRA, issue_date=date(2026, 1, 10), due_date=date(2026, 1, 31)),
    )
    return portal


def test_each_chart_is_a_table_of_twelve_months_or_of_its_classes(paid: Portal) -> None:
    balance = table(paid, Chart.BALANCE)
    assert balance[0] == "Desde,Hasta,Moneda,Saldo neto,Saldo pendiente,Saldo a favor"
    assert len(balance) == 13
    assert balance[-2:] == [
        "2026-02-01,2026-02-28,COP,1500.00,1500.00,0.00",
        "2026-03-01,2026-03-15,COP,500.00,500.00,0.00",
    ]
    assert table(paid, Chart.AGING)[-1] == "2026-03-01,2026-03-15,COP,0.00,0.00,500.00,0.00,0.00,500.00"
    assert table(paid, Chart.RECEIVED)[-1].endswith(",1000.00,1000.00")
    assert "8 a 15 días,COP,1,1000.00,100" in table(paid, Chart.DELAYS)
    assert table(paid, Chart.LATEST)[1:] == [f"{ABC.name},COP,1,1000.00,11,11"]


def test_a_workbook_holds_numbers(paid: Portal) -> None:
    issuer = issuer_named(paid, EJEMPLAR.name)
    made = trend_file(paid, BOSS, issuer, Format.XLSX, Asked(Chart.AGING), Labels())
    sheet = openpyxl.load_workbook(BytesIO(made.data)).active
    assert sheet is not None and [cell.value for cell in sheet[13]][3:] == [0, 0, 500, 0, 0, 500]


def test_no_file_for_who_may_not_export_nor_of_books_that_there_are_not(paid: Portal) -> None:
    issuer, user = issuer_named(paid, EJEMPLAR.name), new_user(paid, "x@abc.example")
    customer = customer_named(paid, ABC.name)
    grant(paid, user, Role.CUSTOMER, issuer, customer)
    who = acting(paid, user)
    for asked in (Asked(), Asked(customer_id=customer)):
        with pytest.raises(NotFound):
            trend_file(paid, who, issuer, Format.CSV, asked, Labels())
    for asked in (Asked(currency="USD"), Asked(customer_id=12345)):
        with pytest.raises(NotFound):
            trend_file(paid, BOSS, issuer, Format.CSV, asked, Labels())
    books = Books(issuer, customer, "COP")
    for ask in (aged_over_time, received_over_time, late_payers):
        with pytest.raises(NotFound):
            ask(paid, who, books, *YEAR)
    with pytest.raises(NotFound):
        currencies_of(paid, who, issuer, customer)
    assert accounts_with_books(paid, who) == ()


def test_what_is_asked_survives_an_address_and_nonsense_is_not_found() -> None:
    asked = Asked(Chart.LATEST, 7, "COP", *YEAR)
    told = dict(part.split("=") for part in to_query(asked).split("&"))
    assert from_query(told) == asked
    assert from_query({}) == Asked()
    for wrong in ({"chart": "x"}, {"customer": "1 or 1"}, {"from": "ayer"}):
        with pytest.raises(NotFound):
            from_query(wrong)
