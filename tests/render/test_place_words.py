"""Where in a sheet a problem stands is said in the reader's language; a file's name is as its sender wrote it."""

import pytest

from portal.i18n import translator
from portal.render.labels import Labels
from portal.render.place_words import place_words


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("fila 3", "row 3"),
        ("fila 3, columna «fecha «de» emisión»", "row 3, column “fecha «de» emisión”"),
        ("mail.zip!fila 3.xml", "mail.zip!fila 3.xml"),
        ("", ""),
    ],
)
def test_a_place_is_said_in_the_readers_language(place: str, said: str) -> None:
    assert place_words(place, Labels(translator("en"), "en")) == said
    assert place_words(place, Labels()) == place
