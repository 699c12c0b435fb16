"""`/q/{slug}`: the QR of the shop. It greets in the issuer's name; then its documents, or the way to ask for them.

Who is new fills in one form: an address, and the three facts of one invoice; a code by mail makes the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.access_requests import ask_access
from portal.app.accounts.email_codes import redeem_code
from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.app.shop import find_shop
from portal.domain.access import Actor
from portal.domain.consent import VERSION
from portal.domain.tokens import session_hash
from portal.errors import PortalError
from portal.ledger.shops import Shop
from portal.text import Text
from portal.web.auth.asking import EMAIL, again, answers, hidden, kept, tried
from portal.web.auth.codes import CODE, sent, where_it_is
from portal.web.auth.entry import browser_of, let_in, where_from
from portal.web.auth.sign_up import CONSENT_FIELD
from portal.web.calm import HEADERS, language_of, sentence_page
from portal.web.forms import Field, Form, form_page
from portal.web.sockets import Sockets
from portal.web.visitor import visitor

_FACTS = (
    Field("tax_id", Text("NIT o cédula a cuyo nombre está la factura"), longest=40),
    Field("number", Text("Número de una factura"), longest=60, hint=Text("Como está impreso: FE-1234.")),
    Field("total", Text("Total de esa factura"), longest=40),
)
_DOCUMENTS, _SENT = "/documentos", "enviada=1"


def shop_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    async def greet(request: Request) -> Response:
        shop, actor = await _met(portal, request)
        if actor is not None and _sees(actor, shop):
            return RedirectResponse(_DOCUMENTS, 303, headers=HEADERS)
        if actor is not None and request.url.query == _SENT:
            return _wait(request, shop)
        known = actor is not None and actor.user_id is not None
        form = _request_form(shop, {}) if known else _newcomers_form(shop, {})
        return form_page(request, _hello(shop), _why(shop), form, above=_sign(shop))

    async def ask(request: Request) -> Response:
        shop, actor = await _met(portal, request)
        said = await answers(request)
        if actor is None or actor.user_id is None:
            return await _begin(request, portal, shop, said)
        done = await _request(request, portal, actor, shop, said)
        if isinstance(done, PortalError):
            return again(request, _hello(shop), _why(shop), _request_form(shop, said), done)
        return _wait(request, shop)

    async def prove(request: Request) -> Response:
        """The code is right: the account is there, and its first request with it."""
        shop, _ = await _met(portal, request)
        said = await answers(request)
        email, browser = said.get("email", ""), browser_of(request, portal.settings)
        token = await tried(redeem_code, portal, email, said.get("code", ""), browser, where_from(request))
        if isinstance(token, PortalError):
            return again(request, sent(), where_it_is(email), _code_form(shop, said), token)
        actor = await run_in_threadpool(session_actor, portal, session_hash(token))
        if actor is not None and not _sees(actor, shop):
            await _request(request, portal, actor, shop, said)
        return await let_in(request, portal, sockets, token, f"/q/{shop.slug}?{_SENT}")

    return [
        Route("/q/{slug}", greet),
        Route("/q/{slug}", ask, methods=["POST"]),
        Route("/q/{slug}/code", prove, methods=["POST"]),
    ]


async def _met(portal: Portal, request: Request) -> tuple[Shop, Actor | None]:
    return await run_in_threadpool(find_shop, portal, request.path_params["slug"]), await visitor(request, portal)


async def _begin(request: Request, portal: Portal, shop: Shop, said: Mapping[str, str]) -> Response:
    email, version = said.get("email", ""), VERSION if said.get("consent") else ""
    name, browser = email.partition("@")[0], browser_of(request, portal.settings)
    done = await tried(ask_sign_up, portal, email, name, browser, where_from(request), language_of(request), version)
    if isinstance(done, PortalError):
        return again(request, _hello(shop), _why(shop), _newcomers_form(shop, said), done)
    return form_page(request, sent(), where_it_is(email), _code_form(shop, said))


async def _request(request: Request, portal: Portal, actor: Actor, shop: Shop, said: Mapping[str, str]) -> object:
    facts = [said.get(field.name, "") for field in _FACTS]
    return await tried(ask_access, portal, actor, shop.id, *facts, where_from(request))


def _sees(actor: Actor, shop: Shop) -> bool:
    return any(grant.issuer_id == shop.id for grant in actor.grants)


def _sign(shop: Shop) -> str:
    """The issuer's picture and words, if it has any."""
    logo, words = escape(shop.look.logo), escape(shop.look.greeting)
    picture = f'<img src="/logos/{logo}.png" alt="">' if logo else ""
    return picture + (f'<p class="words">{words}</p>' if words else "")


def _hello(shop: Shop) -> Text:
    return Text("{issuer}", issuer=shop.name)


def _why(shop: Shop) -> Text:
    return Text(
        "Consulta y descarga tus facturas de {issuer}: dinos a nombre de quién están y los datos de una de ellas.",
        issuer=shop.name,
    )


def _wait(request: Request, shop: Shop) -> Response:
    sentence = Text("{issuer} revisa tu solicitud y te avisamos por correo cuando la apruebe.", issuer=shop.name)
    return sentence_page(request, Text("Solicitud enviada"), sentence, 200)


def _request_form(shop: Shop, said: Mapping[str, str]) -> Form:
    fields = tuple(kept(field, said) for field in _FACTS)
    return Form(fields, Text("Pedir acceso"), f"/q/{shop.slug}")


def _newcomers_form(shop: Shop, said: Mapping[str, str]) -> Form:
    fields = (kept(EMAIL, said), *(kept(field, said) for field in _FACTS), CONSENT_FIELD)
    back = urlencode({"next": f"/q/{shop.slug}"})
    ways = (
        (Text("Ya tengo cuenta"), f"/sign-in?{back}"),
        (Text("Entrar con un código al correo"), f"/auth/code?{back}"),
        (Text("Aviso de privacidad"), "/auth/privacy"),
    )
    return Form(fields, Text("Continuar"), f"/q/{shop.slug}", ways=ways)


def _code_form(shop: Shop, said: Mapping[str, str]) -> Form:
    carried = (hidden(name, said.get(name, "")) for name in ("email", *(field.name for field in _FACTS)))
    again = (Text("¿No llegó? Volver a empezar"), f"/q/{shop.slug}")
    return Form((CODE, *carried), Text("Entrar"), f"/q/{shop.slug}/code", ways=(again,))
