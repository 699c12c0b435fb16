"""Letting somebody in: the session's cookie, and the way to where they wanted to go."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.app.portal import Portal
from portal.app.sessions import awaits_second_factor, end_session, find_session
from portal.config import Settings
from portal.domain.places import PLACES, Audience
from portal.domain.tokens import session_hash
from portal.ledger.audit import Where
from portal.web.calm import HEADERS, keep_language
from portal.web.cookies import cookie_hash, set_cookie
from portal.web.gate import client_address
from portal.web.sockets import Sockets
from portal.web.strangers import browser_hash

_OPEN = frozenset(f"/{place.address}" for place in PLACES if place.audience is not Audience.STRANGER) | {"/"}
_SHOP = "/q/"
SECOND_FACTOR = "/auth/second-factor"


def where_from(request: Request) -> Where:
    """From where a request comes, for the audit and the counters."""
    return Where(client_address(request), request.headers.get("user-agent", ""))


def browser_of(request: Request, settings: Settings) -> str:
    """Which browser asks: the hash of its cookie, empty if it has none yet."""
    return browser_hash(request, settings) or ""


async def let_in(request: Request, portal: Portal, sockets: Sockets, session_token: str, to: str) -> Response:
    """Set the new session's cookie and go on, by way of the second factor where one is on.

    The session that this browser had ends, and its sockets with it (OWASP ASVS 5.0, 7.2.4).
    """
    before, token_hash = cookie_hash(request, portal.settings), session_hash(session_token)
    if before and before != token_hash:
        await run_in_threadpool(end_session, portal, before, where_from(request))
        sockets.close(before)
    owes = await run_in_threadpool(_owes, portal, token_hash)
    way = f"{SECOND_FACTOR}?{urlencode({'next': safe_next(to)})}" if owes else safe_next(to)
    answer = RedirectResponse(keep_language(request, way), 303, headers=HEADERS)
    set_cookie(answer, portal.settings, session_token)
    return answer


def _owes(portal: Portal, token_hash: str) -> bool:
    session = find_session(portal, token_hash)
    return session is not None and awaits_second_factor(portal, session)


def safe_next(asked: str) -> str:
    """A page of ours that an address names, with its query; the first page for anything else."""
    here = asked.startswith("/") and not asked.startswith("//") and asked.isprintable() and "\\" not in asked
    parts = urlsplit(asked if here else "/")
    known = parts.path in _OPEN or parts.path.startswith(_SHOP)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.path}{query}" if known else "/"
