"""A customer reads its documents: from the link to the list, a document, its files, the statement of account."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from portal.i18n import translator
from portal.ui.periods import Period, span
from tests.browser.customer_books import COUNT, NORTE, PDF, SOLA, TORNILLO, VACIA, Books, import_books
from tests.portal_server import Running

Link = Callable[[str], str]
Screenshot = Callable[[str], Path]
ACCOUNT = "/estado-de-cuenta"
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "user_agent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
}
NOT_FOUND = "No encontramos lo que buscas. Revisa la dirección o vuelve al inicio."


@pytest.fixture(scope="session")
def books(running: Running) -> Books:
    return import_books(running.portal)


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A desktop that reads Spanish, unless the test asks for another one."""
    asked = getattr(request, "param", {})
    with browser.new_context(**{"locale": "es-CO", "viewport": {"width": 1280, "height": 900}, **asked}) as fresh:
        yield fresh


@pytest.fixture
def visit(page: Page, running: Running, link: Link, books: Books) -> Callable[..., None]:
    """Opens a customer's link, then (already inside) an address of the portal."""

    def go(address: str = "/", name: str = NORTE.name) -> None:
        page.goto(link(name))
        drawn(page)
        if address != "/":
            page.goto(running.url + address)
            drawn(page)
        expect(page.get_by_text(f"{name} · {TORNILLO.name}")).to_be_visible()

    return go


def drawn(page: Page) -> None:
    """Waits until the page's script has run to its end; the first one of a process makes the views, too."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning] .stMain")).to_be_visible(timeout=30_000)


def metric(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=name)


def total(page: Page, name: str) -> Locator:
    """A figure of the list's totals in pesos: the name with its value below."""
    pesos = page.get_by_test_id("stHorizontalBlock").filter(has=page.get_by_text("COP", exact=True)).last
    return pesos.get_by_test_id("stVerticalBlock").filter(has_text=re.compile(f"^{name}")).last


def cells(page: Page) -> Locator:
    """The table's cells as a screen reader finds them: what is drawn is a canvas."""
    return page.get_by_test_id("stDataFrame").first.locator("canvas td")


