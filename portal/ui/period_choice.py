"""Which days a page tells of: a named period, the last twelve months unless another is chosen, or two dates."""

from __future__ import annotations

from datetime import date

import streamlit as st

from portal.text import Text
from portal.ui import show
from portal.ui.choices import pick_one
from portal.ui.i18n import say
from portal.ui.periods import Period, period_name, span

_USUAL = Period.LAST_12_MONTHS
_PERIODS = [_USUAL, *(period for period in Period if period not in (Period.ALL, _USUAL))]


def pick_period(first: date | None, today: date) -> tuple[date, date]:
    """First and last day. `first`: where dates of one's own begin, if there is anything before today."""
    period = Period(pick_one(Text("Periodo"), "periodo", _PERIODS, period_name, width=240))
    if period is Period.CUSTOM:
        given = st.date_input(
            say(Text("Desde y hasta")),
            value=(min(first or today, today), today),
            key="fechas",
            format=show.typed_day_format(),
            bind="query-params",
            width=280,
        )
        days = tuple(given) if isinstance(given, tuple) else (given,)
        return (days[0], days[-1]) if days else (today, today)
    return span(period, today) or (today, today)
