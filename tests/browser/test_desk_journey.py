"""An issuer's owner at work on a phone: signs in, makes a link, copies it; the customer opens it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.app.accounts.passwords import hash_new_password
from portal.app.issuer_settings import set_settings
from portal.domain import places
from portal.domain.access import Right, operator
from portal.domain.places import Place
from portal.domain.roles import Role
from portal.ledger.users import set_user
from tests.factories import ABC, EJEMPLAR
from tests.portal_server import Running
from tests.signed_in import CHROME, customer_named, grant, issuer_named, new_user, signed_in

PASSWORD = "correcto caballo grapa"
PHONE = {"viewport": {"width": 390, "height": 844}, "user_agent": CHROME, "has_touch": True, "is_mobile": True}
DARK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
READS = ("clipboard-read", "clipboard-write")
MANAGES = frozenset({Right.SEE, Right.DOWNLOAD, Right.MANAGE})


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone that reads Spanish, unless the test asks for something else."""
    asked = getattr(request, "param", PHONE)
    with browser.new_context(locale="es-CO", permissions=READS, **asked) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def people(running: Running) -> dict[str, int]:
    """An owner with a password, a customer's person who manages others, an operator."""
    portal = running.portal
    issuer, abc = issuer_named(portal, EJEMPLAR.name), customer_named(portal, ABC.name)
    made = {
        "owner": new_user(portal, "marta@ejemplar.example", "Marta Ríos"),
        "customer": new_user(portal, "gerente@abc.example", "Pedro Gerente"),
        "operator": new_user(portal, "olga@portal.example", "Olga", operator=True),
    }
    grant(portal, made["owner"], Role.OWNER, issuer)
    grant(portal, made["customer"], Role.CUSTOMER, issuer, abc, MANAGES)
    with portal.ledger.write("test") as unit:
        stored = hash_new_password(PASSWORD, "marta@ejemplar.example")
        set_user(unit, made["owner"], password_hash=stored)
        unit.commit()
    return made


def drawn(page: Page) -> None:
    """Waits until the page's script has run and every piece of it is there."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning] .stMain")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def fits(page: Page) -> bool:
    """Nothing has to be scrolled sideways, save what is inside a table."""
    return bool(page.get_by_test_id("stMain").evaluate("main => main.scrollWidth <= main.clientWidth"))


def test_from_signing_in_to_the_customers_documents(
    page: Page, browser: Browser, running: Running, people: dict[str, int], screenshot: Callable[[str], Path]
) -> None:
    page.goto(f"{running.url}/enlaces")
    page.get_by_label("Correo electrónico").fill("marta@ejemplar.example")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(re.compile("/enlaces"))
    page.get_by_role("combobox", name="Cliente").click()
    page.get_by_role("option", name=re.compile(re.escape(ABC.name))).click()
    page.get_by_role("button", name="Crear enlace").click()
    expect(page.get_by_role("heading", name=ABC.name)).to_be_visible()
    drawn(page)
    page.get_by_test_id("stCode").get_by_role("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{running.url}/l/") and fits(page)
    screenshot("link")
    with browser.new_context(locale="es-CO", **PHONE) as elsewhere:
        customer = elsewhere.new_page()
        customer.goto(copied)
        expect(customer.get_by_text(f"{ABC.name} · {EJEMPLAR.name}")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Volver a la lista").click()
    drawn(page)
    card = page.locator("[class*='st-key-enlaces-fila-']").filter(has_text=ABC.name).first
    expect(card.get_by_text("Visitas: 1")).to_be_visible()
    card.get_by_role("button", name="Abrir").click()
    expect(page.get_by_role("heading", name=ABC.name)).to_be_visible()


PAGES = [
    ("owner", places.RECEIVABLES),
    ("owner", places.CUSTOMERS),
    ("owner", places.BOOK),
    ("owner", places.IMPORTS),
    ("owner", places.REMINDERS),
    ("owner", places.COMMENTS),
    ("owner", places.LINKS),
    ("owner", places.REQUESTS),
    ("owner", places.STAFF),
    ("owner", places.SETTINGS),
    ("owner", places.AUDIT),
    ("customer", places.PEOPLE),
    ("customer", places.ACCOUNT),
    ("operator", places.SYSTEM),
    ("operator", places.PEOPLE),
    ("operator", places.LINKS),
]


@pytest.mark.parametrize(
    "context",
    [pytest.param(PHONE, id="phone"), pytest.param(DARK, id="desk", marks=pytest.mark.nightly)],
    indirect=True,
)
@pytest.mark.parametrize(("who", "place"), PAGES, ids=lambda one: one.address if isinstance(one, Place) else one)
def test_every_page_draws_within_the_window_and_the_policy(
    page: Page,
    context: BrowserContext,
    running: Running,
    people: dict[str, int],
    who: str,
    place: Place,
    screenshot: Callable[[str], Path],
) -> None:
    token = signed_in(running.portal, people[who])
    context.add_cookies([{"name": "portal", "value": token, "url": running.url}])
    page.goto(f"{running.url}/{place.address}")
    drawn(page)
    expect(page.get_by_text("No encontramos")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    assert fits(page)
    if page.evaluate("navigator.userAgent") == CHROME:
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)  # a phone has cards
    screenshot("page")


def test_the_second_factor_shows_its_qr_and_the_codes_once(
    page: Page, context: BrowserContext, running: Running, people: dict[str, int]
) -> None:
    token = signed_in(running.portal, people["customer"])
    context.add_cookies([{"name": "portal", "value": token, "url": running.url}])
    page.goto(f"{running.url}/cuenta")
    page.get_by_text("Dos pasos").click()
    page.get_by_role("button", name="Activar").click()
    picture = page.get_by_test_id("stImage").locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 150")


def test_the_second_factor_is_set_up_on_the_way_in_by_its_qr(page: Page, running: Running) -> None:
    portal, email = running.portal, "nueva@ejemplar.example"
    issuer, user_id = issuer_named(portal, EJEMPLAR.name), new_user(portal, email, "Nueva")
    grant(portal, user_id, Role.READER, issuer)
    with portal.ledger.write("test") as unit:
        set_user(unit, user_id, password_hash=hash_new_password(PASSWORD, email))
        unit.commit()
    set_settings(portal, operator("test"), issuer, second_factor=True)
    try:
        page.goto(f"{running.url}/sign-in?next=/documentos&lang=en")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/auth/second-factor"), timeout=15_000)
        drawing = page.locator("svg")
        expect(drawing).to_be_visible()
        assert drawing.evaluate("code => code.getBoundingClientRect().width") > 150
        secret = "".join(page.locator("pre").inner_text().split())
        page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_text("Save your recovery codes")).to_be_visible()
        page.get_by_role("button", name="I have saved them").click()
        page.wait_for_url(re.compile("/documentos[?]lang=en"))
        drawn(page)
    finally:
        set_settings(portal, operator("test"), issuer, second_factor=False)