def choose(page: Page, name: str, option: str) -> None:
    """A value of one of the filters behind the button."""
    page.get_by_role("button", name="Filtros").click()
    page.get_by_test_id("stPopoverBody").get_by_label(name, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def no_wider_than_the_window(page: Page) -> bool:
    """Nothing has to be scrolled sideways, save what is inside a table."""
    return bool(page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth"))


def tables_fit(page: Page) -> int:
    """How many tables of words and sums there are; each shows all of its columns."""
    found = page.get_by_test_id("stTable").all()
    for table in found:
        assert table.evaluate("table => table.firstChild.scrollWidth <= table.clientWidth")
    return len(found)


def test_home_shows_what_is_owed_and_leads_to_the_list(
    page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
) -> None:
    visit()
    outstanding = "SELECT SUM(amount) FROM entries WHERE customer_id = :c AND currency = 'COP'"
    favour = 300_00
    owed, overdue = books.minor(outstanding) + favour, 700_00 + sum((1000 + n) * 100 for n in range(37, 40))
    expect(metric(page, "Saldo pendiente").first).to_contain_text(f"COP {books.money(owed)}")
    expect(metric(page, "Saldo a favor").first).to_contain_text(f"COP {books.money(favour)}")
    expect(metric(page, "Vencido").first).to_contain_text(f"COP {books.money(overdue)}")
    expect(page.get_by_role("heading", name=f"Tienes COP {books.money(overdue)} vencidos")).to_be_visible()
    expect(page.get_by_role("heading", name="Tienes USD 20,00 vencidos")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    screenshot("home")
    page.get_by_role("button", name="Ver todos los documentos").click()
    expect(page.get_by_text(f"1–50 de {COUNT + 4}")).to_be_visible()
    page.wait_for_url("**/documentos")


def test_what_is_overdue_is_one_click_away_the_oldest_first(page: Page, visit: Callable[..., None]) -> None:
    visit()
    page.get_by_role("button", name="Ver lo vencido").first.click()
    page.wait_for_url("**/documentos?*")
    expect(page.get_by_text("1–4 de 4")).to_be_visible()
    expect(total(page, "Documentos")).to_contain_text("4")
    expect(cells(page).filter(has_text="Vencida")).to_have_count(4)


class TestTheList:
    def test_filter_and_search_narrow_it_and_the_totals_follow(
        self, page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
    ) -> None:
        visit("/documentos")
        expect(total(page, "Documentos")).to_contain_text(str(COUNT + 3))
        choose(page, "Estado", "Abonada en parte")
        expect(page.get_by_text("1–2 de 2")).to_be_visible()
        expect(total(page, "Facturado")).to_contain_text(books.money(1190_00 + 1099_00))
        expect(total(page, "Saldo pendiente")).to_contain_text(books.money(700_00 + 1089_00))
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.get_by_label("Buscar").fill("setp-900")
        page.get_by_label("Buscar").press("Enter")
        expect(page.get_by_text("1–1 de 1")).to_be_visible()
        expect(total(page, "Saldo pendiente")).to_contain_text("700,00")
        screenshot("narrowed")

    def test_the_address_keeps_the_view(self, page: Page, visit: Callable[..., None]) -> None:
        visit("/documentos")
        choose(page, "Estado", "Abonada en parte")
        expect(page.get_by_text("1–2 de 2")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.get_by_text("Tarjetas").click()
        expect(page.get_by_text("Factura de venta V-099")).to_be_visible()
        page.get_by_text("Ascendente").click()
        expect(page.get_by_text(re.compile(r"^Factura de venta (V|SETP)")).first).to_contain_text("SETP900")
        assert all(word in page.url for word in ("estado=", "vista=", "ascendente="))
        page.reload()
        expect(page.get_by_text("1–2 de 2")).to_be_visible()
        expect(page.get_by_text(re.compile(r"^Factura de venta (V|SETP)")).first).to_contain_text("SETP900")

    def test_the_view_outlives_a_change_of_language_and_back_and_a_reload(
        self, page: Page, visit: Callable[..., None]
    ) -> None:
        visit("/documentos?orden=Saldo")
        choose(page, "Estado", "Abonada en parte")
        expect(page.get_by_text("1–2 de 2")).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.get_by_text("Tarjetas").click()
        first = page.get_by_text(re.compile(r"(V|SETP)-?\d+$")).first
        expect(first).to_contain_text("V-099")
        for language, place in (("English", "1–2 of 2"), ("Español", "1–2 de 2"), ("English", "1–2 of 2")):
            page.get_by_text(language, exact=True).click()
            expect(page.get_by_text(place)).to_be_visible()
            expect(first).to_contain_text("V-099")
            page.reload()
            drawn(page)
            expect(page.get_by_text(place)).to_be_visible()
            expect(first).to_contain_text("V-099")

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("es", "estado=Partly+paid&vista=Cards"),
            pytest.param("en", "estado=Abonada+en+parte&vista=Tarjetas", marks=pytest.mark.nightly),
        ],
    )
    def test_an_address_copied_in_one_language_opens_in_the_other(
        self, page: Page, visit: Callable[..., None], words: str, language: str
    ) -> None:
        visit(f"/documentos?{words}&lang={language}")
        expect(page.get_by_text("1–2 de 2" if language == "es" else "1–2 of 2")).to_be_visible()
        expect(page.get_by_text(re.compile(r"V-099$"))).to_be_visible()
        visit(f"/estado-de-cuenta?periodo=Last+year&lang={language}")
        expect(page.get_by_role("combobox")).to_have_value("Año pasado" if language == "es" else "Last year")

    def test_the_search_finds_words_of_the_notes_without_accents(
        self, page: Page, visit: Callable[..., None], books: Books
    ) -> None:
        visit("/documentos?buscar=TUBERIA")
        expect(page.get_by_text("1–1 de 1")).to_be_visible()
        expect(cells(page).filter(has_text="V-077")).to_have_count(1)
        visit("/documentos?buscar=helic%C3%B3ptero")
        expect(page.get_by_text("Ningún documento cumple estos filtros.")).to_be_visible()

    def test_the_second_page_holds_the_rest(self, page: Page, visit: Callable[..., None]) -> None:
        visit("/documentos")
        expect(page.get_by_text(f"1–50 de {COUNT + 4}")).to_be_visible()
        page.get_by_role("button", name="Page 2").click()
        expect(page.get_by_text(f"51–{COUNT + 4} de {COUNT + 4}")).to_be_visible()
        expect(cells(page).filter(has_text="V-052")).to_have_count(1)
        expect(cells(page).filter(has_text="V-053")).to_have_count(0)
        page.reload()
        expect(page.get_by_text(f"51–{COUNT + 4} de {COUNT + 4}")).to_be_visible()

    def test_a_page_that_is_not_there_is_the_first(self, page: Page, visit: Callable[..., None]) -> None:
        visit("/documentos?pagina=99")
        expect(page.get_by_text(f"1–50 de {COUNT + 4}")).to_be_visible()

    def test_a_click_in_the_table_opens_the_document_of_that_row(
        self, page: Page, visit: Callable[..., None], books: Books
    ) -> None:
        visit("/documentos?buscar=SETP900")
        expect(page.get_by_text("1–2 de 2")).to_be_visible()  # the receipt names it too
        page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 64, "y": 88})
        page.wait_for_url(f"**/documento?id={books.id_of('SETP900')}")
        expect(page.get_by_role("heading", name="Factura electrónica de venta")).to_be_visible()


