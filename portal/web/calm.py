"""The few pages that we write ourselves: one sentence, one next step, nothing from elsewhere, nothing that moves."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from portal.i18n import preferred, translator
from portal.text import Text
from portal.web.calm_style import STYLE

TITLE = Text("Portal de clientes")
_POST_ITSELF = "document.forms[0].submit()"


def source_hash(code: str) -> str:
    """The CSP source that allows exactly this inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {source_hash(STYLE)}; script-src {source_hash(_POST_ITSELF)}; "
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
    return page(connection, title, sentence, "", status)


def texts_page(connection: HTTPConnection, title: Text, texts: Sequence[Text]) -> HTMLResponse:
    """A page to read: a few paragraphs."""
    say = translator(language_of(connection))
    more = "".join(f"<p>{escape(text.render(say))}</p>" for text in texts[1:])
    return page(connection, title, texts[0], more, 200)


def ways_page(
    connection: HTTPConnection, title: Text, sentence: Text, ways: Sequence[tuple[Text, str]]
) -> HTMLResponse:
    """A page with next steps to choose from; the first stands out."""
    say = translator(language_of(connection))
    links = "".join(f'<a class="way" href="{escape(href)}">{escape(text.render(say))}</a>' for text, href in ways)
    return page(connection, title, sentence, links, 200)


def button_page(
    connection: HTTPConnection, title: Text, sentence: Text, button: Text, *, posts_itself: bool = False
) -> HTMLResponse:
    """A page whose button posts to its own address, which therefore stays out of the page; a script may press it."""
    script = f"<script>{_POST_ITSELF}</script>" if posts_itself else ""
    label = escape(button.render(translator(language_of(connection))))
    form = f'<form method="post" action=""><button type="submit">{label}</button></form>{script}'
    return page(connection, title, sentence, form, 200)


def page(
    connection: HTTPConnection, title: Text, sentence: Text, more: str, status: int, head_more: str = ""
) -> HTMLResponse:
    """A whole page; `more` and `head_more` are HTML of ours."""
    language = language_of(connection)
    say = translator(language)
    head, body = escape(title.render(say)), escape(sentence.render(say))
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"{head_more}<title>{head}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{head}</h1><p>{body}</p>{more}</main></body></html>",
        status_code=status,
        headers=HEADERS,
    )


def language_of(connection: HTTPConnection) -> str:
    """The language that the browser prefers."""
    return preferred(connection.headers.get("accept-language"))
