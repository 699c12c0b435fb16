"""Days late and buckets come from the due date and today."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.aging import Bucket, Settlement, bucket, days_late, is_overdue, settlement

TODAY = date(2026, 3, 15)


@pytest.mark.parametrize(
    ("late", "expected"),
    [(-5, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60"), (61, "61-90"),
     (90, "61-90"), (91, "91+"), (5000, "91+")],
)  # fmt: skip
def test_the_edges_of_every_bucket(late: int, expected: str) -> None:
    assert bucket(TODAY - timedelta(days=late), TODAY) == Bucket(expected)


def test_due_today_is_not_late() -> None:
    assert not is_overdue(TODAY, 100, TODAY)
    assert is_overdue(TODAY - timedelta(days=1), 100, TODAY)


def test_what_is_settled_is_never_overdue() -> None:
    assert not is_overdue(TODAY - timedelta(days=100), 0, TODAY)


@given(st.dates(), st.dates())
def test_days_late_are_never_negative_and_agree_with_the_bucket(due: date, today: date) -> None:
    late = days_late(due, today)
    assert late >= 0
    assert (bucket(due, today) is Bucket.CURRENT) == (late == 0)


@pytest.mark.parametrize(
    ("total", "balance", "void", "expected"),
    [(100, 100, False, "open"), (100, 40, False, "part"), (100, 0, False, "settled"), (100, 100, True, "void"),
     (0, 0, False, "settled")],
)  # fmt: skip
def test_how_far_a_document_is_settled(total: int, balance: int, void: bool, expected: str) -> None:
    assert settlement(total, balance, void) == Settlement(expected)
