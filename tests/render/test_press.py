"""PDFs drawn in a child are the ones drawn here; what can't be drawn is told apart from a press that broke."""

from __future__ import annotations

import io
import pickle
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.render.balances import Balances
from portal.render.press import NotDrawn, Press, Print, draw, serve
from tests.factories import facts

WANTED = Print(
    facts("FE-1"), "es", datetime(2026, 3, 20, tzinfo=UTC), Balances(date(2026, 3, 20), 0, 100_000), None, None
)


def test_a_child_draws_the_very_same_bytes_and_goes_on_after_what_it_can_not_draw() -> None:
    with Press(1) as press:
        good, bad = press.submit(WANTED), press.submit(replace(WANTED, facts=None))  # type: ignore[arg-type]
        again = press.submit(WANTED)
        assert good.result(60) == again.result(60) == draw(WANTED)
        with pytest.raises(NotDrawn, match="AttributeError"):
            bad.result(60)


def test_a_child_that_dies_is_no_missing_document() -> None:
    with Press(1) as press:
        press.submit(WANTED).result(60)
        press._children[0].kill()
        press._children[0].wait()
        with pytest.raises((OSError, EOFError)):
            press.submit(WANTED).result(60)


def test_what_is_left_unasked_is_not_drawn() -> None:
    with Press(1) as press:
        waiting = [press.submit(WANTED) for _ in range(50)]
    assert any(one.cancelled() for one in waiting)
    assert all(child.returncode is not None for child in press._children)


def test_it_serves_until_nobody_asks() -> None:
    asked, answers = io.BytesIO(pickle.dumps(WANTED) + pickle.dumps("nonsense")), io.BytesIO()
    serve(asked, answers)
    answers.seek(0)
    drawn, data = pickle.load(answers)  # noqa: S301
    assert drawn and data.startswith(b"%PDF-")
    assert pickle.load(answers)[0] is False  # noqa: S301
