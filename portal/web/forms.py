"""Forms on our own pages: a few fields, one button, what was wrong above them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from portal.i18n import translator
from portal.text import Text
from portal.web.calm import Way, keep_language, language_of, page


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
    ways: tuple[Way, ...] = ()


def form_page(
    connection: HTTPConnection, title: Text, sentence: Text, form: Form, status: int = 200, above: str = ""
) -> HTMLResponse:
    """A page with a few fields and one button; what was wrong stands above them. `above` is HTML of ours."""
    say = translator(language_of(connection))
    wrong = f'<p class="wrong" role="alert">{escape(form.wrong.render(say))}</p>' if form.wrong else ""
    shown = [field for field in form.fields if field.kind != "hidden"]
    fields = "".join(field.html(say, bool(shown) and field is shown[0]) for field in form.fields)
    button = f'<button type="submit">{escape(form.button.render(say))}</button>'
    action = keep_language(connection, form.action) if form.action else ""
    more = f'{above}{wrong}<form method="post" action="{escape(action)}">{fields}{button}</form>'
    return page(connection, title, sentence, more, status, ways=form.ways)
