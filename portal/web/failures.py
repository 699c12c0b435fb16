"""What goes wrong in a request: its own sentence, or a calm page with a reference; never a trace in the browser."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.errors import PortalError
from portal.incident import report
from portal.web.calm import TITLE, sentence_page


class CalmFailures:
    """Pure ASGI. A PortalError answers with its own status and sentence, all else with 500 and a reference."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
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
            answer = failure_page(Request(scope), error)
            if not begun:
                await answer(scope, receive, send)


def failure_page(request: Request, error: Exception) -> Response:
    """The page for an error; what we did not expect is logged under the reference that the page shows."""
    if isinstance(error, PortalError) and error.status < 500:
        return sentence_page(request, TITLE, error.text, error.status)
    return sentence_page(request, TITLE, report(error, f"{request.method} request"), 500)
