"""`/auth/oidc/{name}`: coming in by a sign-in provider (OpenID Connect), by Authlib: state, nonce, PKCE, signed token.

The provider vouches for an e-mail address, nothing else; the session is the same as by any other way.
"""

from __future__ import annotations

import logging
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from portal.app.accounts.entering import enter_by_email
from portal.app.portal import Portal
from portal.errors import NotFound, Refused
from portal.sealing import derived_key
from portal.text import Text
from portal.web.auth.entry import browser_of, let_in, safe_next, where_from
from portal.web.calm import ways_page
from portal.web.sockets import Sockets

_PATIENCE = 600  # seconds at the provider
_NEXT = "next"
log = logging.getLogger(__name__)


def oidc_routes(portal: Portal, sockets: Sockets) -> list[Mount]:
    """Only the providers that are set up; what passes between the two steps is kept in a signed cookie of its own."""
    settings, oauth = portal.settings, OAuth()
    for name, client in settings.oidc.items():
        oauth.register(
            name,
            client_id=client.client_id,
            client_secret=client.client_secret,
            server_metadata_url=client.discovery_url,
            client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": 10},
        )

    async def start(request: Request) -> Response:
        name = request.path_params["name"]
        request.session[_NEXT] = safe_next(request.query_params.get("next", "/"))
        back = f"{settings.base_url}/auth/oidc/{name}/callback"
        answer: Response = await _client(oauth, name).authorize_redirect(request, back)
        return answer

    async def back(request: Request) -> Response:
        name = request.path_params["name"]
        email = _proven_email(await _token(_client(oauth, name), request))
        to = request.session.pop(_NEXT, "/")
        browser, where = browser_of(request, settings), where_from(request)
        session_token = await run_in_threadpool(enter_by_email, portal, email, name, browser, where)
        if session_token is None:
            sentence = Text("Todavía no hay una cuenta con {email}: créala y entra.", email=email)
            ways = ((Text("Crear una cuenta"), "/auth/sign-up"), (Text("Volver a la entrada"), "/sign-in"))
            return ways_page(request, Text("Crear una cuenta"), sentence, ways)
        return await let_in(request, portal, sockets, session_token, to)

    kept = Middleware(
        SessionMiddleware,
        secret_key=derived_key(portal.keys[0], "oidc"),
        session_cookie="__Host-portal-oidc" if settings.secure else "portal-oidc",
        max_age=_PATIENCE,
        same_site="lax",
        https_only=settings.secure,
    )
    routes = [Route("/{name}", start), Route("/{name}/callback", back)]
    return [Mount("/auth/oidc", routes=routes, middleware=[kept])]


def _client(oauth: OAuth, name: str) -> Any:
    client = oauth.create_client(name)
    if client is None:
        raise NotFound()
    return client


async def _token(client: Any, request: Request) -> dict[str, Any]:
    """What the provider says, its signature, audience, nonce and age checked."""
    try:
        token: dict[str, Any] = await client.authorize_access_token(request)
    except OAuthError as error:
        log.warning("a sign-in provider refused or was not believed: %s", error.error)
    except Exception:
        log.exception("a sign-in provider could not be asked")
    else:
        return token
    raise Refused(Text("No pudimos entrar con ese proveedor. Inténtalo otra vez, o pide un código al correo."))


def _proven_email(token: dict[str, Any]) -> str:
    """The address, if the provider says that it is the person's own."""
    said = token.get("userinfo") or {}
    if not said.get("email") or said.get("email_verified") is not True:
        raise Refused(Text("Tu proveedor no confirma que ese correo es tuyo: entra con un código al correo."))
    return str(said["email"])
