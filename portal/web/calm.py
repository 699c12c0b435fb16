"""The few pages that we write ourselves: one sentence, one next step, nothing from elsewhere, nothing that moves."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    "label{display:block;margin:0 0 1rem}label.tick{display:flex;gap:.6rem;align-items:start}"
    "input{font:inherit;box-sizing:border-box;width:100%;padding:.5rem .7rem;margin-top:.2rem;border:1px solid #7a8f97;"
    "border-radius:8px;background:#fff;color:inherit}.tick input{width:1.2rem;height:1.2rem;flex:none}"
    "small{display:block;opacity:.8}.wrong{color:#9a1f18}nav{margin-top:1.4rem}nav a{color:#0b6477;margin-right:1.2rem}"
    "pre{font:inherit;white-space:pre-wrap;background:#e6ecee;border-radius:8px;padding:.8rem 1rem}"
    "@media(prefers-color-scheme:dark){body{background:#10191c;color:#e7eef0}input{background:#18252a;border-color:#55686f}"
    ".wrong{color:#f5a29b}nav a{color:#6cc6d6}pre{background:#18252a}}"
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


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `kind` is the input's type; `said` stands in it already; `hint` in small below."""

    name: str
    label: Text
    kind: str = "text"
    complete: str = "off"  # what the browser may fill in by itself
    said: str = ""
    hint: Text | None = None
    longest: int = 200

    def html(self, say: Callable[[str], str], first: bool) -> str:
        """The input within its label."""
        label, hint = escape(self.label.render(say)), ""
        if self.hint:
            hint = f"<small>{escape(self.hint.render(say))}</small>"
        focus = " autofocus" if first else ""
        number = ' inputmode="numeric" pattern="[0-9 ]*"' if self.complete == "one-time-code" else ""
        value = f' value="{escape(self.said)}"' if self.said else ""
        put = f'<input name="{self.name}" type="{self.kind}" autocomplete="{self.complete}"{value}{number}'
        if self.kind == "hidden":
            return f"{put}>"
        if self.kind == "checkbox":
            return f'<label class="tick">{put} required><span>{label}{hint}</span></label>'
        return f'<label>{label}{put} maxlength="{self.longest}" required{focus}>{hint}</label>'


@dataclass(frozen=True, slots=True)
class Form:
    """What a page of ours asks for. It posts to `action` (its own address if empty); `ways` are other next steps."""

    fields: tuple[Field, ...]
    button: Text
    action: str = ""
    wrong: Text | None = None
    ways: tuple[tuple[Text, str], ...] = ()


def form_page(connection: HTTPConnection, title: Text, sentence: Text, form: Form, status: int = 200) -> HTMLResponse:
    """A page with a few fields and one button; what was wrong stands above them."""
    say = translator(_language(connection))
    wrong = f'<p class="wrong" role="alert">{escape(form.wrong.render(say))}</p>' if form.wrong else ""
    shown = [field for field in form.fields if field.kind != "hidden"]
    fields = "".join(field.html(say, bool(shown) and field is shown[0]) for field in form.fields)
    button = f'<button type="submit">{escape(form.button.render(say))}</button>'
    ways = "".join(f'<a href="{escape(href)}">{escape(text.render(say))}</a>' for text, href in form.ways)
    nav = f"<nav>{ways}</nav>" if ways else ""
    more = f'{wrong}<form method="post" action="{escape(form.action)}">{fields}{button}</form>{nav}'
    return _page(connection, title, sentence, more, status)


def sentence_page(connection: HTTPConnection, title: Text, sentence: Text, status: int) -> HTMLResponse:
    """A page that says one thing; the same bytes for the same words, status and language."""
    return _page(connection, title, sentence, "", status)


def texts_page(connection: HTTPConnection, title: Text, texts: Sequence[Text]) -> HTMLResponse:
    """A page to read: a few paragraphs."""
    say = translator(_language(connection))
    more = "".join(f"<p>{escape(text.render(say))}</p>" for text in texts[1:])
    return _page(connection, title, texts[0], more, 200)


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
