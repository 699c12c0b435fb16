"""On the collections page: yesterday at each provider, equal or not, and each difference a click away."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.payments.daily import compare_by_hand, read_comparisons
from portal.app.portal import Portal
from portal.domain.payments import Standing, Transaction
from portal.domain.places import COLLECTED
from tests.app.payments.mornings import went
from tests.app.payments.till import Till, open_till
from tests.app.people import BOSS
from tests.factories import FrozenClock
from tests.ui.conftest import Click
from tests.ui.hands import as_user, press, ran


@pytest.fixture
def till(portal: Portal, clock: FrozenClock) -> Till:
    return open_till(portal, clock)


def next_day(till: Till, issuer: int) -> None:
    till.clock.forward(days=1)
    compare_by_hand(till.portal, BOSS, issuer)


def boxes(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for kind in (app.success, app.info, app.warning) for one in kind]


def test_nothing_stands_there_before_the_first_comparison(portal: Portal, owner: int, till: Till) -> None:
    app = as_user(portal, owner, COLLECTED)
    assert not [one for one in app.subheader if "proveedores" in one.value]


def test_yesterday_was_equal(portal: Portal, owner: int, till: Till, issuer: int) -> None:
    till.approve(went(till, "FE-1"))
    next_day(till, issuer)
    assert "Falsa · Ayer: igual. Pagos: 1 · COP\u00a01.000,00" in boxes(as_user(portal, owner, COLLECTED))
    till.clock.forward(days=1)
    app = as_user(portal, owner, COLLECTED)
    assert [one for one in app.text if "todavía no se han comparado" in one.value]
    assert "Igual" in app.dataframe[0].value.to_csv()


def test_a_difference_is_told_and_a_click_opens_its_payment(
    portal: Portal, owner: int, till: Till, issuer: int, click: Click
) -> None:
    till.told(went(till, "FE-1"))
    next_day(till, issuer)
    app = as_user(portal, owner, COLLECTED)
    assert "Falsa · Ayer: no coincide. Diferencias: 1. Pagos: 1 · COP\u00a01.000,00" in boxes(app)
    row = app.dataframe[0].value.to_csv()
    assert "El proveedor lo tiene pagado y aquí no estaba" in row and "Ya quedó registrado" in row
    first = read_comparisons(portal, BOSS, issuer).found[0]
    (again,) = compare_by_hand(till.portal, BOSS, issuer)
    assert again.compared.differences == ()
    app = ran(app)
    assert "Falsa · Ayer: igual. Pagos: 1 · COP\u00a01.000,00" in boxes(app)
    click(f"diferencias-{first.id}-boton-0", 0)
    ran(app)
    assert app.query_params["pago"] == str(till.payments()[0].id)


def test_what_could_not_be_compared_is_not_called_equal(portal: Portal, owner: int, till: Till, issuer: int) -> None:
    till.approve(went(till, "FE-1"))
    till.provider.down = True
    next_day(till, issuer)
    (box,) = boxes(as_user(portal, owner, COLLECTED))
    assert box.startswith("Falsa · Ayer: no se pudo comparar: el proveedor no responde (apagado). Se intenta")


def test_money_of_no_checkout_is_given_to_a_customer_from_here(
    portal: Portal, owner: int, till: Till, issuer: int
) -> None:
    till.provider.lists, reference = True, "FE9-23456789ABCDX"
    odd = Transaction("x1", reference, Standing.APPROVED, 70_000, "COP", True, receiver="tienda", at=till.clock.now())
    till.provider.book[reference] = [odd]
    next_day(till, issuer)
    app = as_user(portal, owner, COLLECTED)
    assert "Sin cliente" in app.dataframe[0].value.to_csv()
    assert "Apartado: falta decidir" in app.dataframe[1].value.to_csv()
    app.query_params["pago"] = str(till.payments()[0].id)
    customer = till.bill("FE-1")[1].customer_id
    ran(app).selectbox(key=f"cliente-pago-{till.payments()[0].id}").set_value(customer)
    press(ran(app), "Abonar como saldo a favor")
    assert till.payments()[0].item_id is not None
    (again,) = compare_by_hand(till.portal, BOSS, issuer)
    assert again.compared.differences == ()
