"""From the mailed link to the provider in two clicks; declined, tried again, approved, with a comprobante in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.app.links import create_link
from portal.app.payments.accounts import set_account
from portal.clock import today
from portal.domain.access import operator
from portal.domain.parties import Party, check_digit
from portal.domain.roles import Role
from portal.i18n import translator
from portal.render.labels import Labels
from portal.text import Text
from tests.factories import bring, facts
from tests.portal_server import Running
from tests.signed_in import CHROME, customer_named, grant, issuer_named, new_user, signed_in

BOSS = operator("test")
PHONE = {"viewport": {"width": 390, "height": 844}, "user_agent": CHROME, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
LOCALES = {"es": "es-CO", "en": "en-US"}
# Every press of finger or mouse on our pages, kept while the browser goes from one to the next.
COUNT = "addEventListener('pointerdown', () => { sessionStorage.presses = +(sessionStorage.presses || 0) + 1 }, true)"
SERIAL = count(1)
WAYS = [(PHONE, "es"), (DESK, "en")]


class Payer:
    """Somebody in a browser whose customer owes 1,000 that are overdue and 500 that are not, at a shop of its own."""

    def __init__(self, running: Running, page: Page, language: str) -> None:
        self.running, self.page, self.language = running, page, language
        self.labels = Labels(translator(language), language)
        day, tax_id = today(running.portal.clock), f"8005550{next(SERIAL):02}"
        self.shop = Party("CO", "31", tax_id, f"Tienda {tax_id}", check_digit(tax_id))
        self.customer = Party("CO", "13", f"41{tax_id}", f"Rosa {tax_id}")
        parties = {"issuer": self.shop, "customer": self.customer}
        old, new = day - timedelta(days=40), day - timedelta(days=3)
        bring(
            running.portal,
            facts(f"P{tax_id}-1", 600, issue_date=old, due_date=day - timedelta(days=9), **parties),
            facts(f"P{tax_id}-2", 400, issue_date=old, due_date=day - timedelta(days=2), **parties),
            facts(f"P{tax_id}-3", 500, issue_date=new, due_date=day + timedelta(days=9), **parties),
        )
        self.issuer = issuer_named(running.portal, self.shop.name)
        set_account(running.portal, BOSS, self.issuer, "sandbox", {"secret": "s" * 20})

    def say(self, text: str, **values: object) -> str:
        return Text(text, **values).render(self.labels.gettext)

    def money(self, minor: int) -> str:
        return f"COP\u00a0{self.labels.money(minor, 'COP')}"

    def open_link(self) -> None:
        customer = customer_named(self.running.portal, self.customer.name)
        self.page.goto(create_link(self.running.portal, BOSS, customer).url or "")
        self.page.wait_for_url(f"{self.running.url}/")

    def press(self, text: str, **values: object) -> None:
        self.page.get_by_role("button", name=self.say(text, **values)).click()

    def sees(self, text: str, **values: object) -> None:
        expect(self.page.get_by_text(self.say(text, **values)).first).to_be_visible(timeout=30_000)

    @property
    def presses(self) -> int:
        return int(self.page.evaluate("sessionStorage.presses || 0"))

    def fits(self) -> bool:
        """Nothing has to be scrolled sideways, save what is inside a table."""
        return bool(self.page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth"))


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    device, language = getattr(request, "param", (DESK, "es"))
    with browser.new_context(locale=LOCALES[language], **device) as fresh:
        fresh.add_init_script(COUNT)
        yield fresh


@pytest.fixture
def payer(running: Running, page: Page, request: pytest.FixtureRequest) -> Payer:
    return Payer(running, page, getattr(request, "param", "es"))


@pytest.mark.parametrize(("context", "payer"), [((device, one), one) for device, one in WAYS], indirect=True)
def test_two_clicks_to_the_provider_declined_again_and_approved(
    payer: Payer, screenshot: Callable[[str], Path]
) -> None:
    page, all_ = payer.page, payer.money(1000_00)
    payer.open_link()
    payer.press("Pagar todo lo vencido ({sum})", sum=all_)
    page.wait_for_url("**/pagar?b=*")
    payer.sees("Vas a pagar")
    screenshot("bill")
    assert payer.fits()
    payer.press("Pagar {sum} con {way}", sum=all_, way="Pasarela de prueba")
    page.wait_for_url("**/pay/sandbox/*")
    assert payer.presses == 2

    page.get_by_role("button", name=payer.say("Rechazar")).click()
    page.wait_for_url("**/pago?b=*")
    payer.sees("El banco no lo aprobó y no se cobró nada. Intenta de nuevo o con otro medio.")
    screenshot("declined")
    assert payer.fits()
    payer.press("Intentar de nuevo")
    page.wait_for_url("**/pagar?b=*")
    payer.press("Pagar {sum} con {way}", sum=all_, way="Pasarela de prueba")
    page.wait_for_url("**/pay/sandbox/*")
    page.get_by_role("button", name=payer.say("Aprobar"), exact=True).click()
    page.wait_for_url("**/pago?b=*")
    payer.sees("Pago aprobado: {sum}.", sum=all_)
    screenshot("approved")
    assert payer.fits()

    address = page.get_by_role("link", name=payer.say("Abrir PDF")).get_attribute("href") or ""
    file = page.context.request.get(payer.running.url + address)
    assert (file.status, file.headers["content-type"], file.body()[:5]) == (200, "application/pdf", b"%PDF-")
    payer.press("Comprobante de pago {number}", number=1)
    page.wait_for_url("**/pago?v=*")
    payer.sees("Pago aprobado y aplicado.")
    screenshot("voucher")
    assert payer.fits()


@pytest.mark.nightly
def test_a_payment_that_takes_its_time_is_shown_when_it_comes(payer: Payer) -> None:
    payer.open_link()
    payer.press("Pagar todo lo vencido ({sum})", sum=payer.money(1000_00))
    payer.press("Pagar {sum} con {way}", sum=payer.money(1000_00), way="Pasarela de prueba")
    payer.page.wait_for_url("**/pay/sandbox/*")
    payer.page.get_by_role("button", name="Aprobar en diez segundos").click()
    pending = "Tu pago de {sum} está en proceso en {way}: te avisamos cuando se confirme. No pagues otra vez."
    payer.sees(pending, sum=payer.money(1000_00), way="Pasarela de prueba")
    before = payer.presses
    payer.sees("Pago aprobado: {sum}.", sum=payer.money(1000_00))  # by itself: nobody touched the page
    assert payer.presses == before


def test_two_shops_are_paid_one_after_the_other(payer: Payer, context: BrowserContext) -> None:
    other, user = (
        Payer(payer.running, payer.page, "es"),
        new_user(payer.running.portal, f"{payer.shop.tax_id}@x.example"),
    )
    for one in (payer, other):
        grant(
            payer.running.portal,
            user,
            Role.CUSTOMER,
            one.issuer,
            customer_named(payer.running.portal, one.customer.name),
        )
    context.add_cookies([{"name": "portal", "value": signed_in(payer.running.portal, user), "url": payer.running.url}])
    page = payer.page
    page.goto(payer.running.url)
    payer.press("Pagar todo lo vencido ({sum})", sum=payer.money(2000_00))
    payer.sees("Son {count} pagos, uno por emisor y moneda. Hazlos uno tras otro.", count=2)
    for done in (1, 2):
        pay = page.get_by_role(
            "button", name=payer.say("Pagar {sum} con {way}", sum=payer.money(1000_00), way="Pasarela de prueba")
        )
        pay.first.click()
        page.wait_for_url("**/pay/sandbox/*")
        page.get_by_role("button", name="Aprobar", exact=True).click()
        page.wait_for_url("**/pago?b=*")
        payer.sees("{done} de {count} listos", done=done, count=2)
        if done == 1:
            page.get_by_role("button", name="Pagar", exact=True).click()
    expect(page.get_by_text("Pago aprobado: COP")).to_have_count(2)
