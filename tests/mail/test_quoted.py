"""Of a reply only what its writer added is kept."""

from __future__ import annotations

import time

import pytest

from portal.mail.quoted import MARK, new_words
from portal.mail.strip_html import text_of

NEW = "Sí, va incluido.\n\nSaludos,\nRosa"
TAILS = [
    "El lun, 16 mar 2026 a las 9:00, Ejemplar (<a@b.example>) escribió:\n\n> viejo\n> más",
    "El vie, 27 de nov de 2026, 3:04 p. m., Ejemplar S.A.S. <\nrespuestas+r234@portal.example> escribió:\n\n> viejo",
    "On Mon, Nov 23, 2026 at 10:00 AM Ejemplar <a@b.example> wrote:\n> viejo",
    "De: Ejemplar <a@b.example>\nEnviado: lunes, 23 de noviembre\nPara: Rosa\nAsunto: Documento\n\nviejo",
    "________________________________\nFrom: Ejemplar\nSent: Monday\nTo: Rosa\nSubject: x\n\nviejo",
    "-----Mensaje original-----\nDe: Ejemplar\n\nviejo",
    f"{MARK} Responde por encima de esta línea {MARK}\nviejo",
    f"Ejemplar escribe\n{MARK} Reply above {MARK}\nviejo",
    "-- \nRosa Pérez\nCartera",
    "Enviado desde mi iPhone",
    "> viejo\n> más viejo",
]


@pytest.mark.parametrize("tail", TAILS)
def test_what_mail_programs_add_below_is_cut(tail: str) -> None:
    kept = new_words(f"{NEW}\r\n\r\n{tail}")
    assert kept.startswith(NEW) and "viejo" not in kept and "iPhone" not in kept and "Rosa Pérez" not in kept


def test_answers_between_the_lines_are_kept_and_a_wholly_quoted_text_is_not_lost() -> None:
    assert new_words("> ¿cuánto?\nCien mil.\n> ¿cuándo?\nMañana.") == "Cien mil.\nMañana."
    assert new_words("El lunes escribió: hola") == "El lunes escribió: hola"
    assert new_words("De: mi bolsillo\nsalió el pago") == "De: mi bolsillo\nsalió el pago"


@pytest.mark.parametrize(
    "hostile",
    ["On " * 60_000 + "wrote", "El \n" * 50_000, "De: a\n" * 30_000, ">" * 200_000, "-" * 200_000, " \n" * 90_000],
)
def test_a_text_made_to_take_long_does_not(hostile: str) -> None:
    started = time.perf_counter()
    new_words(hostile)
    assert time.perf_counter() - started < 2


def test_html_is_read_as_a_person_reads_it() -> None:
    markup = (
        "<html><head><style>p{}</style><title>t</title></head><body><p>Hola&nbsp;<b>Ana</b>,</p><div>va<br>incluido"
        "<script>alert(1)</script></div><!-- x --><ul><li>uno<li>dos</ul><div class='gmail_quote'>viejo<p>más</div>"
        "<blockquote>viejo</blockquote>fin</body></html>"
    )
    assert text_of(markup).split() == ["Hola", "Ana,", "va", "incluido", "uno", "dos", "fin"]
    assert text_of("<p>uno</p><p>dos") == "uno\n\ndos" and text_of("") == "" and text_of("<" * 5_000) is not None


def test_html_that_is_nested_without_end_is_read() -> None:
    started = time.perf_counter()
    text_of("<div>" * 30_000 + "x")
    assert time.perf_counter() - started < 2
