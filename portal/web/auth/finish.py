"""`/auth/finish`: where the sign-in form hands the browser over. Its ticket is good once, a minute, in one browser."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.accounts.tickets import redeem_ticket
from portal.app.portal import Portal
from portal.web.auth.entry import browser_of, let_in, where_from
from portal.web.sockets import Sockets


def finish_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    async def finish(request: Request) -> Response:
        ticket, to = request.query_params.get("ticket", ""), request.query_params.get("next", "/")
        browser = browser_of(request, portal.settings)
        session_token = await run_in_threadpool(redeem_ticket, portal, ticket, browser, where_from(request))
        return await let_in(request, portal, sockets, session_token, to)

    return [Route("/auth/finish", finish)]