class TestADocument:
    def test_it_shows_lines_payments_and_the_cufe(
        self, page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
    ) -> None:
        visit(f"/documento?id={books.id_of('SETP900')}")
        expect(page.get_by_role("heading", name="Factura electrónica de venta")).to_be_visible()
        expect(page.get_by_text("Abonada en parte. Vencida hace 5 días.")).to_be_visible()
        for name, minor in (("Total", 1190_00), ("Abonado", 490_00), ("Saldo pendiente", 700_00)):
            expect(metric(page, name)).to_contain_text(f"COP {books.money(minor)}")
        for words in ("Tornillos & tuercas <M8>", "IVA 19 %", "110,00"):
            expect(cells(page).filter(has_text=words)).to_have_count(1)
        paid = page.get_by_role("row").filter(has_text="Recibo de caja RC-1")
        expect(paid).to_contain_text("Transferencia débito bancaria")
        expect(paid).to_contain_text("490,00")
        expect(page.get_by_text("Pagada con: Recibo de caja RC-1")).to_be_visible()
        expect(page.get_by_text(books.cufe)).to_be_visible()
        expect(page.get_by_text("Validada por la DIAN")).to_be_visible()
        screenshot("document")

    def test_from_the_invoice_to_its_receipt_and_back(
        self, page: Page, visit: Callable[..., None], books: Books
    ) -> None:
        visit(f"/documento?id={books.id_of('SETP900')}")
        page.get_by_role("button", name="Ver", exact=True).click()
        expect(page.get_by_role("heading", name="Recibo de caja")).to_be_visible()
        expect(page.get_by_text("Dónde se aplicó")).to_be_visible()
        expect(page.get_by_role("columnheader", name="Método de pago")).to_have_count(0)
        page.get_by_role("button", name="Ver", exact=True).first.click()
        page.wait_for_url(f"**/documento?id={books.id_of('SETP900')}")

    def test_its_files_arrive_as_they_were_imported(
        self, page: Page, visit: Callable[..., None], books: Books, running: Running
    ) -> None:
        visit(f"/documento?id={books.id_of('SETP900')}")
        for name, disposition, data in (
            ("Descargar PDF", "attachment", PDF),
            ("Imprimir", "inline", PDF),
            ("Descargar XML", "attachment", books.xml),
        ):
            href = page.get_by_role("link", name=name).get_attribute("href")
            answer = page.request.get(running.url + (href or "").removeprefix(running.url))
            assert answer.status == 200 and answer.body() == data
            assert answer.headers["content-disposition"].startswith(f"{disposition}; filename=")

    def test_the_button_saves_the_file_under_the_documents_number(
        self, page: Page, context: BrowserContext, visit: Callable[..., None], books: Books
    ) -> None:
        visit(f"/documento?id={books.id_of('V-050')}")
        button = page.get_by_role("link", name="Descargar PDF")
        button.evaluate("link => link.removeAttribute('target')")  # a new tab's download is the tab's, not the page's
        with page.expect_download() as saved:
            button.click()
        assert saved.value.suggested_filename == "V-050.pdf"
        assert saved.value.path().read_bytes().startswith(b"%PDF-")

    @pytest.mark.parametrize("which", ["foreign", "missing", "withdrawn", "nonsense", "none"])
    def test_what_is_not_yours_and_what_does_not_exist_are_the_same_words(
        self, page: Page, visit: Callable[..., None], books: Books, running: Running, which: str
    ) -> None:
        ids = {"foreign": books.id_of("S-1"), "missing": 12, "withdrawn": books.id_of("V-1"), "nonsense": "x' OR 1=1"}
        visit(f"/documento?id={ids[which]}" if which in ids else "/documento")
        expect(page.get_by_text(NOT_FOUND, exact=True)).to_be_visible()
        expect(page.get_by_text("S-1")).to_have_count(0)
        answer = page.request.get(f"{running.url}/documents/{ids.get(which, 0)}.pdf")
        assert answer.status == 404


def test_the_statement_opens_and_closes_as_the_ledger_does(
    page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
) -> None:
    visit("/estado-de-cuenta")
    period = span(Period.LAST_12_MONTHS, books.day)
    assert period is not None
    start, end = period
    opening, closing = books.entered(start), books.entered(end + timedelta(days=1))
    assert opening == -300_00
    expect(metric(page, "Saldo inicial")).to_contain_text(books.money(opening))
    expect(metric(page, "Saldo final (COP)")).to_contain_text(books.money(closing))
    expect(metric(page, "Abonos del periodo")).to_contain_text("500,00")
    expect(cells(page).filter(has_text="V-037")).to_have_count(1)
    screenshot("statement")
    page.get_by_text("USD", exact=True).click()
    expect(metric(page, "Saldo final (USD)")).to_contain_text("20,00")
    page.reload()
    expect(metric(page, "Saldo inicial")).to_contain_text("20,00")


