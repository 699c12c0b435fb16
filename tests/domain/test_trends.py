from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.trends import Slot, Step, slots, step_of

DAYS = st.dates(date(2000, 1, 1), date(2060, 1, 1))


@given(DAYS, st.integers(0, 9_000))
def test_steps_are_the_period_without_gap_or_overlap(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    found = slots(start, end)
    assert (found[0].first, found[-1].last) == (start, end)
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(found))
    assert 1 <= len(found) <= 130


@pytest.mark.parametrize(("days", "step"), [(1, Step.DAY), (31, Step.DAY), (32, Step.WEEK), (120, Step.WEEK),
                                            (121, Step.MONTH), (366, Step.MONTH), (4_000, Step.YEAR)])  # fmt: skip
def test_the_longer_the_period_the_longer_its_steps(days: int, step: Step) -> None:
    assert step_of(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)) is step


def test_months_end_with_the_month_and_weeks_on_sunday() -> None:
    assert slots(date(2025, 12, 15), date(2026, 5, 3))[:2] == (
        Slot(date(2025, 12, 15), date(2025, 12, 31)),
        Slot(date(2026, 1, 1), date(2026, 1, 31)),
    )
    assert slots(date(2026, 3, 4), date(2026, 4, 10))[0].last == date(2026, 3, 8)


def test_the_last_of_all_days_is_a_day() -> None:
    assert slots(date.max, date.max) == (Slot(date.max, date.max),)
