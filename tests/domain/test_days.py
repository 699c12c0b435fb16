"""The calendar date is that of the issuer's zone."""

from datetime import UTC, date, datetime

from portal.domain.days import Today, today_everywhere
from tests.factories import FrozenClock

EVENING = FrozenClock(
    datetime(2026, 3, 16, 3, 0, tzinfo=UTC)
)  # 22:00 of the 15th in Bogotá, 00:00 of the 16th in São Paulo


def test_an_issuer_further_east_is_already_in_tomorrow() -> None:
    today = today_everywhere(EVENING, {7: "America/Sao_Paulo", 8: "America/Lima"})
    assert (today.at(7), today.at(8), today.at(9)) == (date(2026, 3, 16), date(2026, 3, 15), date(2026, 3, 15))


def test_a_zone_with_the_same_date_needs_no_word_of_its_own() -> None:
    assert today_everywhere(EVENING, {8: "America/Lima"}) == Today(date(2026, 3, 15))
