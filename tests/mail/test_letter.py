"""Every letter says what it must, in both parts and languages, and shows no value as markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from portal.domain.mail import one_line
from portal.i18n import LANGUAGES, translator
from portal.mail.letter import Written, write
from portal.mail.templates import LETTERS, Template, needs

LINK = "https://clientes.example/l/abc?x=1&y=2"
VALUES = {
    "amount": "COP 119.000,00",
    "provider": "Wompi",
    "count": "3",
    "code": "428913",
    "link": LINK,
    "issuer": "Ejemplar & Cía S.A.S.",
    "person": "Ana Peña",
    "party": "Empresa ABC",
    "customer": "Empresa ABC S.A.S.",
    "days": "90",
    "tax_id": "900555666",
    "number": "FE-1",
    "name": "documentos-2026-03-15.xlsx",
    "day": "12/03/2026",
    "means": "Nequi",
    "reference": "TRF-77",
    "reason": "No aparece en el banco",
    "tax": "ReteICA",
    "kind": "Factura de venta",
    "lines": "Factura de venta FE-1: COP 119.000,00",
    "above": "Responde por encima",
    "how": "Responde este correo.",
    "documents": "FE-1 · vence el 12/03/2026 · COP 119.000,00",
    "totals": "COP 119.000,00",
    "stop": "https://clientes.example/stop/abc",
    "start": "01/02/2026",
    "end": "28/02/2026",
    "verify": "https://clientes.example/verificar/abc",
    "accounts": "EC-000007 · COP 119.000,00",
    "attached": "Va adjunto.",
}
HOSTILE = '<img src="https://evil.example/x.png"><script>alert(1)</script>"\' {0} {code.__class__} %s'
with_every_template = pytest.mark.parametrize("template", list(Template))


class Page(HTMLParser):
    """What a mail program makes of the HTML: its words, its tags, its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "background", "action")]

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


def letter(template: Template, language: str = "es", **other: str) -> Written:
    """With the values that it needs, and the issuer's name."""
    told = {name: VALUES[name] for name in needs(template) | {"issuer"}}
    return write(template, told | other, translator(language), language)


def shouting(sentence: str) -> str:
    """A language of one's own, to see which words go through the catalog."""
    return f"¡{sentence}!"


@with_every_template
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_whole_in_every_language(template: Template, language: str) -> None:
    written = letter(template, language)
    assert written.subject and written.subject == one_line(written.subject)
    assert "{" not in written.subject + written.text and f'<html lang="{language}"' in written.html


@with_every_template
def test_both_parts_say_the_same(template: Template) -> None:
    written = letter(template)
    shown = [words for words in Page(written.html).words if words != written.subject]
    assert [words for words in shown if words not in written.text] == []
    lines = [line.strip() for line in written.text.splitlines() if line.strip() not in ("", "--", LINK)]
    assert [line for line in lines if line.removesuffix(":") not in shown and line not in shown] == []


@with_every_template
def test_a_code_and_a_link_stand_in_the_body_and_never_in_the_subject(template: Template) -> None:
    written, kind = letter(template), LETTERS[template]
    page = Page(written.html)
    assert (VALUES["code"] in written.text) == (VALUES["code"] in page.words) == kind.code
    assert page.links == ([LINK] if kind.button else []) and (LINK in written.text) == bool(kind.button)
    assert VALUES["code"] not in written.subject and LINK not in written.subject


@with_every_template
def test_the_html_is_simple_loads_nothing_and_leaves_the_colours_of_the_page_to_the_reader(template: Template) -> None:
    html = letter(template).html
    assert set(Page(html).tags) <= {"html", "head", "meta", "title", "body", "div", "p", "a", "br"}
    assert html.count("<a ") <= 1 and "url(" not in html and 'content="light dark"' in html
    outside_the_button = html.split("<a ")[0] + html.split("</a>")[-1]
    assert "background" not in outside_the_button and ";color:" not in outside_the_button


@with_every_template
def test_no_value_becomes_markup_or_a_template(template: Template) -> None:
    written = letter(template, **dict.fromkeys([*VALUES, "text"], HOSTILE))
    plain = letter(template)
    assert Page(written.html).tags == Page(plain.html).tags or LETTERS[template].own_words
    assert {"img", "script"}.isdisjoint(Page(written.html).tags)
    assert HOSTILE in written.text and "&lt;script&gt;" in written.html


@with_every_template
def test_every_word_goes_through_the_catalog(template: Template) -> None:
    told = {name: VALUES[name] for name in needs(template)}
    page = Page(write(template, {**told, "issuer": ""}, shouting, "xx").html)
    own = {VALUES["code"]}
    assert [words for words in page.words if words not in own and not (words[0] == "¡" and words[-1] == "!")] == []


@with_every_template
def test_a_missing_value_is_an_error_not_a_hole(template: Template) -> None:
    for name in needs(template) - {"issuer"}:
        told = {other: VALUES[other] for other in needs(template) - {name}}
        with pytest.raises(KeyError, match=name):
            write(template, told, translator("es"), "es")


def test_in_an_issuers_name_its_name_stands_at_the_head_and_at_the_foot() -> None:
    words = Page(letter(Template.SIGN_IN_CODE).html).words
    assert words[1] == VALUES["issuer"] and VALUES["issuer"] in words[-1]
    assert Page(letter(Template.SIGN_IN_CODE, issuer="").html).words[1] == "Portal de clientes"


def test_the_issuers_own_words_keep_their_lines_and_may_be_absent() -> None:
    written = letter(Template.PERSONAL_LINK, text="Buenos días:\r\nGracias por su compra.")
    assert "Buenos días:\nGracias por su compra." in written.text
    assert "Buenos días:<br>Gracias por su compra." in written.html
    assert letter(Template.PERSONAL_LINK, text=" \n").text == letter(Template.PERSONAL_LINK).text


def test_characters_that_no_mail_carries_are_left_out() -> None:
    assert "AnaPeña te invita" in letter(Template.INVITATION, person="Ana\x00\ud800Peña").text


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        (Template.SIGN_IN_CODE, "durante 10 minutos"),
        (Template.RESET, "Si no fuiste tú, no hagas nada"),
        (Template.RESET, "durante 10 minutos"),
        (Template.INVITATION, "Ana Peña te invita"),
        (Template.PERSONAL_LINK, "Días que el enlace sigue abierto: 90"),
        (Template.ALREADY_REGISTERED, "Si la olvidaste, elige una nueva"),
    ],
)
def test_a_letter_tells_what_to_do_next(template: Template, sentence: str) -> None:
    assert sentence in letter(template).text
