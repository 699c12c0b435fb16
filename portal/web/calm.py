"""The few pages that we write ourselves: one sentence, one next step, nothing from elsewhere, nothing that moves."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from portal.i18n import preferred, translator
from portal.text import Text

TITLE = Text("Portal de clientes")
_STYLE = (
    "html{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f6f7;color:#17252a;"
    "font:18px/1.5 system-ui,sans-serif}"
    "main{max-width:34rem;padding:2rem}h1{font-size:1.4rem;margin:0 0 .6rem}p{margin:0 0 1.2rem}"
    "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:8px;background:#0b6477;color:#fff;cursor:pointer}"
    "@media(prefers-color-scheme:dark){body{background:#10191c;color:#e7eef0}}"
)
_POST_ITSELF = "document.forms[0].submit()"


def source_hash(code: str) -> str:
    """The CSP source that allows exactly this inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {source_hash(_STYLE)}; script-src {source_hash(_POST_ITSELF)}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


def sentence_page(connection: HTTPConnection, title: Text, sentence: Text, status: int) -> HTMLResponse:
    """A page that says one thing; the same bytes for the same words, status and language."""
    return _page(connection, title, sentence, "", status)


def button_page(
    connection: HTTPConnection, title: Text, sentence: Text, button: Text, *, posts_itself: bool = False
) -> HTMLResponse:
    """A page whose button posts to its own address, which therefore stays out of the page; a script may press it."""
    script = f"<script>{_POST_ITSELF}</script>" if posts_itself else ""
    label = escape(button.render(translator(_language(connection))))
    form = f'<form method="post" action=""><button type="submit">{label}</button></form>{script}'
    return _page(connection, title, sentence, form, 200)


def _page(connection: HTTPConnection, title: Text, sentence: Text, more: str, status: int) -> HTMLResponse:
    language = _language(connection)
    say = translator(language)
    head, body = escape(title.render(say)), escape(sentence.render(say))
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{head}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{head}</h1><p>{body}</p>{more}</main></body></html>",
        status_code=status,
        headers=HEADERS,
    )


def _language(connection: HTTPConnection) -> str:
    return preferred(connection.headers.get("accept-language"))
