"""A sentence that was kept is said again in any language."""

from __future__ import annotations

from portal.text import Text, dump_text, load_text


def test_a_kept_sentence_says_the_same_in_every_language() -> None:
    told = Text("«{field}» es de {other}: {n}, {parts}", field="Llave", other=Text("pruebas"), n=3, parts=[Text("a")])
    for say in (str, lambda said: f"¡{said}"):
        assert load_text(dump_text(told)).render(say) == told.render(say)


def test_values_that_are_neither_words_nor_numbers_are_kept_as_text() -> None:
    assert str(load_text(dump_text(Text("{x}", x=b"y")))) == "b'y'"
