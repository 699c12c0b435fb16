"""The groups of an analysis as a chart and a table; a click on either opens the documents behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import streamlit as st

from portal.app.analysis import Analysis
from portal.domain.money import to_decimal
from portal.render.words import settlement_name
from portal.text import Text
from portal.ui import show
from portal.ui.analysis_choices import BY, MEASURES, drilled, may_drill, open_analysis
from portal.ui.filter_bar import SETTLED
from portal.ui.i18n import say
from portal.ui.measure_chart import draw_measure
from portal.ui.row_button import Button
from portal.ui.row_table import Columns, draw_rows
from portal.views.filters import DocumentFilter, Settled
from portal.views.groups import Group, Grouping, Measure

_KEY = "grupos"
_SUMS = [name for measure, name in MEASURES.items() if measure is not Measure.COUNT]


def draw_chart(found: Analysis, by: Grouping, measure: Measure, chosen: DocumentFilter) -> None:
    """The largest groups, or the latest months; nothing of currencies, whose amounts have no common length."""
    groups = found.groups.largest
    if by is Grouping.CURRENCY and measure is not Measure.COUNT:
        return
    months = by is Grouping.MONTH
    shown = groups[::-1] if months else groups
    lengths = [_length(group, measure) for group in shown]
    if not any(lengths):
        st.caption(say(Text("Nada por mostrar.")))
        return
    names = [_name(found, by, group) for group in shown]
    key = f"{_KEY}-{by}-{measure}-{shown[0].sums.currency}"
    currency = "" if measure is Measure.COUNT else f", {shown[0].sums.currency}"
    title = f"{say(MEASURES[measure])}{currency}"
    place = draw_measure(key, title, names, lengths, [_told(group, measure) for group in shown], months)
    if found.groups.total > len(shown):
        more = {"n": len(shown), "all": found.groups.total}
        st.caption(
            say(
                Text("Los {n} últimos meses de {all}.", **more) if months else Text("Los {n} mayores de {all}.", **more)
            )
        )
    if place is not None and may_drill(by, chosen):
        _open(found, by, shown[place], chosen)


def draw_group_table(found: Analysis, by: Grouping, chosen: DocumentFilter) -> None:
    """A page of the groups with all their sums."""
    groups = found.groups.rows
    said = show.labels()
    columns: Columns = {
        BY[by]: [_name(found, by, group) for group in groups],
        Text("Documentos"): [said.number(Decimal(group.sums.count)) for group in groups],
        **{name: [_told(group, one) for group in groups] for one, name in MEASURES.items() if one is not Measure.COUNT},
    }
    buttons = [Button(Text("Ver documentos"))] if may_drill(by, chosen) else []
    click = draw_rows(f"{_KEY}-tabla-{by}", columns, buttons, sums=[Text("Documentos"), *_SUMS])
    if click is not None:
        _open(found, by, groups[click[1]], chosen)


def _open(found: Analysis, by: Grouping, group: Group, chosen: DocumentFilter) -> None:
    word = say(SETTLED[Settled(str(group.key))]) if by is Grouping.SETTLEMENT else _name(found, by, group)
    open_analysis(drilled(by, group, word, chosen))


def _name(found: Analysis, by: Grouping, group: Group) -> str:
    if isinstance(group.key, int):
        return found.names.get(group.key, "")
    if isinstance(group.key, date):
        return show.labels().month(group.key)
    return settlement_name(group.key, show.labels()) if by is Grouping.SETTLEMENT else group.key


def _length(group: Group, measure: Measure) -> float:
    value = getattr(group.sums, measure.value)
    return float(value if measure is Measure.COUNT else to_decimal(value, group.sums.currency))


def _told(group: Group, measure: Measure) -> str:
    value = getattr(group.sums, measure.value)
    said = show.labels()
    return said.number(Decimal(value)) if measure is Measure.COUNT else said.money(value, group.sums.currency)
