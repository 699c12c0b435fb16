"""`/q/{slug}`: the QR of the shop. It greets in the issuer's name; then its documents, or the way to ask for them."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.access_requests import ask_access
from portal.app.portal import Portal
from portal.app.shop import find_shop
from portal.domain.access import Actor
from portal.errors import PortalError
from portal.ledger.shops import Shop
from portal.text import Text
from portal.web.auth.asking import again, answers, kept, tried
from portal.web.auth.entry import where_from
from portal.web.calm import HEADERS, sentence_page, ways_page
from portal.web.forms import Field, Form, form_page
from portal.web.visitor import visitor

_TAX_ID = Field("tax_id", Text("NIT o cédula a cuyo nombre está la factura"), longest=40)
_NUMBER = Field("number", Text("Número de una factura"), longest=60, hint=Text("Como está impreso: FE-1234."))
_TOTAL = Field("total", Text("Total de esa factura"), longest=40)


def shop_routes(portal: Portal) -> list[Route]:
    async def greet(request: Request) -> Response:
        shop = await run_in_threadpool(find_shop, portal, request.path_params["slug"])
        actor = await visitor(request, portal)
        if actor is None or actor.user_id is None:
            back = urlencode({"next": f"/q/{shop.slug}"})
            ways = (
                (Text("Crear una cuenta"), f"/auth/sign-up?{back}"),
                (Text("Entrar con un código al correo"), f"/auth/code?{back}"),
                (Text("Entrar con contraseña"), f"/sign-in?{back}"),
            )
            return ways_page(request, _hello(shop), _come_in(shop), ways)
        if _sees(actor, shop):
            return RedirectResponse("/documentos", 303, headers=HEADERS)
        return form_page(request, _hello(shop), _ask(), _form(shop, {}))

    async def ask(request: Request) -> Response:
        shop = await run_in_threadpool(find_shop, portal, request.path_params["slug"])
        actor, said = await visitor(request, portal), await answers(request)
        if actor is None:
            return RedirectResponse(f"/q/{shop.slug}", 303, headers=HEADERS)
        stated = (said.get("tax_id", ""), said.get("number", ""), said.get("total", ""))
        done = await tried(ask_access, portal, actor, shop.id, *stated, where_from(request))
        if isinstance(done, PortalError):
            return again(request, _hello(shop), _ask(), _form(shop, said), done)
        return sentence_page(request, Text("Solicitud enviada"), _wait(shop), 200)

    return [Route("/q/{slug}", greet), Route("/q/{slug}", ask, methods=["POST"])]


def _sees(actor: Actor, shop: Shop) -> bool:
    return any(grant.issuer_id == shop.id for grant in actor.grants)


def _hello(shop: Shop) -> Text:
    return Text("{issuer}", issuer=shop.name)


def _come_in(shop: Shop) -> Text:
    return Text("Consulta, descarga y paga tus facturas de {issuer}.", issuer=shop.name)


def _ask() -> Text:
    return Text("Para mostrarte tus facturas, dinos de quién son y una de ellas.")


def _wait(shop: Shop) -> Text:
    return Text("{issuer} revisa tu solicitud y te avisamos por correo cuando la apruebe.", issuer=shop.name)


def _form(shop: Shop, said: dict[str, str]) -> Form:
    fields = tuple(kept(field, said) for field in (_TAX_ID, _NUMBER, _TOTAL))
    return Form(fields, Text("Pedir acceso"), f"/q/{shop.slug}")
