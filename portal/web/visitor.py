"""Who asks one of our own routes: the session that the gate let through, as an actor."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.web.gate import SESSION_HEADER
from portal.web.strangers import MARK


async def visitor(request: Request, portal: Portal) -> Actor | None:
    """The visitor with the rights of this moment; None for a stranger."""
    session = request.headers.get(SESSION_HEADER.decode(), "")
    if not session or session.startswith(MARK):
        return None
    return await run_in_threadpool(session_actor, portal, session)
