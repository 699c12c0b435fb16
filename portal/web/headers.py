"""Security headers on every answer, errors and refused websockets included (OWASP ASVS 5.0, 3.4.1-3.4.8)."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.web.calm import source_hash

_ANSWERS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


def streamlit_policy() -> str:
    """The CSP that Streamlit's front end runs under: no eval, and of inline scripts only the one it ships with."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = " ".join(source_hash(code) for code in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")))
    return (
        f"default-src 'self'; script-src 'self' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """Pure ASGI, outermost. A route's own header stands; `secure` adds HSTS and Secure to every cookie."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.secure = secure
        self.fixed = _FIXED | {"Content-Security-Policy": streamlit_policy()}
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
