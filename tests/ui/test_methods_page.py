"""An issuer sets up with what it is paid: keys go in and never come out, a try is told, payers' view is shown."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from portal.app.jobs import run_job
from portal.app.payments.accounts import list_accounts, set_account
from portal.app.payments.rules import read_offers
from portal.app.portal import Portal
from portal.domain.checkouts import Rules
from portal.domain.places import METHODS
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.payment_accounts import change_account
from portal.ledger.tables import outbox
from portal.ui.nav import script
from tests.app.people import BOSS
from tests.factories import FrozenClock
from tests.signed_in import grant, new_user, signed_in
from tests.ui.hands import acting, as_user, errors, press, ran, toasts

KEYS = {
    "public_key": "pub_test_X0zDA9xoKdePzhd8a0x9HAez7HgGO2fH",
    "private_key": "prv_test_NOLODIGAS1",
    "integrity_secret": "test_integrity_NOLODIGAS2",
    "events_secret": "test_events_NOLODIGAS3",
}


def fill(app: AppTest, keys: dict[str, str], turn: int = 0, account: str = "nueva") -> AppTest:
    for name, value in keys.items():
        app.text_input(key=f"wompi-{account}-{turn}-{name}").set_value(value)
    return app


def said(app: AppTest) -> str:
    kinds = (app.text, app.caption, app.markdown, app.success, app.warning, app.error, app.info, app.code)
    return "\n".join(str(one.value).replace("\\", "") for kind in kinds for one in kind)


def work(portal: Portal) -> None:
    with portal.ledger.read() as conn:
        ids = list(conn.execute(select(outbox.c.id).where(outbox.c.queue == "payments")).scalars())
    for job_id in ids:
        run_job(portal, job_id)


@pytest.fixture
def account(portal: Portal, issuer: int) -> int:
    return set_account(portal, BOSS, issuer, "sandbox", {"secret": "NOLODIGAS-9"}).row.id


def test_the_first_account_is_set_up_and_its_address_stands_there_to_copy(
    portal: Portal, owner: int, issuer: int
) -> None:
    app = as_user(portal, owner, METHODS)
    assert "todavía no pueden pagar en línea" in app.info[0].value and app.expander[0].proto.expanded
    app.segmented_control(key="proveedor-nuevo").set_value("wompi")
    ran(app)
    kinds = {
        one.label: one.proto.type for one in app.text_input if "llave" in one.label.lower() or "Secreto" in one.label
    }
    assert set(kinds.values()) == {0, 1} and kinds["Llave privada"] == 1 and kinds["Llave pública"] == 0
    fill(app, KEYS)
    assert "Cuenta guardada" in toasts(press(app, "Guardar la cuenta"))[0]
    (made,) = list_accounts(portal, acting(portal, owner), issuer)
    assert (made.row.provider, made.row.live) == ("wompi", False)
    assert made.webhook in [one.value for one in app.code]
    assert "NOLODIGAS" not in said(app) and all("NOLODIGAS" not in str(one.value) for one in app.text_input)


def test_wrong_keys_are_said_and_what_was_typed_stays_for_another_try(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, METHODS)
    app.segmented_control(key="proveedor-nuevo").set_value("wompi")
    fill(ran(app), KEYS | {"private_key": "prv_prod_NOLODIGAS1"})
    press(app, "Guardar la cuenta")
    assert "mismo ambiente" in errors(app)[0] and "NOLODIGAS" not in said(app)
    assert app.text_input(key="wompi-nueva-0-public_key").value == KEYS["public_key"]
    assert list_accounts(portal, BOSS, issuer) == []


def test_a_try_is_done_by_a_job_and_its_result_told(
    portal: Portal, owner: int, account: int, clock: FrozenClock
) -> None:
    app = as_user(portal, owner, METHODS)
    assert "no se ha probado" in said(app)
    app.button(key=f"probar-{account}").click()
    assert "Probando la conexión…" in said(ran(app))
    clock.forward(seconds=1)
    work(portal)
    assert "La pasarela de prueba está lista" in ran(app).success[0].value


def test_a_try_that_nobody_does_is_not_waited_for_for_ever(
    portal: Portal, owner: int, account: int, clock: FrozenClock
) -> None:
    app = as_user(portal, owner, METHODS)
    app.button(key=f"probar-{account}").click()
    ran(app)
    clock.forward(minutes=3)
    assert "Probando" not in said(ran(app))


def test_how_the_last_notice_came_in_is_told(portal: Portal, owner: int, issuer: int) -> None:
    account = set_account(portal, BOSS, issuer, "wompi", KEYS).row.id
    assert "ningún aviso" in said(as_user(portal, owner, METHODS))
    for genuine, words in ((True, "llegó bien"), (False, "no era auténtico")):
        with portal.ledger.write("test") as unit:
            change_account(unit, account, noticed_at=unit.now, notice_genuine=genuine)
            unit.commit()
        assert words in said(as_user(portal, owner, METHODS))


def test_switched_off_and_taken_away(portal: Portal, owner: int, account: int, issuer: int) -> None:
    app = as_user(portal, owner, METHODS)
    assert "Pagar con Pasarela de prueba" in said(app)
    assert "ya no se ofrece" in toasts(press(app, "Apagar"))[0]
    assert "Nadie puede pagar en línea en COP" in said(app)
    assert "ya se ofrece" in toasts(press(app, "Encender"))[0]
    app.button(key=f"quitar-{account}").click()
    assert toasts(ran(app)) == ["Cuenta quitada."]
    assert list_accounts(portal, BOSS, issuer) == []


def test_other_keys_for_an_account(portal: Portal, owner: int, issuer: int) -> None:
    made = set_account(portal, BOSS, issuer, "wompi", KEYS).row.id
    app = as_user(portal, owner, METHODS)
    fill(app, KEYS | {"public_key": "pub_test_OTRA"}, account=str(made))
    assert "Credenciales guardadas" in toasts(press(app, "Guardar credenciales"))[0]
    assert [one.row.receiver for one in list_accounts(portal, BOSS, issuer)] == ["pub_test_OTRA"]


def test_the_rules_of_a_currency_are_saved(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, METHODS)
    app.toggle(key=f"abonos-{issuer}-COP").set_value(False)
    app.text_input(key=f"minimo-{issuer}-COP").set_value("20.000")
    app.text_input(key=f"diferencia-{issuer}-COP").set_value("0,50")
    assert toasts(press(app, "Guardar reglas")) == ["Reglas guardadas."]
    assert read_offers(portal, BOSS, issuer)[0].rules == Rules(False, 2_000_000, 50)
    app.text_input(key=f"diferencia-{issuer}-COP").set_value("5.000")
    assert "hasta 100.00 COP" in errors(press(app, "Guardar reglas"))[0]


def test_who_collects_does_not_see_accounts(portal: Portal, issuer: int, account: int) -> None:
    collector = new_user(portal, "leo@ejemplar.example", "Leo")
    grant(portal, collector, Role.COLLECTOR, issuer)
    app = AppTest.from_file(str(script(METHODS)), default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, collector))}
    assert "No encontramos" in ran(app).info[0].value and not app.code
