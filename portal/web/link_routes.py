"""`/l/{token}`: a personal link. Looking is harmless; only the POST is a visit, so mail scanners open nothing.

It never replaces the session of somebody who is signed in: to them it offers to join their account.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.device_codes import ask_device_code, redeem_device_code
from portal.app.devices import DeviceUnknown
from portal.app.joining import join_link, offer
from portal.app.links import look_at_link, open_link
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.places import DOCUMENT
from portal.errors import PortalError
from portal.text import Text
from portal.web.auth.asking import again, answers, tried
from portal.web.auth.entry import browser_of, where_from
from portal.web.calm import HEADERS, button_page, keep_language, language_of
from portal.web.cookies import cookie_hash, set_cookie
from portal.web.forms import Field, Form, form_page
from portal.web.sockets import Sockets
from portal.web.strangers import set_stranger
from portal.web.visitor import visitor

_READY = Text("Tus documentos te esperan")
_NEW_DEVICE = Text("Un dispositivo nuevo")
_CODE = Field("code", Text("Código de seis cifras"), "text", "one-time-code", longest=12)


def link_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    """LinkClosed, for a token that opens nothing, is answered by `failures`: one page, whatever the reason."""

    async def look(request: Request) -> Response:
        token = request.path_params["token"]
        await run_in_threadpool(look_at_link, portal, token, where_from(request))
        actor = await visitor(request, portal)
        if actor is not None and actor.user_id is not None:
            return await _offer(request, portal, actor, token)
        sentence = Text("Este enlace es personal: no lo compartas.")
        return button_page(request, _READY, sentence, Text("Ver mis documentos"), posts_itself=True)

    async def visit(request: Request) -> Response:
        token, actor, said = request.path_params["token"], await visitor(request, portal), await answers(request)
        if "code" in said:
            return await _prove_device(request, portal, token, said["code"])
        try:
            if actor is not None and actor.user_id is not None:
                await run_in_threadpool(join_link, portal, actor, token, where_from(request), _device(request))
                return RedirectResponse(keep_language(request, _onward(request)), 303, headers=HEADERS)
            return await _enter(request, token)
        except DeviceUnknown:
            return await _ask_code(request, portal, token)

    async def _enter(request: Request, token: str) -> Response:
        before, place = cookie_hash(request, portal.settings), where_from(request)
        session_token = await run_in_threadpool(
            open_link, portal, token, place.address, place.agent, before, _device(request)
        )
        if before:
            sockets.close(before)
        answer = RedirectResponse(keep_language(request, _onward(request)), 303, headers=HEADERS)
        set_cookie(answer, portal.settings, session_token)
        return answer

    def _device(request: Request) -> str | None:
        return browser_of(request, portal.settings) or None

    return [Route("/l/{token:path}", look), Route("/l/{token:path}", visit, methods=["POST"])]


def _onward(request: Request) -> str:
    """To the document that a mail was about (`?d=`), which that page checks; else to the start."""
    asked = request.query_params.get("d", "")
    return f"/{DOCUMENT.address}?id={asked}" if asked.isascii() and asked.isdigit() and len(asked) < 20 else "/"


async def _offer(request: Request, portal: Portal, actor: Actor, token: str) -> Response:
    """What joining would add; nothing happens before the button."""
    offered = await run_in_threadpool(offer, portal, actor, token)
    sentence = Text(
        "Este enlace muestra los documentos de {customer} en {issuer}. Súmalos a tu cuenta para verlos siempre juntos.",
        customer=offered.customer_name,
        issuer=offered.issuer_name,
    )
    if offered.already:
        sentence = Text("Ya ves los documentos de {customer} en tu cuenta.", customer=offered.customer_name)
    button = Text("Ver mis documentos") if offered.already else Text("Sumar a mi cuenta")
    return button_page(request, _READY, sentence, button)


async def _ask_code(request: Request, portal: Portal, token: str) -> Response:
    """A code goes to the customer's address; it is typed in this browser, which has a cookie from here on."""
    device = browser_of(request, portal.settings)
    answer_cookie = Response()
    if not device:
        device = set_stranger(answer_cookie, portal.settings)
    done = await tried(ask_device_code, portal, token, device, where_from(request), language_of(request))
    if isinstance(done, PortalError):
        page = again(request, _NEW_DEVICE, _to(""), _form(), done)
    else:
        page = form_page(request, _NEW_DEVICE, _to(done), _form())
    if "set-cookie" in answer_cookie.headers:
        page.headers.append("set-cookie", answer_cookie.headers["set-cookie"])
    return page


async def _prove_device(request: Request, portal: Portal, token: str, typed: str) -> Response:
    device = browser_of(request, portal.settings)
    done = await tried(redeem_device_code, portal, token, device, typed, where_from(request))
    if isinstance(done, PortalError):
        return again(request, _NEW_DEVICE, _to(""), _form(), done)
    sentence = Text("Este dispositivo queda confirmado.")
    return button_page(request, _READY, sentence, Text("Ver mis documentos"), posts_itself=True)


def _to(email: str) -> Text:
    if not email:
        return Text("Escribe el código que enviamos al correo del cliente.")
    return Text("Abres este enlace por primera vez aquí. Enviamos un código a {email}: escríbelo.", email=email)


def _form() -> Form:
    return Form((_CODE,), Text("Confirmar"))
