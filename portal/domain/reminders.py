"""Reminders: on which days before and after a due date customers are written to, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.errors import Refused
from portal.text import Text

USUAL_DAYS, USUAL_HOUR = (-3, 0, 5, 15), 8
FIRST, LAST, MOST_DAYS = -30, 180, 8
LONGEST_TEXT = 1_000
MOST_LISTED = 30  # documents in one mail
_APART = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What an issuer decided. `days`: relative to the due date, negative before it. `hour`: on the issuer's clock."""

    enabled: bool = False
    hour: int = USUAL_HOUR
    days: tuple[int, ...] = USUAL_DAYS
    text: str = ""

    def due_dates(self, day: date) -> list[date]:
        """The due dates of the documents that are reminded of on a day."""
        return sorted(day - timedelta(days=one) for one in self.days)


class Against(StrEnum):
    """Why a customer whose documents would be reminded of gets no mail."""

    REVIEW = "review"  # a reported payment, or a withholding, waits for its answer
    PAYING = "paying"  # money may be on its way
    DISPUTED = "disputed"
    COVERED = "covered"  # by saldo a favor
    ADDRESS = "address"  # none that can be written to
    BOUNCED = "bounced"  # what was mailed there came back
    STOPPED = "stopped"  # does not want reminders
    TODAY = "today"  # reminded already


@dataclass(frozen=True, slots=True)
class Owed:
    """A document with something outstanding. `against`: why it is not reminded of by itself."""

    document_id: int
    number: str
    currency: str
    payable_on: date
    outstanding: int
    against: Against | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a customer is told on a day, or why nothing."""

    customer_id: int
    customer_name: str
    email: str
    language: str
    documents: tuple[Owed, ...]
    against: Against | None = None

    @property
    def totals(self) -> dict[str, int]:
        """By currency, what is outstanding on these documents."""
        found: dict[str, int] = {}
        for one in self.documents:
            found[one.currency] = found.get(one.currency, 0) + one.outstanding
        return found


def to_remind(
    owed: Sequence[Owed], days: Iterable[date], favour: Mapping[str, int]
) -> tuple[list[Owed], Against | None]:
    """What a customer is reminded of on a day on which documents due on `days` are: these and all that is overdue.

    `favour`: by currency, its free credit, which covers the oldest first. With nothing left, why.
    """
    wanted, left, kept = set(days), dict(favour), list[Owed]()
    why: list[Against] = []
    for one in sorted(owed, key=lambda one: (one.payable_on, one.document_id)):
        if one.against is not None:
            why.append(one.against)
            continue
        covered = min(left.get(one.currency, 0), one.outstanding)
        left[one.currency] = left.get(one.currency, 0) - covered
        if covered == one.outstanding:
            why.append(Against.COVERED)
        else:
            kept.append(one)
    if any(one.payable_on in wanted for one in kept):
        return kept, None
    return [], why[0] if why else None


def folded(email: str) -> str:
    """An address as it is remembered."""
    return email.strip().lower()


def read_days(typed: str) -> tuple[int, ...]:
    """Days as people write them: «-3, 0, 5, 15». Raises Refused."""
    told = [one.replace("−", "-").lstrip("+") for one in _APART.split(typed.strip()) if one]
    if not told or not all(re.fullmatch(r"-?\d{1,3}", one, re.ASCII) for one in told):
        raise Refused(Text("Escribe los días separados por comas, por ejemplo: -3, 0, 5, 15."))
    return check_days(int(one) for one in told)


def check_days(days: Iterable[int]) -> tuple[int, ...]:
    """Each once, in order. Raises Refused for too many, and for days that are too far off."""
    found = tuple(sorted(set(days)))
    if not 0 < len(found) <= MOST_DAYS or found[0] < FIRST or found[-1] > LAST:
        raise Refused(
            Text("Elige hasta {most} días, de {first} a {last} contados desde el vencimiento.", most=MOST_DAYS,
                 first=FIRST, last=LAST)
        )  # fmt: skip
    return found


def next_sending(now: datetime, hour: int, zone: str) -> datetime:
    """When the hour comes next on the clock of a zone, after `now`."""
    here = ZoneInfo(zone)
    day = now.astimezone(here).date()
    for ahead in (0, 1, 2):
        moment = datetime.combine(day + timedelta(days=ahead), time(hour), here)
        if moment > now:
            return moment
    raise AssertionError(hour)
