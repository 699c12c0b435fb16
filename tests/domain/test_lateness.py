from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.lateness import Delay, Lateness, Paid, delay

PAID = st.dictionaries(st.integers(-40, 120), st.builds(Paid, st.integers(1, 9), st.integers(1, 10**12)), min_size=1)


@given(PAID, st.integers(1, 100))
def test_a_quantile_splits_the_money(days: dict[int, Paid], percent: int) -> None:
    found, whole = Lateness(days), sum(paid.amount for paid in days.values())
    at = found.quantile(percent)
    by_then = sum(paid.amount for late, paid in days.items() if late <= at)
    before = sum(paid.amount for late, paid in days.items() if late < at)
    assert by_then * 100 >= whole * percent > before * 100
    assert min(days) * 10 <= found.mean_tenths() <= max(days) * 10


@given(PAID)
def test_the_classes_hold_all_that_was_paid(days: dict[int, Paid]) -> None:
    spread = Lateness(days).spread()
    assert list(spread) == list(Delay)
    assert sum(one.amount for one in spread.values()) == Lateness(days).whole.amount
    assert sum(one.documents for one in spread.values()) == Lateness(days).whole.documents


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, Delay.EARLY), (0, Delay.ON_TIME), (1, Delay.D7), (7, Delay.D7), (8, Delay.D15), (16, Delay.D30),
     (60, Delay.D60), (61, Delay.D90), (91, Delay.OLDER)],
)  # fmt: skip
def test_each_day_has_its_class(days: int, expected: Delay) -> None:
    assert delay(days) is expected


def test_of_nothing_everything_is_nothing() -> None:
    nothing = Lateness({})
    assert (nothing.quantile(50), nothing.mean_tenths(), nothing.whole) == (0, 0, Paid())
