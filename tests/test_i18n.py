import pytest

from portal.i18n import LANGUAGES, preferred, translator
from portal.text import Text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "es"),
        ("", "es"),
        ("es-CO", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.4,en;q=0.6", "en"),
        ("EN", "en"),
        ("fr-FR,de", "es"),
        ("en;q=0.1, es;q=0.9", "es"),
        ("*;q=x,;;,en", "en"),
        ("../../etc/passwd", "es"),
    ],
)
def test_the_language_liked_best_among_ours(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_a_sentence_is_translated_and_its_values_are_kept() -> None:
    sentence = Text(
        "Algo falló de nuestro lado. Intenta otra vez en unos minutos; si sigue, comparte la referencia {reference}.",
        reference="AB12",
    )
    assert "reference AB12" in sentence.render(translator("en"))
    assert "referencia AB12" in sentence.render(translator("es"))


@pytest.mark.parametrize("language", [*LANGUAGES, "xx", "../en", ""])
def test_what_no_catalog_knows_stays_spanish(language: str) -> None:
    assert translator(language)("Nadie tradujo esto") == "Nadie tradujo esto"
