"""The clock that is passed in: instants are UTC, calendar dates belong to a time zone."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

BOGOTA = "America/Bogota"


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def today(clock: Clock, timezone: str = BOGOTA) -> date:
    """The calendar date that `clock` shows in `timezone`: what decides whether a document is overdue."""
    return clock.now().astimezone(ZoneInfo(timezone)).date()
