from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.periods import NAMES, Period, span

DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
WHOLE = {
    Period.THIS_MONTH: 1,
    Period.LAST_MONTH: 1,
    Period.THIS_QUARTER: 3,
    Period.LAST_QUARTER: 3,
    Period.THIS_YEAR: 12,
    Period.LAST_YEAR: 12,
}
NOW = (Period.THIS_MONTH, Period.THIS_QUARTER, Period.THIS_YEAR)
PAST = {
    Period.THIS_MONTH: Period.LAST_MONTH,
    Period.THIS_QUARTER: Period.LAST_QUARTER,
    Period.THIS_YEAR: Period.LAST_YEAR,
}


def months(first: date, last: date) -> int:
    """How many calendar months a span of whole months touches."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        ("este-mes", "2026-03-15", "2026-03-01", "2026-03-31"),
        ("este-mes", "2024-02-29", "2024-02-01", "2024-02-29"),
        ("este-mes", "2025-02-28", "2025-02-01", "2025-02-28"),
        ("este-mes", "2026-12-31", "2026-12-01", "2026-12-31"),
        ("mes-pasado", "2026-01-31", "2025-12-01", "2025-12-31"),
        ("mes-pasado", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("mes-pasado", "2100-03-01", "2100-02-01", "2100-02-28"),
        ("este-trimestre", "2026-03-31", "2026-01-01", "2026-03-31"),
        ("este-trimestre", "2026-04-01", "2026-04-01", "2026-06-30"),
        ("trimestre-pasado", "2026-02-10", "2025-10-01", "2025-12-31"),
        ("trimestre-pasado", "2024-04-10", "2024-01-01", "2024-03-31"),
        ("este-año", "2026-01-01", "2026-01-01", "2026-12-31"),
        ("año-pasado", "2026-12-31", "2025-01-01", "2025-12-31"),
        ("12-meses", "2026-03-15", "2025-04-01", "2026-03-15"),
        ("12-meses", "2024-02-29", "2023-03-01", "2024-02-29"),
    ],
)
def test_a_named_period_goes_from_day_to_day(period: str, today: str, first: str, last: str) -> None:
    expected = date.fromisoformat(first), date.fromisoformat(last)
    assert span(Period(period), date.fromisoformat(today)) == expected


@pytest.mark.parametrize("period", [Period.ALL, Period.CUSTOM])
def test_all_dates_and_chosen_dates_are_no_span(period: Period) -> None:
    assert span(period, date(2026, 3, 15)) is None


@given(DAYS, st.sampled_from(list(WHOLE)))
def test_a_span_is_whole_months_and_a_quarter_begins_one(today: date, period: Period) -> None:
    found = span(period, today)
    assert found is not None
    first, last = found
    assert first.day == 1 and (last + timedelta(days=1)).day == 1
    assert months(first, last) == WHOLE[period]
    assert (first.month - 1) % WHOLE[period] == 0


@given(DAYS, st.sampled_from(NOW))
def test_this_one_holds_today_and_the_last_one_ends_the_day_before_it_begins(today: date, period: Period) -> None:
    now, past = span(period, today), span(PAST[period], today)
    assert now is not None and past is not None
    assert now[0] <= today <= now[1]
    assert past[1] + timedelta(days=1) == now[0]


@given(DAYS)
def test_twelve_months_end_today_and_begin_a_month(today: date) -> None:
    found = span(Period.LAST_12_MONTHS, today)
    assert found is not None
    assert found[0].day == 1 and found[1] == today and months(*found) == 12


def test_every_period_has_a_name() -> None:
    assert set(NAMES) == set(Period)
    assert len({str(name) for name in NAMES.values()}) == len(Period)
