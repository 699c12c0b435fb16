"""«Mi cuenta»: what a person changes about themselves, sees, takes along, and how they leave."""

from __future__ import annotations

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from portal.app.accounts.my_sessions import sessions_of
from portal.app.accounts.passwords import fits
from portal.app.portal import Portal
from portal.domain.places import ACCOUNT
from portal.ledger.users import User, user_by_id
from portal.ui import account_view
from portal.ui.nav import script
from tests.factories import ABC, FrozenClock
from tests.signed_in import new_user, signed_in
from tests.ui.conftest import Click, Visit
from tests.ui.hands import acting, as_user, errors, press, ran, tables, toasts

GOOD = "una frase larga y rara 42"


def user(portal: Portal, user_id: int) -> User:
    with portal.ledger.read() as conn:
        found = user_by_id(conn, user_id)
    assert found is not None
    return found


def part(portal: Portal, user_id: int, name: str) -> AppTest:
    app = as_user(portal, user_id, ACCOUNT)
    app.segmented_control(key="parte").set_value(name)
    return ran(app)


@pytest.fixture
def sent_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the page sent the browser."""
    addresses: list[str] = []
    monkeypatch.setattr(account_view, "go_to", addresses.append)
    return addresses


def test_the_holder_of_a_link_has_no_account(portal: Portal, visit: Visit) -> None:
    app = AppTest.from_file(str(script(ACCOUNT)), default_timeout=30)
    app.user = {"sid": visit(ABC.name)}
    assert len(ran(app).info) == 1 and not app.button


def test_name_and_language_are_kept(portal: Portal, pedro: int) -> None:
    app = as_user(portal, pedro, ACCOUNT)
    app.text_input(key="nombre").set_value(" Pedro \n Páramo ")
    app.selectbox(key="idioma-cuenta").set_value("en")
    assert toasts(press(app, "Guardar")) == ["Perfil guardado."]
    assert (user(portal, pedro).name, user(portal, pedro).language) == ("Pedro Páramo", "en")
    app.text_input(key="nombre").set_value("  ")
    assert errors(press(app, "Guardar")) == ["Escribe tu nombre."]


class TestPassword:
    def change(self, app: AppTest, new: str, again: str = "", old: str | None = None) -> AppTest:
        if old is not None:
            app.text_input(key="anterior").set_value(old)
        app.text_input(key="nueva").set_value(new)
        app.text_input(key="otra-vez").set_value(again or new)
        return press(app, "Guardar contraseña")

    def test_a_first_one_is_set_and_then_changed_by_the_old_one(self, portal: Portal, pedro: int) -> None:
        app = part(portal, pedro, "contraseña")
        assert toasts(self.change(app, GOOD)) == ["Contraseña guardada."]
        assert fits(GOOD, user(portal, pedro).password_hash or "")
        assert "no es esa" in errors(self.change(app, "otra frase también rara", old="adivinada"))[0]
        assert toasts(self.change(app, "otra frase también rara", old=GOOD))

    def test_two_that_differ_and_a_weak_one_change_nothing(self, portal: Portal, pedro: int) -> None:
        app = part(portal, pedro, "contraseña")
        assert "no son iguales" in errors(self.change(app, GOOD, "otra"))[0]
        assert errors(self.change(app, "12345678")) and user(portal, pedro).password_hash is None

    def test_other_devices_are_signed_out_and_this_one_stays(self, portal: Portal, pedro: int) -> None:
        signed_in(portal, pedro)
        self.change(part(portal, pedro, "contraseña"), GOOD)
        assert len(sessions_of(portal, pedro)) == 1


def test_the_second_factor_is_turned_on_with_its_codes_shown_once_and_off_again(
    portal: Portal, pedro: int, clock: FrozenClock
) -> None:
    app = press(part(portal, pedro, "dos-pasos"), "Activar")
    secret = app.code[0].value
    app.text_input(key="codigo").set_value("000000")
    assert errors(press(app, "Confirmar")) and user(portal, pedro).totp_on_at is None
    app.text_input(key="codigo").set_value(pyotp.TOTP(secret).at(clock.now()))
    codes = press(app, "Confirmar").code[0].value.split("\n")
    assert len(codes) == 10 and user(portal, pedro).totp_on_at is not None
    assert not press(app, "Ya los guardé").code
    app.text_input(key="codigo-final").set_value(codes[0])
    assert toasts(press(app, "Desactivar")) and user(portal, pedro).totp_on_at is None


class TestDevices:
    def test_each_is_named_in_plain_words_and_ended_by_its_button(
        self, portal: Portal, pedro: int, clock: FrozenClock, click: Click
    ) -> None:
        signed_in(portal, pedro)
        clock.forward(minutes=5)
        app = part(portal, pedro, "dispositivos")
        assert "Chrome en Android (este),203.0.113.9" in tables(app)
        click("sesiones-boton-0", 1)
        assert toasts(ran(app)) == ["Sesión cerrada."] and len(sessions_of(portal, pedro)) == 1

    def test_signing_out_everywhere_ends_this_one_too(self, portal: Portal, pedro: int, sent_to: list[str]) -> None:
        press(part(portal, pedro, "dispositivos"), "Cerrar sesión en todas partes")
        assert sessions_of(portal, pedro) == [] and sent_to == ["/"]


class TestWhatISee:
    def test_it_says_why_and_everybody_may_give_up_their_own(self, portal: Portal, pedro: int, click: Click) -> None:
        app = part(portal, pedro, "accesos")
        assert "Ejemplar S.A.S.,Empresa ABC S.A.S.,Cliente" in tables(app) and "Por invitación." in tables(app)
        click("accesos-boton-0", 0)
        assert toasts(press(ran(app), "Renunciar")) and acting(portal, pedro).scope().empty
        assert "nadie te ha dado acceso" in app.info[0].value

    def test_who_sees_nothing_is_told_the_next_step_at_home(self, portal: Portal) -> None:
        app = as_user(portal, new_user(portal, "sola@nadie.example", "Sola"), ACCOUNT)
        app.switch_page(str(script(ACCOUNT).parent / "customer" / "inicio.py"))
        said = "\n".join(one.value for one in ran(app).markdown)
        assert "QR" in said and "enlace personal" in said and "invite" in said


class TestLeaving:
    def test_a_wrong_address_deletes_nothing(self, portal: Portal, pedro: int, sent_to: list[str]) -> None:
        app = part(portal, pedro, "datos")
        app.text_input(key="confirmar-correo").set_value("pedro")
        assert "escríbelo completo" in errors(press(app, "Eliminar mi cuenta"))[0]
        assert user(portal, pedro).deleted_at is None and sent_to == []

    def test_the_own_address_typed_out_deletes_the_account(
        self, portal: Portal, pedro: int, sent_to: list[str]
    ) -> None:
        app = part(portal, pedro, "datos")
        app.text_input(key="confirmar-correo").set_value(" Pedro@ABC.example ")
        press(app, "Eliminar mi cuenta")
        assert user(portal, pedro).deleted_at is not None and sent_to == ["/"]

    def test_the_last_owner_is_told_to_name_another_one(self, portal: Portal, owner: int, sent_to: list[str]) -> None:
        app = part(portal, owner, "datos")
        app.text_input(key="confirmar-correo").set_value("duena@ejemplar.example")
        assert "nombra primero a otra" in errors(press(app, "Eliminar mi cuenta"))[0] and sent_to == []
