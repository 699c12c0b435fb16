"""The first line of every page: who is this? Asked anew on each script run, so that an ended session shows nothing."""

from __future__ import annotations

import streamlit as st

from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.errors import SignInNeeded
from portal.ui.i18n import say
from portal.ui.state import portal

SESSION = "sid"  # as `server.trustedUserHeaders` names the header that the gate sets


def require_customer() -> Actor:
    """The visitor, who sees exactly one customer; else one friendly sentence, and the script stops here."""
    session = st.user.get(SESSION)
    actor = session_actor(portal(), str(session)) if session else None
    if actor is None or len(actor.scope().customers) != 1:
        st.info(say(SignInNeeded().text))
        st.stop()
    return actor
