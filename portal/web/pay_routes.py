"""`/pay/{checkout}`: on to the provider once its door is open; `/pay/return/{checkout}`: back, believing nothing."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.app.payments.opening import NotOpenYet, door_of
from portal.app.payments.returning import come_back
from portal.app.portal import Portal
from portal.domain.payments import Door
from portal.errors import NotFound, Refused, SignInNeeded
from portal.i18n import translator
from portal.text import Text
from portal.web.calm import HEADERS, POLICY, language_of, page, sentence_page, ways_page
from portal.web.visitor import visitor

_GOING = Text("Te llevamos a pagar")
_BACK = (Text("Volver a mis documentos"), "/documentos")
_SLOW = Text(
    "El proveedor de pagos no responde y seguimos intentando. "
    "No se ha cobrado nada: puedes esperar aquí o volver luego."
)
_AGAIN = '<meta http-equiv="refresh" content="1">'
_LARGEST = 2**63 - 1


def pay_routes(portal: Portal) -> list[Route]:
    async def go(request: Request) -> Response:
        actor = await visitor(request, portal)
        if actor is None:
            raise SignInNeeded()
        try:
            door = await run_in_threadpool(door_of, portal, actor, checkout_of(request))
        except NotOpenYet as waiting:
            return _wait(request, waiting)
        except Refused as ended:
            return ways_page(request, _GOING, ended.text, (_BACK,))
        if not _allowed(portal, door):
            raise NotFound()
        return _form(request, door) if door.fields else RedirectResponse(door.url, 303, headers=HEADERS)

    async def back(request: Request) -> Response:
        actor = await visitor(request, portal)
        if actor is None:
            return _stranger(request)
        checkout = await run_in_threadpool(come_back, portal, actor, checkout_of(request))
        chosen = "" if checkout.language == language_of(request) else f"&lang={checkout.language}"
        return RedirectResponse(f"/pago?b={checkout.basket_id}{chosen}", 303, headers=HEADERS)

    return [Route("/pay/return/{id:path}", back), Route("/pay/{id:path}", go)]


def checkout_of(request: Request) -> int:
    """The id that an address claims. Raises NotFound for what is none."""
    return id_in(request.path_params["id"])


def id_in(told: str) -> int:
    """An id as an address writes it. Raises NotFound for what is none."""
    if not (told.isascii() and told.isdigit() and len(told) < 20 and int(told) <= _LARGEST):
        raise NotFound()
    return int(told)


def _wait(request: Request, waiting: NotOpenYet) -> Response:
    """The provider's page is being prepared; this one looks again by itself. Who waits long is told why."""
    if not waiting.slow:
        return page(request, _GOING, waiting.text, "", 200, _AGAIN)
    name, href = _BACK
    link = f'<a class="way" href="{href}">{escape(name.render(translator(language_of(request))))}</a>'
    return page(request, _GOING, _SLOW, link, 200, _AGAIN)


def _form(request: Request, door: Door) -> HTMLResponse:
    """A form that posts itself to the provider: the only page whose policy lets a form leave the portal."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in door.fields
    )
    button = f'<button type="submit">{escape(Text("Continuar").render(translator(language_of(request))))}</button>'
    script = "<script>document.forms[0].submit()</script>"
    form = f'<form method="post" action="{escape(door.url)}">{fields}{button}</form>{script}'
    answer = page(request, _GOING, Text("Si no avanza sola, toca el botón."), form, 200)
    parts = urlsplit(door.url)
    leaving = f"form-action {parts.scheme}://{parts.netloc}"
    answer.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", leaving)
    return answer


def _allowed(portal: Portal, door: Door) -> bool:
    """Only over TLS, but for emulators and the sandbox on this machine."""
    return urlsplit(door.url).scheme == "https" or not portal.settings.is_production


def _stranger(request: Request) -> Response:
    sentence = Text(
        "Gracias. Confirmamos tu pago con el proveedor; abre de nuevo tu enlace personal, o entra, para ver cómo quedó."
    )
    return sentence_page(request, Text("Estamos confirmando tu pago"), sentence, 200)
