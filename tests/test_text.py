"""A sentence that was kept is said again in any language."""

from __future__ import annotations

import pytest

from portal.text import Text, dump_text, load_text


def test_a_kept_sentence_says_the_same_in_every_language() -> None:
    told = Text("«{field}» es de {other}: {n}, {parts}", field="Llave", other=Text("pruebas"), n=3, parts=[Text("a")])
    for say in (str, lambda said: f"¡{said}"):
        assert load_text(dump_text(told)).render(say) == told.render(say)


def test_values_that_are_neither_words_nor_numbers_are_kept_as_text() -> None:
    assert str(load_text(dump_text(Text("{x}", x=b"y")))) == "b'y'"


@pytest.mark.parametrize(
    ("template", "name", "said"),
    [
        ("Documentos de {issuer}. Súmalos.", "Roble Ltda.", "Documentos de Roble Ltda. Súmalos."),
        ("Es de {issuer}.", "Ejemplar S.A.S.", "Es de Ejemplar S.A.S."),
        ("Es de {issuer}.", "Ana", "Es de Ana."),
        ("{issuer}.pdf", "S.A.", "S.A..pdf"),
    ],
)
def test_a_name_with_a_full_stop_ends_a_sentence_once(template: str, name: str, said: str) -> None:
    assert str(Text("{made}", made=Text(template).filled(issuer=name))) == said
