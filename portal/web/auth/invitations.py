"""`/auth/invitation/{token}`: taking up an invitation; who is new gives name and consent."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.accounts.accepting import look_at_invitation, redeem_invitation
from portal.app.accounts.invitations import Invitation
from portal.app.portal import Portal
from portal.domain.consent import VERSION
from portal.errors import PortalError
from portal.text import Text
from portal.web.auth.asking import NAME, again, answers, kept, tried
from portal.web.auth.entry import browser_of, let_in, where_from
from portal.web.auth.sign_up import CONSENT_FIELD
from portal.web.calm import HEADERS, keep_language, language_of
from portal.web.forms import Form, form_page
from portal.web.sockets import Sockets
from portal.web.visitor import visitor

_TITLE = Text("Te invitaron al portal")


def invitation_routes(portal: Portal, sockets: Sockets) -> list[Route]:
    async def look(request: Request) -> Response:
        offered, new = await run_in_threadpool(look_at_invitation, portal, request.path_params["token"])
        return form_page(request, _TITLE, _why(offered), _form({}, new))

    async def redeem(request: Request) -> Response:
        token, said = request.path_params["token"], await answers(request)
        actor = await visitor(request, portal)
        done = await tried(
            redeem_invitation,
            portal,
            token,
            browser_of(request, portal.settings),
            where_from(request),
            actor.user_id if actor else None,
            said.get("name", ""),
            language_of(request),
            VERSION if said.get("consent") else "",
        )
        if isinstance(done, PortalError):
            offered, new = await run_in_threadpool(look_at_invitation, portal, token)
            return again(request, _TITLE, _why(offered), _form(said, new), done)
        if done is None:
            return RedirectResponse(keep_language(request, "/"), 303, headers=HEADERS)
        return await let_in(request, portal, sockets, done, "/")

    path = "/auth/invitation/{token}"
    return [Route(path, look), Route(path, redeem, methods=["POST"])]


def _why(offered: Invitation) -> Text:
    if offered.customer_name:
        return Text(
            "Vas a ver los documentos de {customer} en {issuer}, con tu correo {email}.",
            customer=offered.customer_name,
            issuer=offered.issuer_name or "",
            email=offered.email,
        )
    if offered.issuer_name:
        return Text(
            "Vas a trabajar con la cartera de {issuer}, con tu correo {email}.",
            issuer=offered.issuer_name,
            email=offered.email,
        )
    return Text("Vas a operar este portal, con tu correo {email}.", email=offered.email)


def _form(said: dict[str, str], new: bool) -> Form:
    fields = (kept(NAME, said), CONSENT_FIELD) if new else ()
    ways = ((Text("Aviso de privacidad"), "/auth/privacy"),) if new else ()
    return Form(fields, Text("Aceptar la invitación"), ways=ways)
