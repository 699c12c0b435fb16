"""A new issuer's first minutes: from the invitation in its mailbox to a customer who opens the link it was given."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from data.demo.einvoice import document_xml
from portal.app.accounts.invitations import invite
from portal.app.issuers import add_issuer
from portal.app.jobs import hurry_unclaimed
from portal.domain.access import operator
from portal.domain.parties import Party
from portal.domain.roles import Role
from tests.app.test_import_files import electronic
from tests.browser.test_desk_journey import drawn
from tests.portal_server import Running
from tests.web.mailbox import next_mail, path_in

BOSS, OWNER = operator("test"), "duena@nueva.example"
NEW = Party("CO", "31", "900700800", "Nueva Ferretería S.A.S.")
BUILDER = Party("CO", "31", "900600501", "Obras del Río S.A.S.", email="obras@rio.example")
SCHOOL = Party("CO", "31", "900600502", "Colegio La Colina")
MOST_CLICKS = 12


def test_from_an_empty_desk_to_the_first_opened_link_in_twelve_clicks(
    page: Page, browser: Browser, running: Running, tmp_path: Path, screenshot: Callable[[str], Path]
) -> None:
    clicks = 0

    def click(what: Locator) -> None:
        nonlocal clicks
        what.click()
        clicks += 1

    made = add_issuer(running.portal, BOSS, NEW.tax_id, NEW.name, OWNER)
    invite(running.portal, BOSS, OWNER, made.id, None, Role.OWNER, (), "es")
    hurry_unclaimed(running.portal)  # the server's relay would look ten seconds later
    invoices = [tmp_path / "NF1.xml", tmp_path / "NF2.xml"]
    for file, customer in zip(invoices, (BUILDER, SCHOOL), strict=True):
        file.write_bytes(document_xml(replace(electronic(file.stem), issuer=NEW, customer=customer)))

    page.goto(running.url + path_in(next_mail(running.portal.settings.home, OWNER)))
    page.get_by_label("Nombre").fill("Dora Dueña")
    click(page.get_by_role("checkbox"))
    click(page.get_by_role("button", name="Aceptar la invitación"))
    drawn(page)
    screenshot("1-empty-desk")
    click(page.get_by_role("link", name="Importar"))
    drawn(page)
    screenshot("2-import")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(invoices)
    clicks += 2  # the button that opens the system's dialog, and the one that ends it
    click(page.get_by_role("button", name="Importar 2 archivos"))
    expect(page.get_by_text(re.compile("Terminada"))).to_be_visible(timeout=30_000)
    drawn(page)
    screenshot("3-imported")
    click(page.get_by_test_id("stTopNavSection").filter(has_text="Clientes"))
    click(page.get_by_role("menuitem", name="Enlaces"))
    page.wait_for_url(re.compile("/enlaces"))
    drawn(page)
    screenshot("4-links")
    click(page.get_by_role("combobox", name="Cliente"))
    click(page.get_by_role("option", name=re.compile(re.escape(BUILDER.name))))
    click(page.get_by_role("button", name="Crear enlace"))
    expect(page.get_by_test_id("stCode")).to_be_visible()
    drawn(page)
    screenshot("5-link")
    address = page.get_by_test_id("stCode").inner_text().strip()
    with browser.new_context(locale="es-CO") as elsewhere:
        customer = elsewhere.new_page()
        customer.goto(address)
        expect(customer.get_by_text(f"{BUILDER.name} · {NEW.name}")).to_be_visible(timeout=15_000)
        expect(customer.get_by_text("NF1").first).to_be_attached()
    assert clicks <= MOST_CLICKS
