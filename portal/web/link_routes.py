"""`/l/{token}`: a personal link. Looking is harmless; only the POST is a visit, so mail scanners open nothing."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.links import check_link, open_link
from portal.app.portal import Portal
from portal.text import Text
from portal.web.calm import HEADERS, button_page
from portal.web.cookies import cookie_hash, set_cookie
from portal.web.sockets import Sockets


def link_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    """LinkClosed, for a token that opens nothing, is answered by `failures`: one page, whatever the reason."""

    async def look(request: Request) -> Response:
        await run_in_threadpool(check_link, portal, request.path_params["token"])
        return button_page(
            request,
            Text("Tus documentos te esperan"),
            Text("Este enlace es personal: no lo compartas."),
            Text("Ver mis documentos"),
            posts_itself=True,
        )

    async def visit(request: Request) -> Response:
        before = cookie_hash(request, portal.settings)
        session_token = await run_in_threadpool(
            open_link,
            portal,
            request.path_params["token"],
            request.client.host if request.client else "",
            request.headers.get("user-agent", ""),
            before,
        )
        if before:
            sockets.close(before)
        answer = RedirectResponse("/", 303, headers=HEADERS)
        set_cookie(answer, portal.settings, session_token)
        return answer

    return [Route("/l/{token:path}", look), Route("/l/{token:path}", visit, methods=["POST"])]
