"""Charts for who can't see them: each has words in the page, its numbers as a table, and colours that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from portal.clock import today
from portal.domain.aging import Bucket
from portal.domain.documents import Kind
from portal.domain.parties import Party
from portal.domain.roles import Role
from portal.render.labels import Labels
from portal.render.words import bucket_name
from portal.ui.charts import COLOURS
from tests.browser.test_documents_journey import cells, drawn
from tests.factories import bring, facts, pays
from tests.portal_server import Running
from tests.signed_in import grant, issuer_named, new_user, signed_in

GRAFICA = Party("CO", "31", "830111222", "Gráfica Central S.A.S.")
LATE = Party("CO", "31", "830111333", "Imprenta Tardía S.A.S.")
QUICK = Party("CO", "31", "830111444", "Papelería Puntual S.A.S.")


@pytest.fixture(scope="session")
def books(running: Running) -> int:
    """An issuer with a customer who paid late and owes still, and one who owes little; returns its analyst."""
    day = today(running.portal.clock, "America/Bogota")
    due = {"issue_date": day - timedelta(days=70), "due_date": day - timedelta(days=40)}
    bring(
        running.portal,
        facts("GC-1", 1000, issuer=GRAFICA, customer=LATE, **due),
        facts("GC-2", 800, issuer=GRAFICA, customer=LATE, **due),
        facts("GC-3", 300, issuer=GRAFICA, customer=QUICK, issue_date=day, due_date=day + timedelta(days=30)),
        facts("GC-R1", 1000, Kind.RECEIPT, issuer=GRAFICA, customer=LATE, issue_date=day, references=pays("GC-1")),
    )
    user = new_user(running.portal, "graficas@correo.example")
    grant(running.portal, user, Role.ANALYST, issuer_named(running.portal, GRAFICA.name))
    return user


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A desktop, light unless the test asks for the dark."""
    asked = getattr(request, "param", {})
    with browser.new_context(**{"locale": "es-CO", "viewport": {"width": 1280, "height": 900}, **asked}) as fresh:
        yield fresh


@pytest.fixture
def visit(page: Page, context: BrowserContext, running: Running, books: int) -> Callable[[str], None]:
    def go(address: str) -> None:
        token = signed_in(running.portal, books)
        context.add_cookies([{"name": "portal", "value": token, "url": running.url}])
        page.goto(running.url + address)
        drawn(page)

    return go


def charts(page: Page) -> Locator:
    """As a screen reader finds them."""
    return page.locator("[role=graphics-document]")


def words(chart: Locator) -> str:
    """What it reads there."""
    return (chart.get_attribute("aria-label") or "").replace("\u00a0", " ")


def fills(chart: Locator) -> set[str]:
    """The colours of what is drawn."""
    drawn: list[str] = chart.locator("path").evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    return set(drawn)


def test_each_chart_of_the_trends_has_its_sentence_and_its_table(
    page: Page, visit: Callable[[str], None], screenshot: Callable[[str], Path]
) -> None:
    visit("/tendencias")
    expect(charts(page)).to_have_count(4)
    for chart in charts(page).all():
        assert words(chart).endswith(".")
        expect(page.get_by_text(words(chart), exact=True)).to_be_visible()
    tables = page.get_by_test_id("stExpander").filter(has_text="Ver como tabla")
    expect(tables).to_have_count(4)
    shown = (
        ("Saldo neto", "1.100,00"), (bucket_name(Bucket.D60, Labels()), "800,00"), ("Sin método", "1.000,00"),
        ("Pagado", "1.000,00"),
    )  # fmt: skip
    for place, (head, cell) in enumerate(shown):
        tables.nth(place).locator("summary").click()
        table = tables.nth(place).get_by_role("table")
        expect(table.get_by_role("columnheader", name=head, exact=True)).to_be_visible()
        expect(table.get_by_role("cell", name=cell, exact=True).first).to_be_visible()
    screenshot("trends")


def test_the_chart_of_the_analysis_says_its_names_and_sums_and_stands_above_its_table(
    page: Page, visit: Callable[[str], None]
) -> None:
    visit("/analisis?agrupar=Cliente")
    expect(charts(page)).to_have_count(1)
    assert words(charts(page)) == f"Saldo pendiente, COP. {LATE.name}: 800,00; {QUICK.name}: 300,00"
    for cell in (LATE.name, "800,00", QUICK.name, "300,00"):
        expect(cells(page).filter(has_text=cell).first).to_be_attached()


@pytest.mark.parametrize("context", [{}, {"color_scheme": "dark"}], indirect=True, ids=["light", "dark"])
def test_what_is_drawn_has_the_colours_that_any_colour_vision_tells_apart(
    page: Page, visit: Callable[[str], None], request: pytest.FixtureRequest, screenshot: Callable[[str], Path]
) -> None:
    visit("/tendencias")
    theme = "dark" if "dark" in request.node.name else "light"
    expect(charts(page)).to_have_count(4)
    current, _, overdue, *_ = COLOURS[theme]
    assert {current, overdue} <= fills(charts(page).nth(1))
    screenshot("colours")
