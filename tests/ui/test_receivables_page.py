"""The issuer's people begin with who owes what; each figure and each bar leads to its documents."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.app.receivables import read_receivables
from portal.domain.documents import Kind
from portal.domain.places import DOCUMENTS, RECEIVABLES, first_place
from portal.domain.roles import Role
from portal.errors import NotFound
from tests.app.people import add_party
from tests.factories import ABC, bring, facts, pays
from tests.signed_in import grant, new_user
from tests.ui.conftest import Click
from tests.ui.hands import acting, as_user, press, ran, tables


def figures(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


@pytest.fixture
def owed(portal: Portal) -> None:
    """ABC owes 1,000 since January and 500 to come, XYZ 1,000; 300 of ABC's came in in March (today is the 15th)."""
    bring(
        portal,
        facts("FE-3", 1000, customer=ABC, issue_date=date(2026, 1, 2), due_date=date(2026, 1, 20)),
        facts("FE-4", 500, customer=ABC, issue_date=date(2026, 3, 2), due_date=date(2026, 3, 20)),
        facts("RC-1", 300, Kind.RECEIPT, customer=ABC, issue_date=date(2026, 3, 3), references=pays("FE-3")),
    )


def test_the_first_page_says_what_is_owed_late_and_collected(portal: Portal, owner: int, owed: None) -> None:
    app = as_user(portal, owner, RECEIVABLES)
    told = figures(app)
    assert (told["Por cobrar"], told["Vencido"], told["Cobrado este mes"]) == ("3.200,00", "2.700,00", "300,00")
    assert told["Sin abrir por el cliente"] == "3.200,00"
    assert told["Días de cartera"] == "82 días"  # 3,200 of 3,500 billed since mid-December
    assert first_place(acting(portal, owner)) is RECEIVABLES
    assert 'Empresa ABC S.A.S.,"2.200,00",68' in tables(app)


def test_a_row_of_a_table_opens_its_documents(portal: Portal, owner: int, owed: None, click: Click) -> None:
    app = as_user(portal, owner, RECEIVABLES)
    click("tabla-deudores-COP-boton-0", 0)
    ran(app)
    listed = tables(app)
    assert "FE-3" in listed and "FE-4" in listed and "FE-2" not in listed
    assert "Solo Empresa ABC S.A.S." in app.text[1].value


def test_an_age_opens_what_falls_due_in_it(portal: Portal, owner: int, owed: None, click: Click) -> None:
    app = as_user(portal, owner, RECEIVABLES)
    click("tabla-edades-COP-boton-0", 0)
    assert "FE-4" in tables(ran(app)) and "FE-1" not in tables(app)


def test_the_list_of_one_customer_leads_back_to_all(portal: Portal, owner: int, owed: None, abc: int) -> None:
    app = as_user(portal, owner, DOCUMENTS)
    app.query_params["cliente"] = str(abc)
    assert "FE-2" not in tables(ran(app))
    assert "FE-2" in tables(press(app, "Ver todos los clientes"))


def test_what_nobody_has_opened_is_a_list_too(portal: Portal, owner: int, owed: None) -> None:
    app = press(as_user(portal, owner, RECEIVABLES), "Sin abrir (4)")
    assert "FE-3" in tables(app) and "RC-1" not in tables(app)


def test_a_past_date_is_told_as_it_was(portal: Portal, owner: int, owed: None) -> None:
    app = as_user(portal, owner, RECEIVABLES)
    app.date_input(key="fecha").set_value(date(2026, 2, 1))
    told = figures(ran(app))
    assert told == {"Por cobrar": "1.000,00", "Vencido": "1.000,00", "Cobrado en el mes": "0,00",
                    "Días de cartera": "90 días", "Saldo a favor de clientes": "0,00"}  # fmt: skip
    assert "01/02/2026" in app.info[0].value
    assert figures(press(app, "Volver a hoy"))["Por cobrar"] == "3.200,00"


def test_an_issuer_without_documents_is_told_what_will_be_here(portal: Portal) -> None:
    user = new_user(portal, "nueva@otra.example", "Nueva")
    add_party(portal, "900999888", "800111222")
    with portal.ledger.read() as conn:
        issuer = conn.exec_driver_sql("SELECT id FROM issuers WHERE tax_id = '900999888'").scalar_one()
    grant(portal, user, Role.READER, issuer)
    app = as_user(portal, user, RECEIVABLES)
    assert "Cuando entren tus primeras facturas" in app.info[0].value and not app.metric


def test_only_who_sees_all_of_the_issuer_is_told(portal: Portal, owner: int, issuer: int, pedro: int) -> None:
    with pytest.raises(NotFound):
        read_receivables(portal, acting(portal, pedro), issuer)
    assert not RECEIVABLES.opens_to(acting(portal, pedro))
    assert read_receivables(portal, acting(portal, owner), issuer).now
    ahead = read_receivables(portal, acting(portal, owner), issuer, date(2027, 1, 1))
    assert ahead.on == ahead.today


def test_a_debtor_leads_to_its_customer_and_a_document_says_whether_it_was_opened(
    portal: Portal, owner: int, owed: None, click: Click
) -> None:
    app = as_user(portal, owner, RECEIVABLES)
    click("tabla-deudores-COP-boton-1", 0)
    assert "Empresa ABC" in ran(app).subheader[0].value
    listed = as_user(portal, owner, DOCUMENTS)
    click("documentos-abrir", 1)
    assert "El cliente todavía no lo ha abierto." in [one.value for one in ran(listed).caption]
