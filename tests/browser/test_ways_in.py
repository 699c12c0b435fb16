"""The ways in as people go them, at phone width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.app.accounts.passwords import hash_new_password
from portal.app.issuer_settings import set_settings
from portal.domain.access import Right, operator
from portal.domain.roles import Role
from portal.ledger.grants import add_grant
from portal.ledger.tables import customers, issuers
from portal.ledger.users import add_user, set_user
from tests.factories import ABC, XYZ
from tests.portal_server import Running
from tests.web.mailbox import code_in, next_mail

PASSWORD = "correcto caballo grapa"
BOSS = operator("test")


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(locale="es-CO", viewport={"width": 390, "height": 844}) as fresh:
        yield fresh.new_page()


def person(running: Running, email: str, *seen: str) -> None:
    """An account with a password that sees these customers' documents."""
    with running.portal.ledger.write("test") as unit:
        user_id = add_user(unit, email, "Luz Marina")
        set_user(unit, user_id, password_hash=hash_new_password(PASSWORD, email))
        for name in seen:
            row = unit.conn.execute(customers.select().where(customers.c.name == name)).one()
            add_grant(unit, user_id, row.issuer_id, row.id, Role.CUSTOMER, [Right.SEE, Right.DOWNLOAD], "operator")
        unit.commit()


def test_a_password_leads_to_the_page_that_was_asked_for(phone: Page, running: Running) -> None:
    person(running, "luz@correo.example", ABC.name, XYZ.name)
    phone.goto(f"{running.url}/documentos")
    phone.get_by_label("Correo electrónico").fill("luz@correo.example")
    phone.get_by_label("Contraseña", exact=True).fill("otra cosa")
    phone.get_by_role("button", name="Entrar").click()
    expect(phone.get_by_text("El correo o la contraseña no coinciden.")).to_be_visible()
    phone.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Entrar").click()
    phone.wait_for_url(re.compile("/documentos"))
    expect(phone.get_by_text("1–2 de 2")).to_be_visible(timeout=15_000)
    assert "ticket" not in phone.url


def test_several_accounts_are_one_list_and_can_be_narrowed_to_one(phone: Page, running: Running) -> None:
    person(running, "sol@correo.example", ABC.name, XYZ.name)
    phone.goto(f"{running.url}/documentos")
    phone.get_by_label("Correo electrónico").fill("sol@correo.example")
    phone.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    phone.get_by_role("button", name="Entrar").click()
    expect(phone.get_by_text("1–2 de 2")).to_be_visible(timeout=15_000)
    phone.get_by_role("combobox", name="Ver").click()
    phone.get_by_role("option", name=re.compile(re.escape(XYZ.name))).click()
    expect(phone.get_by_text("1–1 de 1")).to_be_visible()
    expect(phone.get_by_text("FE-2").first).to_be_attached()
    phone.reload()
    expect(phone.get_by_text("1–1 de 1")).to_be_visible()


def test_from_the_qr_to_the_documents_by_four_fields_and_one_code(phone: Page, running: Running) -> None:
    with running.portal.ledger.read() as conn:
        issuer = conn.execute(issuers.select()).first()
    assert issuer is not None
    set_settings(running.portal, BOSS, issuer.id, auto_requests=True)
    phone.goto(f"{running.url}/q/{issuer.slug}")
    expect(phone.get_by_role("heading", name=issuer.name)).to_be_visible()
    phone.get_by_label("Correo electrónico").fill("nueva@correo.example")
    phone.get_by_label("NIT o cédula").fill("900.555.666")
    phone.get_by_label("Número de una factura").fill("FE-1")
    phone.get_by_label("Total de esa factura").fill("1.000")
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Continuar").click()
    code = code_in(next_mail(running.portal.settings.home, "nueva@correo.example"))
    phone.get_by_label("Código de seis cifras").fill(code)
    phone.get_by_role("button", name="Entrar").click()
    phone.wait_for_url(re.compile("/documentos"))
    expect(phone.get_by_text("FE-1").first).to_be_attached(timeout=15_000)
    expect(phone.get_by_text("FE-2")).to_have_count(0)
