"""`/sign-out`: GET asks, POST ends the session. The gate has checked that the POST comes from our own page."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.sessions import end_session
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import HEADERS, button_page, keep_language
from portal.web.cookies import clear_cookie
from portal.web.gate import trusted_session
from portal.web.sockets import Sockets
from portal.web.visitor import visitor

_TITLE = Text("¿Cerrar la sesión?")
_BY_LINK = Text("Para volver a entrar abre otra vez tu enlace personal.")
_BY_NAME = Text("Para volver a entrar necesitas tu contraseña o un código al correo.")


def session_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    async def ask(request: Request) -> Response:
        actor = await visitor(request, portal)
        known = actor is not None and actor.user_id is not None
        back = (Text("Volver sin cerrarla"), "/")
        return button_page(request, _TITLE, _BY_NAME if known else _BY_LINK, Text("Cerrar sesión"), ways=(back,))

    async def sign_out(request: Request) -> Response:
        token_hash = trusted_session(request.headers)
        await run_in_threadpool(end_session, portal, token_hash, where_from(request))
        sockets.close(token_hash)
        answer = RedirectResponse(
            keep_language(request, "/"), 303, headers=HEADERS | {"Clear-Site-Data": '"cache", "storage"'}
        )
        clear_cookie(answer, portal.settings)
        return answer

    return [Route("/sign-out", ask), Route("/sign-out", sign_out, methods=["POST"])]
