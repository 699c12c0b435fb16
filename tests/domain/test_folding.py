"""One spelling for comparing and searching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.folding import fold_number, fold_text, search_words


@pytest.mark.parametrize("written", ["FE-12", "fe 12", " FE–12 ", "f e - 1 2"])
def test_a_number_has_one_spelling(written: str) -> None:
    assert fold_number(written) == "FE12"


def test_signs_other_than_blanks_and_hyphens_part_numbers() -> None:
    assert fold_number("FE/12") != fold_number("FE12")


def test_text_is_found_without_case_and_accents() -> None:
    assert fold_text("  Ñandú   CAFÉ\tCon Leche ") == "nandu cafe con leche"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


@given(st.text())
def test_a_query_becomes_folded_words_without_blanks(text: str) -> None:
    assert all(word and word == fold_text(word) for word in search_words(text))
