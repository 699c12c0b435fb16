"""The colours of charts: with any colour vision each is told from each, and seen on the ground; and charts in words."""

from __future__ import annotations

from itertools import combinations

import pytest

from portal.ui.charts import COLOURS, GROUNDS, in_words
from tests.colours import VISIONS, contrast, distance
from tests.test_streamlit_config import OPTIONS


@pytest.mark.parametrize("theme", COLOURS)
@pytest.mark.parametrize("vision", VISIONS)
def test_the_parts_of_a_chart_are_told_apart_with_any_colour_vision(theme: str, vision: str) -> None:
    assert [pair for pair in combinations(COLOURS[theme], 2) if distance(*pair, vision) < 20] == []


@pytest.mark.parametrize("theme", COLOURS)
def test_each_part_stands_out_from_the_ground_that_shows_between_them(theme: str) -> None:
    assert GROUNDS[theme].upper() == OPTIONS[f"theme.{theme}.backgroundColor"].upper()
    assert [colour for colour in COLOURS[theme] if contrast(colour, GROUNDS[theme]) < 3] == []


def test_who_hears_a_chart_hears_its_names_and_sums_but_for_what_has_none() -> None:
    assert in_words("COP", [("Por vencer", "900,00"), ("1–30 días", ""), ("31–60 días", "1,00")]) == (
        "COP. Por vencer: 900,00; 31–60 días: 1,00"
    )
