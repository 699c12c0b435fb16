"""Named spans of days: this month, last quarter…"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from portal.render.labels import Labels
from portal.text import Text


class Period(StrEnum):
    """The words are those of the page's address."""

    ALL = "todo"
    THIS_MONTH = "este-mes"
    LAST_MONTH = "mes-pasado"
    THIS_QUARTER = "este-trimestre"
    LAST_QUARTER = "trimestre-pasado"
    THIS_YEAR = "este-año"
    LAST_YEAR = "año-pasado"
    LAST_12_MONTHS = "12-meses"
    CUSTOM = "fechas"


NAMES = {
    Period.ALL: Text("Cualquier fecha"),
    Period.THIS_MONTH: Text("Este mes"),
    Period.LAST_MONTH: Text("Mes pasado"),
    Period.THIS_QUARTER: Text("Este trimestre"),
    Period.LAST_QUARTER: Text("Trimestre pasado"),
    Period.THIS_YEAR: Text("Este año"),
    Period.LAST_YEAR: Text("Año pasado"),
    Period.LAST_12_MONTHS: Text("Últimos 12 meses"),
    Period.CUSTOM: Text("Elegir fechas"),
}


def period_name(period: str, labels: Labels) -> str:
    """What a period is called in the language of `labels`."""
    return labels.say(NAMES[Period(period)])


def span(period: Period, today: date) -> tuple[date, date] | None:
    """First and last day of a named period, both included; None for all dates and for chosen ones."""
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    year = month.replace(month=1)
    starts = {
        Period.THIS_MONTH: (month, 1),
        Period.LAST_MONTH: (_back(month, 1), 1),
        Period.THIS_QUARTER: (quarter, 3),
        Period.LAST_QUARTER: (_back(quarter, 3), 3),
        Period.THIS_YEAR: (year, 12),
        Period.LAST_YEAR: (_back(year, 12), 12),
    }
    if period is Period.LAST_12_MONTHS:
        return _back(month, 11), today
    if period not in starts:
        return None
    first, months = starts[period]
    return first, _back(first, -months) - timedelta(days=1)


def _back(first: date, months: int) -> date:
    """The first of a month so many months earlier."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
