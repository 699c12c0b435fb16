"""People who have not signed in: a cookie that tells their browsers apart, and how many sockets they may hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Message, Send

from portal.config import Settings
from portal.domain.tokens import new_session_token, session_hash

MARK = "pre-"  # before the hash of a stranger's cookie, where a session's hash would stand
PER_ADDRESS, IN_ALL = 30, 1_000  # open sockets: an office behind one address; what a process bears
_LIFETIME = 90 * 86_400  # seconds; guesses elsewhere don't shut somebody out of a browser that is known


def stranger_cookie(settings: Settings) -> str:
    """The name of the cookie; with https browsers insist on Secure, Path=/ and no Domain."""
    return "__Host-portal-pre" if settings.secure else "portal-pre"


def browser_hash(connection: HTTPConnection, settings: Settings) -> str | None:
    """Which browser this is, if it has come before: what codes and tickets are bound to."""
    token = connection.cookies.get(stranger_cookie(settings))
    return session_hash(token) if token else None


def set_stranger(response: Response, settings: Settings) -> str:
    """Give this browser a cookie of its own; returns its hash."""
    token = new_session_token()
    response.set_cookie(
        stranger_cookie(settings), token, max_age=_LIFETIME, secure=settings.secure, httponly=True, samesite="lax"
    )
    return session_hash(token)


def introducing(send: Send, settings: Settings) -> Send:
    """`send` that adds the cookie to the answer."""
    given = Response()
    set_stranger(given, settings)

    async def send_with_cookie(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers.append("set-cookie", given.headers["set-cookie"])
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_with_cookie


class Strangers:
    """Counts their sockets by address."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()

    def full(self, address: str) -> bool:
        """Whether one more would be too many."""
        return self._held[address] >= PER_ADDRESS or self._held.total() >= IN_ALL

    @contextmanager
    def holding(self, address: str) -> Iterator[None]:
        """While a socket is open."""
        self._held[address] += 1
        try:
            yield
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]
