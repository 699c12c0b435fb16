"""The first line of every page: who is this? Asked anew on each script run, so that an ended session shows nothing."""

from __future__ import annotations

from contextvars import ContextVar

import streamlit as st

from portal.app.looking_as import as_customer
from portal.app.reading import zone_of
from portal.app.sessions import session_actor
from portal.app.viewing import narrow
from portal.domain.access import Actor
from portal.domain.places import Place
from portal.errors import NotFound, SignInNeeded
from portal.ledger.audit import Where
from portal.ui.i18n import say
from portal.ui.state import looking_as, narrowed_to, portal, show_in_zone

_known: ContextVar[Actor | None] = ContextVar("actor", default=None)
SESSION, ADDRESS = "sid", "address"  # as `server.trustedUserHeaders` names the headers that the gate sets
_STRANGER = "pre-"


def begin_run() -> None:
    """At the start of a script run: whoever was known in the one before is asked for again."""
    _known.set(None)


def visitor() -> Actor | None:
    """Who has come in, by a link or by name; None for a stranger, and for who still owes a second factor."""
    session = str(st.user.get(SESSION) or "")
    if not session or session.startswith(_STRANGER):
        return None
    if _known.get() is None:
        _known.set(_looking(session_actor(portal(), session)))
    return _known.get()


def _looking(actor: Actor | None) -> Actor | None:
    """Whoever looks at the portal as a customer sees it is that customer here, and can do nothing."""
    asked = looking_as()
    if actor is None or asked is None:
        return actor
    return as_customer(portal(), actor, asked) or actor


def browser() -> str:
    """Which stranger's browser this is: the hash that codes and tickets are bound to; empty after the sign-in."""
    session = str(st.user.get(SESSION) or "")
    return session.removeprefix(_STRANGER) if session.startswith(_STRANGER) else ""


def where() -> Where:
    """From where this browser comes: the address that the gate found, and what the browser says it is."""
    return Where(str(st.user.get(ADDRESS) or ""), st.context.headers.get("User-Agent") or "")


def require_visitor(place: Place) -> Actor:
    """The visitor, narrowed to the account that the frame says, if the place opens to it.

    Else one friendly sentence, and the script stops here.
    """
    actor = visitor()
    if actor is None:
        st.info(say(SignInNeeded().text))
        st.stop()
    if not place.opens_to(actor):
        st.info(say(NotFound().text))
        st.stop()
    account = narrowed_to()
    seen = narrow(portal(), actor, *account) if account else actor
    show_in_zone(zone_of(portal(), {grant.issuer_id for grant in seen.grants}))
    return seen


def require_stranger() -> str:
    """The stranger's browser; who has come in stops here, and whose session has just ended is told what to do."""
    if not browser():
        if visitor() is None:
            st.info(say(SignInNeeded().text))
        st.stop()
    return browser()
