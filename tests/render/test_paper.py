"""Text stays in its place; and the tests that say so would notice if it did not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.render.paper import LEFT, Paper
from tests.render.papers import overlaps, text_of


@pytest.fixture
def paper() -> Paper:
    sheet = Paper(unicode=False)
    sheet.add_page()
    sheet.style(10)
    return sheet


def test_an_overlap_would_be_noticed(paper: Paper, tmp_path: Path) -> None:
    paper.text(20, 20, "encima")
    paper.text(22, 20.5, "debajo")
    assert overlaps(bytes(paper.output()), tmp_path) == [("encima", "debajo")]


def test_a_line_too_wide_is_written_smaller(paper: Paper) -> None:
    paper.line_at(LEFT, 20, 30, "x" * 100)
    assert paper.font_size_pt == 10
    assert "x" * 100 in text_of(bytes(paper.output()))


def test_controls_become_blanks_and_odd_blanks_their_equals(paper: Paper) -> None:
    paper.text(20, 20, "a\x07b\u202fc\u2212d\u200b")
    assert text_of(bytes(paper.output())) == "a b\u00a0c-d"


@given(st.text(st.sampled_from("abc wWñ-\n"), max_size=200), st.floats(5, 80))
def test_wrapped_lines_fit_and_keep_every_letter(text: str, width: float) -> None:
    paper = Paper(unicode=False)
    paper.add_page()
    paper.style(9)
    lines = paper.wrap(text, width)
    assert all(paper.get_string_width(line.rstrip()) <= width + 0.01 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
