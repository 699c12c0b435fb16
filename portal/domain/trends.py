"""What the books look like over time: a period in steps, and what stood, came in, or was late in each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from portal.domain.statement import AgingRow
from portal.errors import NotFound

_FEW_DAYS, _FEW_WEEKS, _FEW_MONTHS = 31, 120, 3_700  # the longest periods that are told by day, week, month


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Books:
    """Whose books: one issuer's, or one customer's at it, in one currency."""

    issuer_id: int
    customer_id: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A step of a period, both days included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Aged:
    """What stood at the end of a step, by how late it was then; `aging.net` is the balance."""

    slot: Slot
    aging: AgingRow


@dataclass(frozen=True, slots=True)
class Received:
    """The money of a step in minor units, by code of method ("": not said), less what went back or was taken back."""

    slot: Slot
    methods: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.methods.values())


def step_of(start: date, end: date) -> Step:
    """How a period is cut: so that a chart has some steps, and not too many."""
    days = (end - start).days + 1
    if days <= _FEW_DAYS:
        return Step.DAY
    return Step.WEEK if days <= _FEW_WEEKS else Step.MONTH if days <= _FEW_MONTHS else Step.YEAR


def slots(start: date, end: date) -> tuple[Slot, ...]:
    """The steps of a period, the first and the last cut to it; weeks begin on Monday."""
    step, made, first = step_of(start, end), list[Slot](), start
    while first <= end:
        last = min(_last_day(first, step), end)
        made.append(Slot(first, last))
        if last == date.max:
            break
        first = last + timedelta(days=1)
    return tuple(made)


def _last_day(day: date, step: Step) -> date:
    """Of the step that holds a day."""
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return day + timedelta(days=6 - day.weekday())
        case Step.MONTH:
            return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day.replace(month=12, day=31)


class Chart(StrEnum):
    """What may be asked for as a table."""

    BALANCE = "balance"
    AGING = "aging"
    RECEIVED = "received"
    DELAYS = "delays"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Asked:
    """A chart's table as an address says it: what is not said is the usual (None)."""

    chart: Chart = Chart.BALANCE
    customer_id: int | None = None
    currency: str | None = None
    start: date | None = None
    end: date | None = None


def to_query(asked: Asked) -> str:
    """A query string; `from_query` reads it."""
    told = {
        "chart": asked.chart.value,
        "customer": asked.customer_id,
        "currency": asked.currency,
        "from": asked.start,
        "to": asked.end,
    }
    return urlencode({name: str(value) for name, value in told.items() if value is not None})


def from_query(told: Mapping[str, str]) -> Asked:
    """What a query string asks for. Raises NotFound for what names no table."""
    try:
        return Asked(
            Chart(told.get("chart", Chart.BALANCE)),
            int(told["customer"]) if told.get("customer") else None,
            told.get("currency") or None,
            date.fromisoformat(told["from"]) if told.get("from") else None,
            date.fromisoformat(told["to"]) if told.get("to") else None,
        )
    except ValueError:
        raise NotFound() from None
