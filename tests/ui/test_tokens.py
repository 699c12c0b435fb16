"""Tokens of the API on the page Ajustes: shown once, listed, revoked after a second click."""

from __future__ import annotations

from portal.app.api_tokens import list_tokens, token_actor
from portal.app.portal import Portal
from portal.domain.places import SETTINGS
from tests.app.people import BOSS
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts


def test_a_token_is_made_shown_once_and_revoked(portal: Portal, owner: int, issuer: int, click: Click) -> None:
    app = as_user(portal, owner, SETTINGS)
    assert not app.code and "Claves de la API" in [one.value for one in app.subheader]
    app.text_input(key="clave-nombre-0").set_value("Siigo")
    assert toasts(press(app, "Crear clave")) == ["Clave creada."]
    token = app.code[0].value
    assert token_actor(portal, token).issuer_id == issuer
    assert f"Siigo,{token[-4:]},Leer pagos,Activa" in tables(app)
    assert not ran(app).code and token not in tables(app)
    click("claves-boton-0", 0)
    ran(app)
    assert toasts(press(app, "Revocar")) == ["Clave revocada."]
    assert list_tokens(portal, BOSS, issuer)[0].row.revoked_at is not None and "Revocada" in tables(app)


def test_a_token_needs_a_name(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, SETTINGS)
    assert "Escribe para qué es la clave" in errors(press(app, "Crear clave"))[0]
    assert list_tokens(portal, BOSS, issuer) == []
