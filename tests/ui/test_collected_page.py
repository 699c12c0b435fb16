"""The issuer's people read what came in, and decide about what is odd."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.payments.listing import waiting_payments
from portal.app.portal import Portal
from portal.domain.book import Cause
from portal.domain.places import COLLECTED
from portal.domain.roles import Role
from portal.ledger.tables import items
from tests.app.payments.till import Till, open_till
from tests.app.people import BOSS
from tests.factories import FrozenClock
from tests.signed_in import grant, new_user
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts


@pytest.fixture
def till(portal: Portal, clock: FrozenClock) -> Till:
    return open_till(portal, clock)


@pytest.fixture
def reader(portal: Portal, issuer: int) -> int:
    user_id = new_user(portal, "lee@ejemplar.example", "Lee")
    grant(portal, user_id, Role.READER, issuer)
    return user_id


def said(app: AppTest) -> str:
    kinds = (app.text, app.caption, app.markdown, app.subheader, app.info)
    return "\n".join(str(one.value).replace("\\", "") for kind in kinds for one in kind)


def drawn(app: AppTest) -> str:
    return "\n".join(one.value.to_csv() for one in app.table).replace("\\", "")


def test_an_empty_list_says_when_there_will_be_something(portal: Portal, owner: int) -> None:
    assert "Todavía no ha llegado ningún pago" in said(as_user(portal, owner, COLLECTED))


def test_what_waits_stands_first_and_a_click_opens_it(portal: Portal, owner: int, till: Till, click: Click) -> None:
    till.approve(till.start("FE-1"), amount=60_000)
    app = as_user(portal, owner, COLLECTED)
    first, rest = [one.value.to_csv() for one in app.dataframe]
    assert "Llegó menos de lo pedido" in first and "FE-1 600,00" in rest
    assert "En las cuentas: COP\u00a0600,00" in said(app)
    click("por-decidir-boton-0", 0)
    ran(app)
    assert "Se pidieron COP\u00a01.000,00 y llegaron COP\u00a0600,00" in said(app)
    assert app.query_params["pago"] == str(till.payments()[0].id)
    assert "Todos los cobros" in said(press(app, "Volver a la lista"))


def test_the_address_in_a_mail_opens_the_payment(portal: Portal, owner: int, till: Till) -> None:
    till.approve(till.start("FE-1"))
    app = as_user(portal, owner, COLLECTED)
    app.query_params["pago"] = str(till.payments()[0].id)
    told = drawn(ran(app))
    for words in ("Se creó el cobro por", "El proveedor dice: t1, aprobado", "a la cuenta del cliente", "El pagador"):
        assert words in told
    app.query_params["pago"] = "1"
    assert "No encontramos" in errors(ran(app))[0]


def test_money_that_is_in_the_account_is_marked_as_reviewed(portal: Portal, owner: int, till: Till) -> None:
    till.approve(till.start("FE-1"), amount=60_000)
    app = opened(portal, owner, till)
    app.text_input(key=f"nota-{till.payments()[0].id}").set_value("Llamé al cliente")
    assert toasts(press(app, "Dar por revisado")) == ["Pago revisado."]
    assert waiting_payments(portal, BOSS, 10) == []
    assert "Se dio por revisado. Llamé al cliente" in drawn(app) and "Marta Ríos" in drawn(app)


def test_money_kept_apart_is_credited(portal: Portal, owner: int, till: Till) -> None:
    till.approve(till.start("FE-1"), currency="USD")
    app = opened(portal, owner, till)
    assert "Se pidió en COP y llegaron USD" in said(app)
    assert "saldo a favor" in toasts(press(app, "Abonar como saldo a favor"))[0]
    with portal.ledger.read() as conn:
        row = conn.execute(items.select().where(items.c.cause == Cause.PAYMENT)).one()
    assert (row.currency, row.person.partition(":")[0]) == ("USD", "user")
    assert "Se decidió abonarlo" in drawn(app)


def test_money_of_another_customer_is_credited_there(portal: Portal, owner: int, till: Till) -> None:
    till.approve(till.start("FE-1"), receiver="otra")
    app = opened(portal, owner, till)
    payment = till.payments()[0]
    app.toggle(key=f"otro-{payment.id}").set_value(True)
    options = ran(app).selectbox(key=f"cliente-pago-{payment.id}")
    options.set_value(next(one for one in _customers(portal) if one != payment.customer_id))
    press(ran(app), "Abonar como saldo a favor")
    assert till.payments()[0].customer_id != payment.customer_id


def test_money_that_is_not_the_issuers_needs_a_reason(portal: Portal, owner: int, till: Till) -> None:
    till.approve(till.start("FE-1"), live=False)
    app = opened(portal, owner, till)
    assert [one.label for one in app.button if "Abonar" in one.label] == []
    assert "Escribe por qué" in errors(press(app, "No se abona"))[0]
    app.text_input(key=f"nota-{till.payments()[0].id}").set_value("Era una prueba")
    assert toasts(press(app, "No se abona")) == ["Decisión guardada."]
    assert till.payments()[0].settled_note == "Era una prueba"


def test_who_only_reads_sees_why_it_waits_and_has_no_buttons(portal: Portal, reader: int, till: Till) -> None:
    till.approve(till.start("FE-1"), receiver="otra")
    app = opened(portal, reader, till)
    assert "Espera la decisión" in said(app)
    assert [one.label for one in app.button if one.label != "Volver a la lista"] == []


def test_refunds_stand_below_their_payment(portal: Portal, owner: int, till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.approve(checkout, refunded=40_000)
    app = as_user(portal, owner, COLLECTED)
    assert "Reembolso" in tables(app) and "FE-1 600,00" in tables(app)
    assert "Se devolvió COP\u00a0400,00" in drawn(opened(portal, owner, till))


def test_the_files_are_links_to_our_own_route(portal: Portal, owner: int, till: Till, issuer: int) -> None:
    till.approve(till.start("FE-1"))
    app = as_user(portal, owner, COLLECTED)
    app.text_input(key="buscar").set_value("t1 abc")
    links = [one.proto.url for one in ran(app).get("link_button")]
    assert f"/payments/{issuer}.csv?codes=1&search=t1+abc" in links


def opened(portal: Portal, user: int, till: Till) -> AppTest:
    app = as_user(portal, user, COLLECTED)
    app.query_params["pago"] = str(till.payments()[0].id)
    return ran(app)


def _customers(portal: Portal) -> list[int]:
    from portal.ledger.tables import customers

    with portal.ledger.read() as conn:
        return [int(row.id) for row in conn.execute(customers.select())]
