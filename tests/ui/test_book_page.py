"""The book on screen: what will happen is said, then done once; the register takes it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.domain.documents import Kind
from portal.domain.places import BOOK, DOCUMENT, DOCUMENTS
from portal.domain.roles import Role
from portal.ledger.tables import documents
from portal.ui import state
from portal.ui.nav import script
from tests.factories import ABC, bring, facts
from tests.ledger.balances import balances, laws
from tests.signed_in import grant, new_user
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts

Tick = Callable[..., None]


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Tick:
    """Rows ticked in the table of open documents, from now on."""

    def these(*rows: int) -> None:
        monkeypatch.setattr(state, "ticked_rows", lambda _key: list(rows))

    return these


def document(portal: Portal, number: str = "FE-1") -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(documents.select().where(documents.c.number == number)).one().id)


def at_book(portal: Portal, user: int, doing: str = "", number: str = "FE-1") -> AppTest:
    """The book with this document's customer."""
    app = as_user(portal, user, DOCUMENTS)
    app.query_params["documento"] = str(document(portal, number))
    app = ran(app.switch_page(str(script(BOOK))))
    if doing:
        control = next(one for one in app.get("button_group") if one.label == "Qué registrar")
        control.set_value(doing)
        app = ran(app)
    return app


def field(app: AppTest, label: str) -> Any:
    return next(one for one in app.text_input if one.label.startswith(label))


def said(shown: Iterable[Any]) -> str:
    return " ".join(one.value for one in shown).replace("\\", "").replace("\u00a0", " ")


def test_a_payment_says_what_is_left_and_is_registered_and_taken_back(
    portal: Portal, owner: int, click: Click, tick: Tick
) -> None:
    tick(0)
    app = at_book(portal, owner)
    assert "Marcaste 1 de 1: suman COP 1.000,00." in said(app.caption)
    field(app, "Valor recibido").set_value("600")
    app = ran(app)
    assert "Quedan COP 400,00 por pagar" in said(app.markdown)
    assert toasts(press(app, "Registrar el pago de COP\u00a0600,00")) == ["Pago registrado: COP\u00a0600,00."]
    assert balances(portal)["FE-1"] == 40_000 and field(app, "Valor recibido").value == ""
    assert "Transferencia" in tables(app) and "Marta Ríos" in tables(app)
    click("libro-registro-tabla-boton-0", 0)
    ran(app)
    next(one for one in app.text_input if one.label == "Motivo").set_value("No entró al banco")
    assert toasts(press(app, "Deshacer el registro")) == ["Deshecho: la cuenta quedó como antes."]
    assert balances(portal)["FE-1"] == 100_000 and laws(portal) == []
    assert "No entró al banco" in tables(app)


def test_the_same_money_is_asked_about_first(portal: Portal, owner: int) -> None:
    bring(portal, facts("RC-1", 600, Kind.RECEIPT))
    app = at_book(portal, owner)
    app.date_input[0].set_value(facts().issue_date)
    field(app, "Valor recibido").set_value("600")
    app = ran(app)
    assert "¿Es el mismo pago?" in said(app.warning) and "Recibo de caja RC-1" in said(app.text)
    button = next(one for one in app.button if one.label.startswith("Registrar el pago"))
    assert button.disabled
    next(one for one in app.checkbox if one.label.startswith("Es otro pago")).check()
    assert toasts(press(ran(app), "Registrar el pago de COP\u00a0600,00"))


def test_what_is_typed_wrong_is_said(portal: Portal, owner: int) -> None:
    app = at_book(portal, owner)
    field(app, "Valor recibido").set_value("mucho")
    assert "no es un valor" in errors(ran(app))[0]


def test_a_castigo_needs_a_reason(portal: Portal, owner: int, tick: Tick) -> None:
    tick(0)
    app = at_book(portal, owner, "castigar")
    app = press(app, "Castigar COP\u00a01.000,00")
    assert "motivo" in errors(app)[0]
    next(one for one in app.text_input if one.label == "Motivo").set_value("Se liquidó la empresa")
    assert toasts(press(app, "Castigar COP\u00a01.000,00")) and balances(portal)["FE-1"] == 0


def test_credit_is_applied_and_taken_back(portal: Portal, owner: int, abc: int, click: Click) -> None:
    bring(portal, facts("AN-1", 300, Kind.ADVANCE, customer=ABC))
    app = at_book(portal, owner, "aplicar")
    assert "Quedan COP 0,00 de saldo a favor libre." in said(app.markdown)
    press(app, "Aplicar COP\u00a0300,00")
    assert balances(portal) == {"FE-1": 70_000, "FE-2": 100_000, "AN-1": 0}
    app = at_book(portal, owner, "creditos")
    click(f"libro-{abc}-COP-0-cruces-boton-0", 0)
    app = ran(app)
    next(one for one in app.text_input if one.label == "Motivo").set_value("Era de otra")
    assert toasts(press(app, "Desaplicar")) == ["Desaplicado: COP\u00a0300,00."]
    assert balances(portal)["AN-1"] == 30_000


def test_several_customers_at_once_and_what_stayed_out_is_told(portal: Portal, owner: int) -> None:
    app = as_user(portal, owner, BOOK)
    next(one for one in app.get("button_group") if one.label == "De quién").set_value("varios")
    app = ran(app)
    app.text_area[0].set_value("FE-1\nFE-2, NO-9")
    app = ran(app)
    assert "NO-9: no es una factura" in said(app.warning)
    app = press(app, "Registrar 2 documentos en 2 pagos")
    assert balances(portal) == {"FE-1": 0, "FE-2": 0}
    assert [one.value for one in app.subheader] == ["Quedaron registrados", "Registrado a mano"]


def test_a_document_leads_there_whoever_books_and_nobody_else(portal: Portal, owner: int, issuer: int) -> None:
    def names(user: int) -> list[str]:
        app = as_user(portal, user, DOCUMENTS)
        app.query_params["id"] = str(document(portal))
        return [one.label for one in ran(app.switch_page(str(script(DOCUMENT)))).button]

    reader = new_user(portal, "lee@ejemplar.example", "Lee")
    grant(portal, reader, Role.READER, issuer)
    assert "Ver en el libro" in names(owner) and "Ver en el libro" not in names(reader)
