"""What goes wrong in a request: its own sentence, or a calm page with a reference; never a trace in the browser."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.errors import PortalError
from portal.incident import as_it_is, report
from portal.web.calm import HEADERS, TITLE, sentence_page


class CalmFailures:
    """Pure ASGI. A PortalError answers with its own status and sentence, all else with 500 and a reference."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:  # noqa: BLE001  the last one to see it: nothing may reach the browser
            answer = failure_page(HTTPConnection(scope), error)
            if not begun:
                await refuse(answer, scope, receive, send)


async def refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or a websocket before it is accepted (ASGI extension; a plain close where it is missing)."""
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await answer(scope, receive, send)


def failure_page(connection: HTTPConnection, error: Exception) -> Response:
    """The page for an error; what we did not expect is logged under the reference that the page shows."""
    if isinstance(error, PortalError) and error.status < 500:
        return sentence_page(connection, TITLE, error.text, error.status)
    told = report(error, f"{connection.scope.get('method', 'websocket')} request")
    try:
        return sentence_page(connection, TITLE, told, 500)
    except Exception:  # noqa: BLE001  what failed may be what says things
        return PlainTextResponse(as_it_is(told), 500, headers=HEADERS)
