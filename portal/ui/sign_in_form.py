"""The form of the sign-in page, and streamlit-authenticator's check of a password behind it.

The library's own form is left out, with its cookie, its files and its memory of who is signed in: it keeps password
managers away. It wants all its people in a dictionary: here is one that holds whoever tries to enter, and has a hash
for everybody, so that an unknown address costs the same work as a wrong password. Its session-state keys are never
read: what counts is the ticket that a right password gives.
"""

from __future__ import annotations

import secrets
from typing import Any

import streamlit as st
from streamlit_authenticator.controllers.authentication_controller import AuthenticationController

from portal.app.accounts.sign_in import begin_attempt, finish_attempt
from portal.app.accounts.turns import in_turn
from portal.domain.passwords import prehash
from portal.errors import PortalError
from portal.ledger.audit import Where
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import portal

_KEY = secrets.token_urlsafe(32)  # it signs nothing that we let out


def draw_sign_in(browser: str, where: Where) -> str | None:
    """The form; the ticket of whoever entered the right password. What went wrong is said below it."""
    controller = _Controller(browser, where)
    with st.form("entrar"):
        email = st.text_input(say(Text("Correo electrónico")), key="correo", autocomplete="username")
        password = st.text_input(say(Text("Contraseña")), type="password", key="clave", autocomplete="current-password")
        if st.form_submit_button(say(Text("Entrar")), type="primary"):
            controller.login(email, password)
    if controller.wrong:
        st.error(say(controller.wrong))
    return controller.ticket


class _Controller(AuthenticationController):  # type: ignore[misc]
    """Counts a try, looks one person up, lets the library compare, and makes the ticket."""

    def __init__(self, browser: str, where: Where) -> None:
        super().__init__({"usernames": {}}, auto_hash=False, secret_key=_KEY)
        self.browser, self.where = browser, where
        self.ticket: str | None = None
        self.wrong: Text | None = None

    def login(self, username: str | None = None, password: str | None = None, *_: Any, **_more: Any) -> bool:
        """What the form calls when it is sent."""
        if not username or not password:
            self.wrong = Text("Escribe tu correo y tu contraseña.")
            return False
        try:
            with in_turn(portal(), username, self.browser, self.where):
                attempt = begin_attempt(portal(), username, self.browser, self.where)
                person = {"password": attempt.stored, "email": attempt.email}
                self.authentication_model.credentials["usernames"] = {attempt.email: person}
                right = self.authentication_model.check_credentials(attempt.email, prehash(password))
            self.ticket = finish_attempt(portal(), attempt, bool(right)).token
        except PortalError as refused:
            if refused.status >= 500:
                raise
            self.wrong = refused.text
        return False
