"""The person who looks, and from where: for what they do themselves."""

from __future__ import annotations

import streamlit as st

from portal.app.sessions import find_session
from portal.errors import SignInNeeded
from portal.ledger.audit import Where
from portal.ledger.sessions import Session
from portal.ledger.users import User
from portal.text import Text
from portal.ui.guard import SESSION
from portal.ui.state import portal


def my_session() -> Session:
    """This browser's living session. Raises SignInNeeded when it has just ended."""
    session = find_session(portal(), str(st.user.get(SESSION) or ""))
    if session is None:
        raise SignInNeeded()
    return session


def myself() -> User:
    """Who has signed in. Raises SignInNeeded for the holder of a link."""
    user = my_session().user
    if user is None:
        raise SignInNeeded(Text("Entra con tu correo para ver esta página."))
    return user


def here() -> Where:
    """From where this session came in, and what the browser says it is."""
    return Where(my_session().address or "", st.context.headers.get("User-Agent") or "")
