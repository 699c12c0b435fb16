"""A letter in the reader's language: its subject, its plain text, and the same words as simple HTML.

The HTML names no background and no text colour, so that it reads on light and dark screens alike; its styles are
inline because mail programs drop the rest, and it loads nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from portal.domain.looks import USUAL_COLOUR, Look, ink_on
from portal.mail.templates import LETTERS, Letter, Template
from portal.text import Text

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BOX = f"max-width:520px;margin:0 auto;padding:32px 24px;{_FONT};font-size:16px;line-height:1.5"
_HEAD = "margin:0 0 24px;font-size:14px;font-weight:600;opacity:.75"
_LINE = "margin:0 0 16px"
_CODE = (
    "margin:8px 0 24px;padding:16px;border:1px solid #8a94a6;border-radius:8px;text-align:center;"
    "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:32px;font-weight:600;letter-spacing:8px"
)
_BUTTON = (
    "display:inline-block;padding:12px 24px;border-radius:8px;background-color:{colour};border:1px solid {colour};"
    "color:{ink};font-weight:600;text-decoration:none"
)
_LOGO = (
    "display:block;max-height:48px;max-width:240px;margin:0 0 16px;padding:4px 8px;border-radius:8px;background:#ffffff"
)
_SMALL = "margin:0 0 12px;font-size:14px;opacity:.75;overflow-wrap:anywhere"
_FOOT = "margin:24px 0 0;padding:16px 0 0;border-top:1px solid #8a94a6;font-size:12px;opacity:.75"

_PORTAL = Text("Portal de clientes")
_FROM_PORTAL = Text("Te escribe el portal de clientes.")
_FOR_ISSUER = Text("Por cuenta de {issuer} te escribe el portal de clientes.")


class Written(NamedTuple):
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A letter's words, translated and filled."""

    head: str
    subject: str
    opening: list[str]
    code: str
    button: str
    link: str
    closing: list[str]
    foot: str
    look: Look


def write(
    template: Template,
    values: Mapping[str, str],
    gettext: Callable[[str], str],
    language: str,
    look: Look | None = None,
) -> Written:
    """Raises KeyError when a value is missing. `values["issuer"]`, if given, is the name that the mail goes out in.

    `look`: that issuer's. With a logo in it, the HTML shows what the message carries as cid:logo.
    """
    visible = {name: _visible(value) for name, value in values.items()}
    said = _say(LETTERS[template], visible, gettext, look or Look())
    return Written(said.subject, _text(said), _html(said, language))


def _say(letter: Letter, values: Mapping[str, str], gettext: Callable[[str], str], look: Look) -> _Said:
    def say(sentence: Text) -> str:
        return sentence.filled(**values).render(gettext)

    own_words = [values["text"]] if letter.own_words and values.get("text", "").strip() else []
    return _Said(
        head=values.get("issuer") or say(_PORTAL),
        subject=say(letter.subject),
        opening=[say(one) for one in letter.opening] + own_words,
        code=values["code"] if letter.code else "",
        button=say(letter.button) if letter.button else "",
        link=values["link"] if letter.button else "",
        closing=[*(say(one) for one in letter.closing), *([_visible(look.closing)] if look.closing else [])],
        foot=say(_FOR_ISSUER if values.get("issuer") else _FROM_PORTAL),
        look=look,
    )


def _text(said: _Said) -> str:
    button = f"{said.button}:\n{said.link}" if said.link else ""
    parts = [said.head, *said.opening, said.code and f"    {said.code}", button, *said.closing, f"-- \n{said.foot}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _html(said: _Said, language: str) -> str:
    parts = [
        f'<img src="cid:logo" alt="" style="{_LOGO}">' if said.look.logo else "",
        _p(_HEAD, said.head),
        *(_p(_LINE, line) for line in said.opening),
        _p(_CODE, said.code),
        _button(said),
        *(_p(_SMALL, line) for line in said.closing),
        _p(_FOOT, said.foot),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" style="color-scheme:light dark">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f'<title>{escape(said.subject)}</title>\n</head>\n<body style="margin:0">\n<div style="{_BOX}">\n'
        + "\n".join(part for part in parts if part)
        + "\n</div>\n</body>\n</html>\n"
    )


def _p(style: str, words: str) -> str:
    return f'<p style="{style}">{escape(words).replace(chr(10), "<br>")}</p>' if words else ""


def _button(said: _Said) -> str:
    if not said.link:
        return ""
    colour = said.look.colour or USUAL_COLOUR
    style = _BUTTON.format(colour=colour, ink=ink_on(colour))
    return f'<p style="margin:8px 0 24px"><a href="{escape(said.link)}" style="{style}">{escape(said.button)}</a></p>'


def _visible(value: str) -> str:
    """A value without control characters and half characters, its line ends as \\n."""
    lines = value.splitlines()
    return "\n".join("".join(char for char in line if unicodedata.category(char) not in ("Cc", "Cs")) for line in lines)