def test_the_statements_second_page_carries_on(page: Page, visit: Callable[..., None]) -> None:
    visit("/estado-de-cuenta")
    expect(metric(page, "Saldo final (COP)")).to_be_visible()
    page.get_by_role("button", name="Page 2").click()
    expect(cells(page).filter(has_text="V-086")).to_have_count(1)
    expect(cells(page).filter(has_text="V-037")).to_have_count(0)


class TestOtherEyes:
    @pytest.mark.parametrize("context", [PHONE], indirect=True)
    def test_a_phone_gets_cards_and_nothing_wider_than_itself(
        self, page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
    ) -> None:
        visit()
        expect(page.get_by_text("Próximos vencimientos")).to_be_visible()
        assert no_wider_than_the_window(page)
        screenshot("home")
        visit("/documentos")
        expect(page.get_by_text(f"1–10 de {COUNT + 4}")).to_be_visible()
        expect(page.get_by_text("Recibo de caja RC-1")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
        assert no_wider_than_the_window(page)
        screenshot("cards")
        visit("/documentos?buscar=SETP900")
        expect(page.get_by_text("1–2 de 2")).to_be_visible()
        page.get_by_role("button", name="Ver", exact=True).last.click()
        expect(page.get_by_text(books.cufe)).to_be_visible()
        assert no_wider_than_the_window(page) and tables_fit(page) == 2
        screenshot("document")
        visit("/estado-de-cuenta")
        expect(metric(page, "Saldo final (COP)")).to_be_visible()
        expect(page.get_by_test_id("stTable")).to_have_count(1)
        assert no_wider_than_the_window(page) and tables_fit(page) == 1
        screenshot("statement")

    @pytest.mark.parametrize("context", [{"color_scheme": "dark"}], indirect=True)
    @pytest.mark.parametrize(
        "address",
        ["/documento", *(pytest.param(one, marks=pytest.mark.nightly) for one in ("/", "/documentos", ACCOUNT))],
    )
    def test_the_dark_scheme_is_dark_on_every_page(
        self, page: Page, visit: Callable[..., None], books: Books, address: str, screenshot: Screenshot
    ) -> None:
        visit(f"/documento?id={books.id_of('SETP900')}" if address == "/documento" else address)
        expect(
            page.get_by_text("Saldo pendiente" if address != "/estado-de-cuenta" else "Saldo inicial").first
        ).to_be_visible()
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(16, 25, 28)")
        expect(page.get_by_test_id("stApp")).to_have_css("color", "rgb(231, 238, 240)")
        if address in ("/", "/documento"):
            accent, ink = "rgb(77, 182, 201)", "rgb(16, 25, 28)"
            expect(page.locator("[kind=primary]").first).to_have_css("background-color", accent)
            expect(page.locator("[kind=primary]").first).to_have_css("color", ink)
        screenshot("dark")

    @pytest.mark.parametrize(
        "address", ["/documentos", *(pytest.param(one, marks=pytest.mark.nightly) for one in ("/", ACCOUNT))]
    )
    def test_english_is_one_click_away(self, page: Page, visit: Callable[..., None], address: str) -> None:
        english = translator("en")
        spanish = {"/": "Saldo pendiente", "/documentos": "Ordenar por", "/estado-de-cuenta": "Saldo inicial"}[address]
        visit(address)
        expect(page.get_by_text(spanish, exact=True).first).to_be_visible()
        page.get_by_text("English").click()
        expect(page.get_by_role("link", name=english("Cerrar sesión"))).to_be_visible()
        expect(page.get_by_text(english(spanish), exact=True).first).to_be_visible()

    def test_whoever_has_nothing_yet_is_told_so_on_every_page(self, page: Page, visit: Callable[..., None]) -> None:
        for address, words in (
            ("/", "Todavía no hay documentos a tu nombre."),
            ("/documentos", "Ningún documento cumple estos filtros."),
            ("/estado-de-cuenta", "Todavía no hay movimientos en tu cuenta."),
        ):
            visit(address, VACIA.name)
            expect(page.get_by_text(words)).to_be_visible()

    def test_whoever_has_one_document_gets_it_at_once(
        self, page: Page, visit: Callable[..., None], books: Books, screenshot: Screenshot
    ) -> None:
        visit("/", SOLA.name)
        expect(page.get_by_text(f"S-1 · {TORNILLO.name}")).to_be_visible()
        expect(page.get_by_text("COP 1.190,00 · Vencida · 5 d")).to_be_visible()
        screenshot("one")
        page.get_by_role("button", name="Abrir el documento").click()
        page.wait_for_url(f"**/documento?id={books.id_of('S-1')}")
        expect(metric(page, "Saldo pendiente")).to_contain_text("COP 1.190,00")
