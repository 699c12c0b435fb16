"""`/auth/forgot` and `/auth/reset/{token}`: a new password by mail; nothing changes until the form is sent."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.accounts.proofs import check_proof
from portal.app.accounts.resets import ask_reset, redeem_reset
from portal.app.portal import Portal
from portal.errors import PortalError
from portal.ledger.codes import Purpose
from portal.text import Text
from portal.web.auth.asking import EMAIL, again, answers, kept, tried
from portal.web.auth.entry import browser_of, let_in, where_from
from portal.web.calm import language_of, sentence_page
from portal.web.forms import Field, Form, form_page
from portal.web.sockets import Sockets

_FORGOT = Text("Olvidé mi contraseña")
_WHY = Text("Te enviamos un enlace para elegir otra. La de ahora sigue igual hasta entonces.")
_NEW = Text("Elige tu contraseña")
_RULE = Text("Con ocho caracteres o más. Una frase larga es mejor que un enredo de signos.")
NEW_PASSWORD = Field("password", Text("Contraseña nueva"), "password", "new-password", longest=128)


def password_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    settings = portal.settings

    async def form(request: Request) -> Response:
        return form_page(request, _FORGOT, _WHY, _ask_form({}))

    async def ask(request: Request) -> Response:
        said = await answers(request)
        browser, email = browser_of(request, settings), said.get("email", "")
        done = await tried(ask_reset, portal, email, browser, where_from(request), language_of(request))
        if isinstance(done, PortalError):
            return again(request, _FORGOT, _WHY, _ask_form(said), done)
        sentence = Text(
            "Si {email} tiene una cuenta, le enviamos un enlace. Ábrelo en este navegador; vale diez minutos.",
            email=email[:200],
        )
        ways = ((Text("Pedir otro enlace"), "/auth/forgot"), (Text("Volver a la entrada"), "/sign-in"))
        return sentence_page(request, Text("Revisa tu correo"), sentence, 200, ways)

    async def look(request: Request) -> Response:
        token, browser = request.path_params["token"], browser_of(request, settings)
        await run_in_threadpool(check_proof, portal, token, (Purpose.RESET,), browser)
        return form_page(request, _NEW, _RULE, _reset_form())

    async def redeem(request: Request) -> Response:
        token, said = request.path_params["token"], await answers(request)
        browser = browser_of(request, settings)
        done = await tried(redeem_reset, portal, token, said.get("password", ""), browser, where_from(request))
        if isinstance(done, PortalError):
            return again(request, _NEW, _RULE, _reset_form(), done)
        return await let_in(request, portal, sockets, done, "/")

    return [
        Route("/auth/forgot", form),
        Route("/auth/forgot", ask, methods=["POST"]),
        Route("/auth/reset/{token}", look),
        Route("/auth/reset/{token}", redeem, methods=["POST"]),
    ]


def _ask_form(said: dict[str, str]) -> Form:
    return Form((kept(EMAIL, said),), Text("Enviar el enlace"), ways=((Text("Volver a la entrada"), "/sign-in"),))


def _reset_form() -> Form:
    return Form((NEW_PASSWORD,), Text("Guardar y entrar"))
