"""`/auth/sign-up`: an account of one's own; the mailbox is proven before anything exists."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.domain.consent import CONSENT, NOTICE, VERSION
from portal.errors import PortalError
from portal.text import Text
from portal.web.auth.asking import EMAIL, NAME, again, answers, hidden, kept, tried
from portal.web.auth.codes import code_page
from portal.web.auth.entry import browser_of, where_from
from portal.web.calm import language_of, texts_page
from portal.web.forms import Field, Form, form_page

_TITLE = Text("Crear una cuenta")
_WHY = Text("Con una cuenta ves los documentos de todas las empresas que te den acceso.")
CONSENT_FIELD = Field("consent", CONSENT, "checkbox")


def sign_up_routes(portal: Portal) -> list[Route]:
    async def form(request: Request) -> Response:
        return form_page(request, _TITLE, _WHY, _form({"next": request.query_params.get("next", "/")}))

    async def ask(request: Request) -> Response:
        said = await answers(request)
        email, version = said.get("email", ""), VERSION if said.get("consent") else ""
        browser, language = browser_of(request, portal.settings), language_of(request)
        done = await tried(
            ask_sign_up, portal, email, said.get("name", ""), browser, where_from(request), language, version
        )
        if isinstance(done, PortalError):
            return again(request, _TITLE, _WHY, _form(said), done)
        return code_page(request, email, said.get("next", "/"))

    async def privacy(request: Request) -> Response:
        return texts_page(request, Text("Aviso de privacidad"), NOTICE)

    return [
        Route("/auth/sign-up", form),
        Route("/auth/sign-up", ask, methods=["POST"]),
        Route("/auth/privacy", privacy),
    ]


def _form(said: dict[str, str]) -> Form:
    fields = (kept(NAME, said), kept(EMAIL, said), CONSENT_FIELD, hidden("next", said.get("next", "/")))
    ways = ((Text("Aviso de privacidad"), "/auth/privacy"), (Text("Ya tengo cuenta"), "/sign-in"))
    return Form(fields, Text("Crear la cuenta"), ways=ways)
