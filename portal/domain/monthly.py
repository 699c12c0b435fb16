"""Statements by mail, once a month: on which day, to whom; and which month each is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.errors import Refused
from portal.text import Text

USUAL_DAY, USUAL_HOUR, LAST_DAY = 3, 8, 28
LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class MonthlyRules:
    """What an issuer decided. `day` of the month, `hour` on its clock; `owing`: only to who owes at the month's end."""

    enabled: bool = False
    day: int = USUAL_DAY
    hour: int = USUAL_HOUR
    owing: bool = True
    text: str = ""


class NotMailed(StrEnum):
    """Why a customer gets no statement by itself."""

    ADDRESS = "address"  # none that can be written to
    BOUNCED = "bounced"
    STOPPED = "stopped"
    MAILED = "mailed"  # has had that month's


def check_monthly(rules: MonthlyRules) -> None:
    """Raises Refused for what no clock or calendar has, and for a text that is too long."""
    if not 1 <= rules.day <= LAST_DAY:
        raise Refused(Text("Elige un día del mes, del 1 al {last}.", last=LAST_DAY))
    if not 0 <= rules.hour <= 23:
        raise Refused(Text("Elige una hora del día."))
    if len(rules.text) > LONGEST_TEXT:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST_TEXT))


def next_monthly(now: datetime, rules: MonthlyRules, zone: str) -> datetime:
    """When the day and the hour come next on the clock of a zone, after `now`."""
    here = ZoneInfo(zone)
    day = now.astimezone(here).date().replace(day=rules.day)
    while True:
        moment = datetime.combine(day, time(rules.hour), here)
        if moment > now:
            return moment
        day = (day.replace(day=1) + timedelta(days=32)).replace(day=rules.day)


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the month that was over on a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def days_of(month: str) -> tuple[date, date]:
    """First and last day of a month by its name."""
    start = date.fromisoformat(f"{month}-01")
    return month_before((start + timedelta(days=32)).replace(day=1))


def month_name(start: date) -> str:
    """A month as it is remembered: "2026-03"."""
    return f"{start:%Y-%m}"
