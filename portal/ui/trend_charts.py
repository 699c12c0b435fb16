"""Charts over time as Vega-Lite: lines, stacked columns, columns by class. Lengths are floats; what is said is not.

What is told apart by colour is so with any colour vision; lines by their dashes too, and each has its table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from portal.domain.money import to_decimal
from portal.text import Text
from portal.ui import show, state
from portal.ui.charts import colours, edge, ink, numbers
from portal.ui.i18n import say

_TALL = 260
_DASHES = ([1, 0], [8, 4], [2, 3])
_UNITS = (
    (10**9, Text("{currency}, miles de millones")),
    (10**6, Text("{currency}, millones")),
    (10**3, Text("{currency}, miles")),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a chart shows: minor units by name of a series, one for each of `names`; and its sentence."""

    names: Sequence[str]
    series: Mapping[str, Sequence[int]]
    currency: str
    sentence: str


def draw_lines(key: str, told: Told) -> None:
    """A line for each of at most three series."""
    inks, series = colours()[::2], list(told.series)
    axis = {"field": "part", "type": "nominal", "sort": series}
    colour = {**axis, "scale": {"domain": series, "range": inks}, "legend": None}
    dash = {**axis, "scale": {"domain": series, "range": _DASHES}, "legend": None}
    encoding = _axes(told.names, stacked=False) | {"color": colour, "strokeDash": dash}
    _draw(key, told, {"type": "line", "point": {"size": 40}, "strokeWidth": 2.5}, encoding)
    _draw_legend(series, inks, ("━", "╍", "┄"))


def draw_stacks(key: str, told: Told) -> None:
    """A column for each name, in it the series one on another; at most as many as there are colours."""
    series = list(told.series)
    colour = {"field": "part", "type": "nominal", "sort": series, "legend": None}
    encoding = _axes(told.names, stacked=True) | {
        "color": colour | {"scale": {"domain": series, "range": colours()}},
        "order": {"field": "order", "type": "quantitative"},
    }
    _draw(key, told, {"type": "bar", "stroke": edge(), "strokeWidth": 1}, encoding)
    _draw_legend(series, colours(), "■■■■■")


def draw_columns(key: str, told: Told) -> None:
    """A column for each name."""
    mark = {"type": "bar", "color": colours()[0], "stroke": edge(), "cornerRadiusEnd": 3}
    encoding = _axes(told.names, stacked=False)
    encoding["x"]["axis"] |= {"labelAngle": -35, "labelOverlap": False, "labelLimit": 140}
    _draw(key, told, mark, encoding)


def _draw(key: str, told: Told, mark: dict[str, Any], encoding: dict[str, Any]) -> None:
    unit, title = _unit(told)
    spec = {
        "height": _TALL,
        "background": "transparent",
        "config": numbers(),
        "padding": {"left": 4, "right": 4, "top": 0, "bottom": 6},
        "description": told.sentence,
        "title": {
            "text": title,
            "anchor": "start",
            "frame": "group",
            "fontSize": 12,
            "fontWeight": "normal",
            "color": ink(),
        },
        "mark": mark | {"tooltip": True},
        "encoding": encoding | {"tooltip": _tooltip(told.currency)},
    }
    st.vega_lite_chart(_table(told, unit), spec, key=key, width="stretch")


def _table(told: Told, unit: int) -> pd.DataFrame:
    money = show.labels().money
    rows = [
        {
            "name": name,
            "part": part,
            "order": order,
            "length": float(to_decimal(steps[place], told.currency)) / unit,
            "said": money(steps[place], told.currency),
        }
        for order, (part, steps) in enumerate(told.series.items())
        for place, name in enumerate(told.names)
    ]
    return pd.DataFrame(rows)


def _unit(told: Told) -> tuple[int, str]:
    """By what the axis is divided, and how it says so."""
    sums = [abs(amount) for amounts in told.series.values() for amount in amounts]
    largest = to_decimal(max(sums, default=0), told.currency)
    for unit, name in _UNITS:
        if largest >= unit:
            return unit, say(name.filled(currency=told.currency))
    return 1, told.currency


def _axes(names: Sequence[str], stacked: bool) -> dict[str, Any]:
    few = len(names) <= (5 if state.prefers_cards() else 13)
    axis = {"labelAngle": 0 if few else -60, "ticks": False, "domain": False, "labelOverlap": "greedy"}
    length = {"field": "length", "type": "quantitative", "axis": {"title": None}, "stack": "zero" if stacked else None}
    return {"x": {"field": "name", "type": "nominal", "sort": list(names), "title": None, "axis": axis}, "y": length}


def _tooltip(currency: str) -> list[dict[str, str]]:
    fields = (("name", " "), ("part", "  "), ("said", currency))
    return [{"field": name, "type": "nominal", "title": title} for name, title in fields]


def _draw_legend(series: Sequence[str], colours: Sequence[str], marks: Sequence[str]) -> None:
    """Below the chart, where it wraps: inside it names would be cut on a phone."""
    drawn = (
        f'<span><span style="color:{colour}">{mark}</span> {escape(name)}</span>'
        for name, colour, mark in zip(series, colours, marks, strict=False)
    )
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:0.2rem 1rem;font-size:0.8rem">{"".join(drawn)}</div>')
