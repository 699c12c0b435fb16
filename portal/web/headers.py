"""Security headers on every answer, errors and refused websockets included (OWASP ASVS 5.0, 3.4.1-3.4.8)."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ANSWERS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


class SecurityHeaders:
    """Pure ASGI, outermost. A route's own header stands; `policy` is the CSP of all else.

    `secure` adds HSTS, and Secure to every cookie.
    """

    def __init__(self, app: ASGIApp, secure: bool, policy: str) -> None:
        self.app = app
        self.secure = secure
        self.fixed = _FIXED | {"Content-Security-Policy": policy}
        if secure:
            self.fixed["Strict-Transport-Security"] = _HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] in _ANSWERS:
                message = {**message, "headers": self._completed(list(message.get("headers", [])))}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _completed(self, raw: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        headers = MutableHeaders(raw=[self._cookie(name, value) for name, value in raw])
        for name, value in self.fixed.items():
            headers.setdefault(name, value)
        return headers.raw

    def _cookie(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        lax = self.secure and name.lower() == b"set-cookie" and b"; secure" not in value.lower()
        return name, value + b"; Secure" if lax else value
