"""The issuer's people find a customer, keep its contacts, and look at the portal as it sees it."""

from __future__ import annotations

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from portal.app.links import create_link
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.parties import check_digit
from portal.domain.places import CUSTOMERS
from portal.domain.tokens import session_hash
from portal.ledger.audit import Event
from tests.app.people import noted
from tests.factories import ABC, bring, facts
from tests.signed_in import signed_in
from tests.ui.conftest import SHELL, Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts


def opened(portal: Portal, owner: int, customer: int) -> AppTest:
    app = as_user(portal, owner, CUSTOMERS)
    app.query_params["cliente"] = str(customer)
    return ran(app)


def test_customers_are_listed_found_and_opened(portal: Portal, owner: int, abc: int, click: Click) -> None:
    create_link(portal, operator("test"), abc)
    app = as_user(portal, owner, CUSTOMERS)
    assert 'Empresa ABC S.A.S.,900555666,"COP\u00a01.000,00"' in tables(app) and "Sin usar" in tables(app)
    app.text_input(key="buscar-clientes").set_value("PAGOS@abc")
    assert "Ana María" not in tables(ran(app))
    click("clientes-boton-0", 0)
    assert ran(app).query_params["cliente"] == str(abc)
    assert "Empresa ABC" in app.subheader[0].value


def test_a_contact_is_added_changed_and_removed(portal: Portal, owner: int, abc: int, click: Click) -> None:
    app = opened(portal, owner, abc)
    app.text_input(key="contacto-direccion-0-email").set_value("no es")
    assert "no es una dirección" in errors(press(app, "Añadir contacto"))[0]
    app.text_input(key="contacto-direccion-0-email").set_value("tesoreria@abc.example")
    assert toasts(press(app, "Añadir contacto")) == ["Contacto añadido."]
    assert 'tesoreria@abc.example,,Correo,"Facturas, Recordatorios, Estados de cuenta"' in tables(app)
    click("contactos-boton-0", 0)
    ran(app)
    (name,) = [one for one in app.text_input if one.label == "Nombre" and "nuevo" not in str(one.key)]
    name.set_value("Luz Dary")
    assert toasts(press(app, "Guardar contacto")) == ["Contacto guardado."]
    assert "tesoreria@abc.example,Luz Dary" in tables(app)
    click("contactos-boton-0", 0)
    ran(app)
    assert toasts(press(app, "Quitar")) == ["Contacto quitado."]


def test_the_portal_is_looked_at_as_the_customer_sees_it(portal: Portal, owner: int, abc: int) -> None:
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, owner))}
    app.query_params["como"] = str(abc)
    assert "Estás viendo el portal como lo ve Empresa ABC" in ran(app).warning[0].value.replace("\\", "")
    assert "Tienes" in app.markdown[0].value and [one.value for one in app.text if "FE-" in one.value] == [
        "FE-1 · Ejemplar S.A.S."
    ]
    assert [one.label for one in app.button if "Pagar" in one.label] == []
    ran(app)
    assert len(noted(portal, Event.CUSTOMER_LOOKED_AS)) == 1


def test_somebody_elses_customer_is_not_there(portal: Portal, owner: int, pedro: int, abc: int) -> None:
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, pedro))}
    app.query_params["como"] = str(abc)
    assert not ran(app).warning and not noted(portal, Event.CUSTOMER_LOOKED_AS)
    assert "No encontramos" in errors(opened(portal, owner, 1))[0]


def test_two_spellings_are_found_looked_at_and_joined(portal: Portal, owner: int, abc: int, click: Click) -> None:
    twin = replace(ABC, tax_id=ABC.tax_id + check_digit(ABC.tax_id), name="Empresa A.B.C.")
    bring(portal, facts("FE-7", customer=twin))
    app = press(as_user(portal, owner, CUSTOMERS), "Buscar clientes repetidos")
    assert "Empresa A.B.C. · 900555666" in tables(app)
    click("repetidos-boton-0", 0)
    assert "Ningún saldo cambia" in " ".join(one.value for one in ran(app).text)
    assert toasts(press(app, "Juntar los dos clientes")) == [
        "Clientes juntados: sus documentos están ahora en uno solo."
    ]
    assert "No hay clientes repetidos" in app.info[0].value
    assert "COP\u00a02.000,00" in tables(press(app, "Volver a la lista"))
