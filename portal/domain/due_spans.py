"""What is outstanding, cut by due date: by how late it is, by month, and by the weeks to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.aging import BUCKETS, Bucket, bucket
from portal.domain.receivables import Position

MONTHS_BACK, MONTHS_AHEAD, WEEKS = 11, 1, 6
_LATEST = {Bucket.D30: (30, 1), Bucket.D60: (60, 31), Bucket.D90: (90, 61)}  # days ago, the first and the last one


@dataclass(frozen=True, slots=True)
class Span:
    """What falls due from `first` to `last`, both included and open where None; minor units by bucket."""

    first: date | None
    last: date | None
    parts: dict[Bucket, int]

    @property
    def amount(self) -> int:
        return sum(self.parts.values())


def by_age(at: Position) -> list[Span]:
    """One for each bucket, from what is not due yet to the latest."""
    return [_span(at, *_days(one, at.on)) for one in BUCKETS]


def by_month(at: Position) -> list[Span]:
    """Each month of the last year and the next one, what is older and what comes later; without those that hold
    nothing.
    """
    months = [_month(at.on, back) for back in range(MONTHS_BACK, -MONTHS_AHEAD - 1, -1)]
    ends = [_month(first, -1) - timedelta(days=1) for first in months]
    cuts = [
        (None, months[0] - timedelta(days=1)),
        *zip(months, ends, strict=True),
        (ends[-1] + timedelta(days=1), None),
    ]
    return _held(at, cuts)


def by_week(at: Position) -> list[Span]:
    """From the day itself to the Sunday, the five weeks after it, and what comes later; without those that hold
    nothing.
    """
    sunday = at.on + timedelta(days=6 - at.on.weekday())
    starts = [at.on, *(sunday + timedelta(days=7 * week + 1) for week in range(WEEKS - 1))]
    ends = [sunday + timedelta(days=7 * week) for week in range(WEEKS)]
    return _held(at, [*zip(starts, ends, strict=True), (ends[-1] + timedelta(days=1), None)])


def _days(one: Bucket, on: date) -> tuple[date | None, date | None]:
    if one is Bucket.CURRENT:
        return on, None
    if one is Bucket.OLDER:
        return None, on - timedelta(days=91)
    first, last = _LATEST[one]
    return on - timedelta(days=first), on - timedelta(days=last)


def _month(day: date, back: int) -> date:
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def _held(at: Position, cuts: Iterable[tuple[date | None, date | None]]) -> list[Span]:
    return [span for cut in cuts if (span := _span(at, *cut)).amount]


def _span(at: Position, first: date | None, last: date | None) -> Span:
    parts: dict[Bucket, int] = {}
    for day, amount in at.due.items():
        if (first or date.min) <= day <= (last or date.max):
            late = bucket(day, at.on)
            parts[late] = parts.get(late, 0) + amount
    return Span(first, last, parts)
