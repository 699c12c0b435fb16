"""The few pages that we write ourselves: one sentence, one next step, nothing from elsewhere, nothing that moves."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from portal.i18n import LANGUAGES, preferred, translator
from portal.text import Text
from portal.web.calm_style import STYLE

TITLE = Text("Portal de clientes")
Way = tuple[Text, str]  # what it is called, and its address
_LANGUAGE = "lang"
_READ_ASIDE = frozenset({"/auth/privacy"})  # in a tab of its own: a form is half filled in
_ASIDE = ' target="_blank"'
_POST_ITSELF = "document.forms[0].submit()"


def source_hash(code: str) -> str:
    """The CSP source that allows exactly this inline script or style."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; img-src 'self'; style-src {source_hash(STYLE)}; script-src {source_hash(_POST_ITSELF)}; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


HOME: Way = (Text("Ir al portal"), "/")


def sentence_page(
    connection: HTTPConnection, title: Text, sentence: Text, status: int, ways: Sequence[Way] = (HOME,)
) -> HTMLResponse:
    """A page that says one thing and where to go on; the same bytes for the same words, status and language."""
    return page(connection, title, sentence, "", status, ways=ways)


def texts_page(connection: HTTPConnection, title: Text, texts: Sequence[Text]) -> HTMLResponse:
    """A page to read: a few paragraphs."""
    say = translator(language_of(connection))
    more = "".join(f"<p>{escape(text.render(say))}</p>" for text in texts[1:])
    return page(connection, title, texts[0], more, 200, ways=(HOME,))


def ways_page(connection: HTTPConnection, title: Text, sentence: Text, ways: Sequence[Way]) -> HTMLResponse:
    """A page with next steps to choose from; the first stands out."""
    say = translator(language_of(connection))
    links = "".join(
        f'<a class="way" href="{escape(keep_language(connection, href))}">{escape(text.render(say))}</a>'
        for text, href in ways
    )
    return page(connection, title, sentence, links, 200)


def button_page(
    connection: HTTPConnection,
    title: Text,
    sentence: Text,
    button: Text,
    *,
    posts_itself: bool = False,
    ways: Sequence[Way] = (),
) -> HTMLResponse:
    """A page whose button posts to its own address, which therefore stays out of the page; a script may press it."""
    script = f"<script>{_POST_ITSELF}</script>" if posts_itself else ""
    label = escape(button.render(translator(language_of(connection))))
    form = f'<form method="post" action=""><button type="submit">{label}</button></form>{script}'
    return page(connection, title, sentence, form, 200, ways=ways)


def page(
    connection: HTTPConnection,
    title: Text,
    sentence: Text,
    more: str,
    status: int,
    head_more: str = "",
    ways: Sequence[Way] = (),
) -> HTMLResponse:
    """A whole page; `more` and `head_more` are HTML of ours, `ways` where to go on."""
    language = language_of(connection)
    say = translator(language)
    head, body = escape(title.render(say)), escape(sentence.render(say))
    on = _ways(connection, ways) + _languages(connection, status)
    return HTMLResponse(
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"{head_more}<title>{head}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{head}</h1><p>{body}</p>{more}{on}</main></body></html>",
        status_code=status,
        headers=HEADERS,
    )


def _ways(connection: HTTPConnection, ways: Sequence[Way]) -> str:
    say = translator(language_of(connection))
    links = "".join(
        f'<a href="{escape(keep_language(connection, href))}"{_ASIDE if href in _READ_ASIDE else ""}>'
        f"{escape(text.render(say))}</a>"
        for text, href in ways
    )
    return f"<nav>{links}</nav>" if links else ""


def _languages(connection: HTTPConnection, status: int) -> str:
    """The other languages, of a page that is there for its address; what was posted can't be had again."""
    if status != 200 or connection.scope.get("method") != "GET":
        return ""
    going = connection.query_params.get("next")
    kept = {"next": going} if going else {}
    links = "".join(
        f'<a lang="{code}" href="?{escape(urlencode({_LANGUAGE: code} | kept))}">{name}</a>'
        for code, name in LANGUAGES.items()
        if code != language_of(connection)
    )
    return f"<nav>{links}</nav>"


def language_of(connection: HTTPConnection) -> str:
    """The language that was chosen on the way here, else the one that the browser prefers."""
    asked = connection.query_params.get(_LANGUAGE, "")
    return asked if asked in LANGUAGES else preferred(connection.headers.get("accept-language"))


def keep_language(connection: HTTPConnection, address: str) -> str:
    """An address of ours, with the language if one was chosen: the next page speaks as this one does."""
    asked = connection.query_params.get(_LANGUAGE, "")
    if asked not in LANGUAGES or f"{_LANGUAGE}=" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}{_LANGUAGE}={asked}"
