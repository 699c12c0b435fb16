"""`/auth/*`: the ways in that are pages of our own. Everything that proves or changes something is a POST."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from portal.app.portal import Portal
from portal.errors import NotFound
from portal.web.auth.codes import code_routes
from portal.web.auth.finish import finish_routes
from portal.web.auth.invitations import invitation_routes
from portal.web.auth.oidc import oidc_routes
from portal.web.auth.passwords import password_routes
from portal.web.auth.second_factor import second_factor_routes
from portal.web.auth.sign_up import sign_up_routes
from portal.web.sockets import Sockets

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def auth_routes(portal: Portal, sockets: Sockets) -> list[BaseRoute]:
    """All of them; the last one keeps Streamlit's own `/auth/…` shut."""

    async def nothing_here(_request: Request) -> Response:
        raise NotFound()

    return [
        *finish_routes(portal, sockets),
        *code_routes(portal, sockets),
        *sign_up_routes(portal),
        *password_routes(portal, sockets),
        *invitation_routes(portal, sockets),
        *second_factor_routes(portal),
        *oidc_routes(portal, sockets),
        Route("/auth/{path:path}", nothing_here, methods=_VERBS),
    ]
