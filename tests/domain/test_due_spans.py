"""What is outstanding is cut by due date so that every peso stands in one span and no more."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.aging import BUCKETS, Bucket, bucket
from portal.domain.due_spans import Span, by_age, by_month, by_week
from portal.domain.receivables import Position
from portal.domain.statement import AgingRow

ON = date(2026, 11, 28)  # a Saturday


def position(*days: int, on: date = ON) -> Position:
    due = {on + timedelta(days=day): 10 for day in days}
    buckets = dict.fromkeys(BUCKETS, 0)
    for day in due:
        buckets[bucket(day, on)] += 10
    return Position("COP", on, AgingRow(buckets, 0), due=due)


@given(st.sets(st.integers(-900, 900), max_size=30), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_nothing_is_left_out_and_nothing_stands_twice(days: set[int], on: date) -> None:
    at = position(*days, on=on)
    assert {late: span.amount for late, span in zip(BUCKETS, by_age(at), strict=True)} == at.aging.buckets
    assert sum(span.amount for span in by_month(at)) == at.outstanding
    assert sum(span.amount for span in by_week(at)) == at.aging.buckets[Bucket.CURRENT]
    for spans in (by_age(at)[1:][::-1], by_month(at), by_week(at)):
        for before, after in pairwise(spans):
            assert before.last is not None and after.first is not None and before.last < after.first


def test_months_are_whole_and_what_is_older_or_later_stands_together() -> None:
    found = by_month(position(-800, -400, -29, -1, 0, 3, 40))
    assert [(one.first, one.last, one.amount) for one in found] == [
        (None, date(2025, 11, 30), 20),
        (date(2026, 10, 1), date(2026, 10, 31), 10),
        (date(2026, 11, 1), date(2026, 11, 30), 20),
        (date(2026, 12, 1), date(2026, 12, 31), 10),
        (date(2027, 1, 1), None, 10),
    ]
    assert found[2].parts == {Bucket.D30: 10, Bucket.CURRENT: 10}


def test_weeks_begin_today_and_end_on_sundays() -> None:
    assert by_week(position(-1, 0, 1, 2, 9, 60)) == [
        Span(date(2026, 11, 28), date(2026, 11, 29), {Bucket.CURRENT: 20}),
        Span(date(2026, 11, 30), date(2026, 12, 6), {Bucket.CURRENT: 10}),
        Span(date(2026, 12, 7), date(2026, 12, 13), {Bucket.CURRENT: 10}),
        Span(date(2027, 1, 4), None, {Bucket.CURRENT: 10}),
    ]
