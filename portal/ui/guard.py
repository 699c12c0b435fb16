"""The first line of every page: who is this? Asked anew on each script run, so that an ended session shows nothing."""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st

from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.errors import SignInNeeded
from portal.ui.i18n import say
from portal.ui.state import portal

_known: ContextVar[Actor | None] = ContextVar("actor", default=None)
SESSION = "sid"  # as `server.trustedUserHeaders` names the header that the gate sets


def begin_run() -> None:
    """At the start of a script run: whoever was known in the one before is asked for again."""
    _known.set(None)


def require_customer() -> Actor:
    """The visitor, who sees exactly one customer; else one friendly sentence, and the script stops here."""
    actor = _known.get() or _visitor()
    if actor is None or len(actor.scope().customers) != 1:
        st.info(say(SignInNeeded().text))
        st.stop()
    _known.set(actor)
    return actor


def _visitor() -> Actor | None:
    session = st.user.get(SESSION)
    return session_actor(portal(), str(session)) if session else None
