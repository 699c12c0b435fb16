"""Whoever has come in asks for a page by its address: whether it opens to them, before Streamlit draws anything.

Streamlit itself would show its first page with a word of its own, in English.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor, Right
from portal.domain.places import HOME, PLACES, SIGN_IN, first_place
from portal.errors import NotFound
from portal.web.calm import HEADERS, TITLE, keep_language, sentence_page

_BY_PATH = {f"/{place.address}": place for place in PLACES}
PAGES = frozenset(_BY_PATH)


UPLOADS = "/_stcore/upload_file/"  # where Streamlit takes the files that are dropped on a page
_SENDS = frozenset({"PUT", "DELETE", "OPTIONS"})


def upload_answer(portal: Portal, connection: HTTPConnection, token_hash: str) -> Response | None:
    """None for whoever may import documents somewhere: no other page takes files this way, and they fill memory."""
    actor = session_actor(portal, token_hash)
    if actor is not None and connection.scope["method"] in _SENDS and not actor.scope(Right.IMPORT).empty:
        return None
    return sentence_page(connection, TITLE, NotFound().text, 404)


def page_answer(portal: Portal, connection: HTTPConnection, token_hash: str) -> Response | None:
    """None where the page opens. Where it does not: the same 404 as for what does not exist, but for who sees nothing
    yet, whom the start tells the next step.
    """
    actor, place = session_actor(portal, token_hash), _BY_PATH[connection.scope["path"]]
    if (place is HOME and not place.opens_to(actor)) or (place is first_place(actor) and place is not SIGN_IN):
        query = connection.scope["query_string"].decode("latin-1")
        return _on(connection, f"/?{query}" if query else "/")
    if actor is None or place.opens_to(actor):
        return None
    if place is SIGN_IN:
        return _on(connection, _past_the_sign_in(connection, actor))
    if actor.user_id is not None and actor.scope().empty:
        return _on(connection, "/")
    return sentence_page(connection, TITLE, NotFound().text, 404)


def _past_the_sign_in(connection: HTTPConnection, actor: Actor) -> str:
    """Whoever came by a link may still sign in by name: by a code, because the sign-in page is for strangers."""
    if actor.user_id is not None:
        return "/"
    return f"/auth/code?{urlencode({'next': connection.query_params.get('next', '/')})}"


def _on(connection: HTTPConnection, to: str) -> Response:
    return RedirectResponse(keep_language(connection, to), 303, headers=HEADERS)
