"""Who needs the numbers sees them over time: a sentence, a chart, a table and a file for each question."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.domain.documents import Kind
from portal.domain.places import TRENDS
from portal.domain.roles import Role
from portal.ui import late_payers_view
from portal.ui.state import portal as here
from tests.factories import ABC, EJEMPLAR, bring, facts, pays
from tests.signed_in import customer_named, grant, issuer_named, new_user
from tests.ui.conftest import Click
from tests.ui.hands import as_user, ran, tables


@pytest.fixture
def analyst(portal: Portal) -> int:
    user = new_user(portal, "ana@ejemplar.example")
    grant(portal, user, Role.ANALYST, issuer_named(portal, EJEMPLAR.name))
    return user


def paid_late(portal: Portal) -> None:
    """An invoice that fell due on 20 February and was paid on 3 March."""
    bring(
        portal,
        facts("FE-3", 1000, customer=ABC, issue_date=date(2026, 2, 2), due_date=date(2026, 2, 20)),
        facts("RC-1", 1000, Kind.RECEIPT, customer=ABC, issue_date=date(2026, 3, 3), references=pays("FE-3")),
    )


def said(app: AppTest) -> str:
    return "\n".join(one.value.replace("\\", "") for kind in (app.text, app.info) for one in kind)


def test_each_chart_says_what_it_shows_and_has_its_table_and_files(portal: Portal, analyst: int) -> None:
    paid_late(portal)
    app = as_user(portal, analyst, TRENDS)
    assert [one.value for one in app.subheader] == [
        "Saldo en el tiempo", "Cartera por edades en el tiempo", "Recaudo por método de pago",
        "Días de mora al pagar", "Quién paga más tarde",
    ]  # fmt: skip
    assert "La mitad de lo pagado llegó 11 días o más después de vencer." in said(app)
    assert "Entraron COP\u00a01.000,00" in said(app)
    assert len(app.table) == 4 and len(app.get("vega_lite_chart")) == 4
    issuer = issuer_named(here(), EJEMPLAR.name)
    links = [one.proto.url for one in app.get("link_button")]
    assert len(links) == 10
    assert links[0].startswith(f"/trends/{issuer}.csv?chart=balance&currency=COP&from=")


def test_a_customer_who_pays_late_leads_to_its_documents(
    portal: Portal, analyst: int, click: Click, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid_late(portal)
    went: list[object] = []
    monkeypatch.setattr(late_payers_view, "show_list", went.append)
    app = as_user(portal, analyst, TRENDS)
    assert ABC.name in tables(app)
    click("pagan-tarde-boton-0", 0)
    ran(app)
    assert went == [{"cliente": str(customer_named(portal, ABC.name)), "moneda": "COP"}]


def test_one_customers_books_are_told_alone(portal: Portal, analyst: int) -> None:
    paid_late(portal)
    app = as_user(portal, analyst, TRENDS)
    customer = customer_named(portal, ABC.name)
    app.query_params["cliente"] = str(customer)
    app = ran(app)
    assert f"customer={customer}" in app.get("link_button")[0].proto.url
    assert "Quién paga más tarde" not in [one.value for one in app.subheader]


def test_nothing_paid_and_a_period_before_everything_say_so(portal: Portal, analyst: int) -> None:
    app = as_user(portal, analyst, TRENDS)
    assert said(app).count("Nada por mostrar en este periodo") == 2
    app.selectbox(key="periodo").select("año-pasado")
    assert said(ran(app)).count("Nada por mostrar en este periodo") == 4
