"""From the mail to the documents and out again, as a person does it."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from portal.app.links import list_links, revoke_link
from portal.domain.access import operator
from tests.factories import ABC, XYZ
from tests.portal_server import Running

Link = Callable[[str], str]
Screenshot = Callable[[str], Path]


def test_the_link_leads_to_the_own_page_and_leaves_the_address_bar(
    page: Page, running: Running, link: Link, screenshot: Screenshot
) -> None:
    address = link(ABC.name)
    page.goto(address)
    expect(page.get_by_text(f"{ABC.name} · Ejemplar S.A.S.")).to_be_visible()
    assert page.url == running.url + "/" and page.evaluate("document.referrer") == ""
    token = address.rpartition("/")[2]
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.length])")
    assert token not in stored and token not in page.content()
    screenshot("home")


def test_the_sessions_cookie_is_out_of_reach_of_scripts(page: Page, context: BrowserContext, link: Link) -> None:
    page.goto(link(ABC.name))
    expect(page.get_by_text(ABC.name).first).to_be_visible()
    (cookie,) = [one for one in context.cookies() if one["name"] == "portal"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    assert "portal=" not in page.evaluate("document.cookie")


def test_without_scripts_there_is_a_button(browser: Browser, link: Link) -> None:
    with browser.new_context(locale="en-US", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(link(ABC.name))
        page.get_by_role("button", name="See my documents").click()
        page.wait_for_url(re.compile(r"//[^/]+/$"))


def test_signing_out_ends_every_tab_and_the_way_back_is_the_link(
    page: Page, context: BrowserContext, link: Link, screenshot: Screenshot
) -> None:
    address = link(ABC.name)
    page.goto(address)
    other = context.new_page()
    other.goto(page.url)
    expect(other.get_by_text(ABC.name).first).to_be_visible()
    page.get_by_role("link", name="Cerrar sesión").click()
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_text("¿Te enviaron un enlace personal?")).to_be_visible()
    other.reload()
    expect(other.get_by_text("¿Te enviaron un enlace personal?")).to_be_visible()
    screenshot("signed-out")
    page.goto(address)
    expect(page.get_by_text(ABC.name).first).to_be_visible()


def test_a_revoked_link_says_what_to_do(page: Page, running: Running, link: Link, screenshot: Screenshot) -> None:
    address = link(ABC.name)
    shown = next(one for one in list_links(running.portal, operator("test")) if one.url == address)
    revoke_link(running.portal, operator("test"), shown.link.id)
    page.goto(address)
    expect(page.get_by_text("Pide un enlace nuevo a quien te factura")).to_be_visible()
    screenshot("revoked")


def test_another_customers_link_shows_the_other_customer(page: Page, link: Link) -> None:
    page.goto(link(ABC.name))
    expect(page.get_by_text(ABC.name).first).to_be_visible()
    page.goto(link(XYZ.name))
    expect(page.get_by_text(f"{XYZ.name} · Ejemplar S.A.S.")).to_be_visible()
    expect(page.get_by_text(ABC.name)).to_have_count(0)


def test_the_language_is_chosen_once_and_survives_a_reload(page: Page, link: Link, screenshot: Screenshot) -> None:
    page.goto(link(ABC.name))
    page.get_by_text("English").click()
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    assert page.url.endswith("?lang=en")
    page.reload()
    expect(page.get_by_role("link", name="Sign out")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    screenshot("phone")


def test_a_page_that_fails_shows_a_reference_and_no_trace(page: Page, running: Running, link: Link) -> None:
    page.goto(link(ABC.name))
    expect(page.get_by_text(ABC.name).first).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()
    with running.portal.ledger.engine.begin() as conn:
        conn.exec_driver_sql("ALTER TABLE issuers RENAME TO issuers_away")
    try:
        page.get_by_text("English").click()
        sentence = page.get_by_text(re.compile("reference [2-9A-Z]{8}|referencia [2-9A-Z]{8}"))
        expect(sentence).to_be_visible()
        found = re.search(r"referenc(?:e|ia) ([2-9A-Z]{8})", sentence.inner_text())
        assert found and f"reference {found[1]}" in running.log.read_text(encoding="utf-8")
        assert not re.search("Traceback|OperationalError|sqlalchemy|SELECT", page.content())
    finally:
        with running.portal.ledger.engine.begin() as conn:
            conn.exec_driver_sql("ALTER TABLE issuers_away RENAME TO issuers")


def test_the_policy_stops_a_script_that_was_planted(browser: Browser, link: Link) -> None:
    """The control to all tests above: a violation would be seen."""
    with browser.new_context(locale="es-CO") as context:
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.goto(link(ABC.name))
        expect(page.get_by_text(ABC.name).first).to_be_visible()
        for plant in ("s.textContent = 'window.planted = 1'", "s.src = 'https://evil.example/x.js'"):
            page.evaluate(f"() => {{ const s = document.createElement('script'); {plant}; document.head.append(s) }}")
        assert page.evaluate("window.planted") is None
        assert sum("Content Security Policy" in text for text in said) == 2
