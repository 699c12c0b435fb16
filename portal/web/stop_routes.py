"""`/stop/{token}`: the way out of reminders. Looking is harmless; the POST of a mail program or of the button stops."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.reminders.stopping import read_stop, stop_reminders
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import button_page, sentence_page

_TITLE = Text("Recordatorios de pago")


def stop_routes(portal: Portal) -> list[Route]:
    """Nobody signs in here: the sealed address is the proof, and all it can do is stop mails to one contact."""

    async def look(request: Request) -> Response:
        contact = await run_in_threadpool(read_stop, portal, request.path_params["token"])
        sentence = Text(
            "{issuer} envía recordatorios de pago a {email}. ¿Quieres dejar de recibirlos?",
            issuer=contact.issuer_name,
            email=contact.email,
        )
        return button_page(request, _TITLE, sentence, Text("Dejar de recibirlos"))

    async def stop(request: Request) -> Response:
        token = request.path_params["token"]
        contact = await run_in_threadpool(stop_reminders, portal, token, where_from(request))
        sentence = Text(
            "{issuer} ya no envía recordatorios de pago a {email}.", issuer=contact.issuer_name, email=contact.email
        )
        return sentence_page(request, _TITLE, sentence, 200)

    return [Route("/stop/{token:path}", look), Route("/stop/{token:path}", stop, methods=["POST"])]
