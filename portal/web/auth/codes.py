"""`/auth/code` and `/auth/proof/{token}`: coming in by mail, with six digits or with a link."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.accounts.email_codes import WAYS_IN, ask_sign_in_code, redeem_code, redeem_link
from portal.app.accounts.proofs import check_proof
from portal.app.portal import Portal
from portal.errors import PortalError
from portal.text import Text
from portal.web.auth.asking import EMAIL, again, answers, hidden, kept, tried
from portal.web.auth.entry import browser_of, let_in, where_from
from portal.web.calm import button_page, language_of
from portal.web.forms import Field, Form, form_page
from portal.web.sockets import Sockets

_TITLE = Text("Entrar con un código")
_WHY = Text("Te enviamos un código a tu correo: no necesitas contraseña.")
CODE = Field("code", Text("Código de seis cifras"), "text", "one-time-code", longest=12)
_CHECK = "/auth/code/check"


def code_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    settings = portal.settings

    async def form(request: Request) -> Response:
        return form_page(request, _TITLE, _WHY, _form(request.query_params.get("next", "/")))

    async def ask(request: Request) -> Response:
        said = await answers(request)
        browser, email = browser_of(request, settings), said.get("email", "")
        done = await tried(ask_sign_in_code, portal, email, browser, where_from(request), language_of(request))
        if isinstance(done, PortalError):
            return again(request, _TITLE, _WHY, _form(said.get("next", "/"), said), done)
        return code_page(request, email, said.get("next", "/"))

    async def check(request: Request) -> Response:
        said = await answers(request)
        email, to = said.get("email", ""), said.get("next", "/")
        browser = browser_of(request, settings)
        done = await tried(redeem_code, portal, email, said.get("code", ""), browser, where_from(request))
        if isinstance(done, PortalError):
            return again(request, sent(), where_it_is(email), _code_form(email, to), done)
        return await let_in(request, portal, sockets, done, to)

    async def look(request: Request) -> Response:
        token = request.path_params["token"]
        await run_in_threadpool(check_proof, portal, token, WAYS_IN, browser_of(request, settings))
        sentence = Text("Un clic más y estás dentro.")
        return button_page(request, Text("Entrar"), sentence, Text("Entrar"), posts_itself=True)

    async def redeem(request: Request) -> Response:
        token, browser = request.path_params["token"], browser_of(request, settings)
        session_token = await run_in_threadpool(redeem_link, portal, token, browser, where_from(request))
        return await let_in(request, portal, sockets, session_token, "/")

    return [
        Route("/auth/code", form),
        Route("/auth/code", ask, methods=["POST"]),
        Route(_CHECK, check, methods=["POST"]),
        Route("/auth/proof/{token}", look),
        Route("/auth/proof/{token}", redeem, methods=["POST"]),
    ]


def code_page(request: Request, email: str, to: str) -> Response:
    """Where the code from the mail is typed; the same whether the address is known or not."""
    return form_page(request, sent(), where_it_is(email), _code_form(email, to))


def sent() -> Text:
    """The title of the page where a code is typed."""
    return Text("Revisa tu correo")


def where_it_is(email: str) -> Text:
    """Where to find the code."""
    return Text(
        "Enviamos un mensaje a {email}. Escribe aquí su código, o abre su enlace en este navegador. Vale diez minutos.",
        email=email[:200],
    )


def _form(to: str, said: dict[str, str] | None = None) -> Form:
    ways = ((Text("Volver a la entrada"), "/sign-in"),)
    return Form((kept(EMAIL, said or {}), hidden("next", to)), Text("Enviar el código"), ways=ways)


def _code_form(email: str, to: str) -> Form:
    ways = ((Text("Pedir otro código"), "/auth/code"), (Text("Volver a la entrada"), "/sign-in"))
    return Form((CODE, hidden("email", email), hidden("next", to)), Text("Entrar"), _CHECK, ways=ways)
