"""The session's cookie: its name and flags, for https and for http in development."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

from portal.app.sessions import LIFETIME
from portal.config import Settings
from portal.domain.tokens import session_hash


def cookie_name(settings: Settings) -> str:
    """`__Host-` makes browsers insist on Secure, Path=/ and no Domain, which plain http can't give."""
    return "__Host-portal" if settings.secure else "portal"


def cookie_hash(connection: HTTPConnection, settings: Settings) -> str | None:
    """The hash of the session that the browser claims to have; says nothing about whether it is alive."""
    token = connection.cookies.get(cookie_name(settings))
    return session_hash(token) if token else None


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(cookie_name(settings), secure=settings.secure, httponly=True, samesite="lax")
