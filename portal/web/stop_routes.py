"""`/stop/{token}`: the way out of mails of a kind, and back. Looking is harmless; only a POST changes anything."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.stopping import Contact, read_stop, start_mails, stop_mails
from portal.domain.contacts import Gets
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import HOME, button_page, sentence_page

_AGAIN = "again"  # in the query: a mail program's one POST stops, whatever its body says
_BACK = Text("Volver a recibirlos"), f"?{_AGAIN}=1"
TITLES = {
    Gets.INVOICES: Text("Avisos de documentos nuevos"),
    Gets.REMINDERS: Text("Recordatorios de pago"),
    Gets.STATEMENTS: Text("Estados de cuenta por correo"),
}
_STOP = {
    Gets.INVOICES: Text("{issuer} avisa a {email} de sus documentos nuevos. ¿Quieres dejar de recibir esos avisos?"),
    Gets.REMINDERS: Text("{issuer} envía recordatorios de pago a {email}. ¿Quieres dejar de recibirlos?"),
    Gets.STATEMENTS: Text("{issuer} envía estados de cuenta a {email}. ¿Quieres dejar de recibirlos?"),
}
_STOPPED = {
    Gets.INVOICES: Text("{issuer} ya no avisa a {email} de sus documentos nuevos."),
    Gets.REMINDERS: Text("{issuer} ya no envía recordatorios de pago a {email}."),
    Gets.STATEMENTS: Text("{issuer} ya no envía estados de cuenta a {email}."),
}
_START = {
    Gets.INVOICES: Text("{issuer} no avisa a {email} de sus documentos nuevos. ¿Quieres recibir esos avisos otra vez?"),
    Gets.REMINDERS: Text("{issuer} no envía recordatorios de pago a {email}. ¿Quieres recibirlos otra vez?"),
    Gets.STATEMENTS: Text("{issuer} no envía estados de cuenta a {email}. ¿Quieres recibirlos otra vez?"),
}
_STARTED = {
    Gets.INVOICES: Text("{issuer} vuelve a avisar a {email} de sus documentos nuevos."),
    Gets.REMINDERS: Text("{issuer} vuelve a enviar recordatorios de pago a {email}."),
    Gets.STATEMENTS: Text("{issuer} vuelve a enviar estados de cuenta a {email}."),
}


def stop_routes(portal: Portal) -> list[Route]:
    """Nobody signs in here: the sealed address is the proof, and all it can do is stop and start mails to one."""

    async def look(request: Request) -> Response:
        contact = await run_in_threadpool(read_stop, portal, request.path_params["token"])
        title = TITLES[contact.what]
        if _AGAIN in request.query_params:
            return button_page(request, title, _said(_START, contact), _BACK[0])
        if contact.stopped:
            return sentence_page(request, title, _said(_STOPPED, contact), 200, (_BACK, HOME))
        return button_page(request, title, _said(_STOP, contact), Text("Dejar de recibirlos"))

    async def decide(request: Request) -> Response:
        again = _AGAIN in request.query_params
        token, where = request.path_params["token"], where_from(request)
        contact = await run_in_threadpool(start_mails if again else stop_mails, portal, token, where)
        words, ways = (_STARTED, (HOME,)) if again else (_STOPPED, (_BACK, HOME))
        return sentence_page(request, TITLES[contact.what], _said(words, contact), 200, ways)

    return [Route("/stop/{token:path}", look), Route("/stop/{token:path}", decide, methods=["POST"])]


def _said(words: dict[Gets, Text], contact: Contact) -> Text:
    return words[contact.what].filled(issuer=contact.issuer_name, email=contact.email)
