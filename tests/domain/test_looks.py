import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.looks import LONGEST_WORDS, USUAL_COLOUR, Look, _contrast, _light, checked, ink_on
from portal.errors import Refused

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_a_buttons_words_can_be_read_on_every_colour(colour: str) -> None:
    assert _contrast(_light(ink_on(colour)), _light(colour)) >= 4.0


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert round(_contrast(_light("#000000"), _light("#ffffff")), 2) == 21


def test_what_was_typed_is_tidied_and_the_usual_colour_is_none() -> None:
    typed = Look(f" {USUAL_COLOUR.upper()} ", " Ejemplar\nCartera ", " Hola ", "", "ab")
    assert checked(typed) == Look("", "Ejemplar Cartera", "Hola", "", "ab")


@pytest.mark.parametrize(
    "look",
    [
        Look("rojo"),
        Look("#12345"),
        Look("#123456;background:url(x)"),
        Look(sender="x" * 61),
        Look(sender="gerencia@banco.example"),
        Look(greeting="x" * (LONGEST_WORDS + 1)),
        Look(closing="x" * (LONGEST_WORDS + 1)),
    ],
)
def test_what_can_not_be_shown_is_refused(look: Look) -> None:
    with pytest.raises(Refused):
        checked(look)
