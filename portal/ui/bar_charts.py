"""Bars of what is owed, split by how late it is; a click on one tells which. Beside each stands its sum in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from portal.domain.aging import BUCKETS, Bucket
from portal.domain.money import to_decimal
from portal.render.words import bucket_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.charts import colours, edge, in_words, ink
from portal.ui.i18n import say

_ROW, _ROOM = 28, 14
_PICK = "barra"


@dataclass(frozen=True, slots=True)
class Bar:
    """A name and minor units by bucket."""

    name: str
    parts: Mapping[Bucket, int]


def draw_bars(key: str, bars: Sequence[Bar], currency: str, legend: bool = True) -> int | None:
    """A horizontal bar each. Returns the place of the one that was clicked in this run, if any."""
    names = different([bar.name for bar in bars])
    table = pd.DataFrame([row for place, bar in enumerate(bars) for row in _rows(place, names[place], bar, currency)])
    longest = max(table["end"], default=0)
    totals = [(name, sum(bar.parts.values())) for name, bar in zip(names, bars, strict=True) if any(bar.parts.values())]
    words = in_words(currency, ((name, show.labels().money(total, currency)) for name, total in totals))
    st.vega_lite_chart(
        table,
        _spec([name for name, _ in totals], longest, currency) | {"description": words},
        key=key,
        width="stretch",
        on_select="rerun",
        selection_mode=_PICK,
    )
    if legend:
        _draw_legend()
    place = state.picked_bar(key, _PICK)
    return place if place is not None and place < len(bars) else None


def different(names: Sequence[str]) -> list[str]:
    """The names, told apart: two customers may bear one, and a chart would put them into one bar."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name] += 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told


def _rows(place: int, name: str, bar: Bar, currency: str) -> list[dict[str, Any]]:
    """The lengths of bars are floats, the sums beside them are not. Only the first part of a bar bears its sum."""
    said, whole = show.labels(), sum(bar.parts.values())
    parts = [one for one in BUCKETS if bar.parts.get(one)]
    return [
        {
            "place": place,
            "name": name,
            "order": BUCKETS.index(one),
            "part": bucket_name(one, said),
            "share": float(to_decimal(bar.parts[one], currency)),
            "sum": said.money(bar.parts[one], currency),
            "end": float(to_decimal(whole, currency)) if number == 0 else 0.0,
            "total": said.money(whole, currency) if number == 0 else "",
        }
        for number, one in enumerate(parts)
    ]


def _spec(names: Sequence[str], longest: float, currency: str) -> dict[str, Any]:
    said = show.labels()
    quiet = {"labelLimit": 130 if state.prefers_cards() else 220, "ticks": False, "domain": False}
    buckets = [bucket_name(one, said) for one in BUCKETS]
    scale = {"domain": buckets, "range": colours()}
    return {
        "height": _ROW * len(names) + _ROOM,
        "background": "transparent",
        "padding": 0,
        "encoding": {"y": {"field": "name", "type": "nominal", "sort": list(names), "title": None, "axis": quiet}},
        "layer": [
            {
                "params": [{"name": _PICK, "select": {"type": "point", "fields": ["place"]}}],
                "mark": {"type": "bar", "height": 20, "cursor": "pointer", "stroke": edge(), "strokeWidth": 1},
                "encoding": {
                    "x": {
                        "field": "share",
                        "type": "quantitative",
                        "axis": None,
                        "scale": {"domain": [0, longest * (1.9 if state.prefers_cards() else 1.35) or 1]},
                    },
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "scale": scale,
                        "legend": None,
                    },
                    "order": {"field": "order", "type": "quantitative"},
                    "tooltip": [
                        {"field": "name", "type": "nominal", "title": " "},
                        {"field": "part", "type": "nominal", "title": say(Text("Edad"))},
                        {"field": "sum", "type": "nominal", "title": currency},
                    ],
                },
            },
            {
                "transform": [{"filter": {"field": "end", "gt": 0}}],
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": ink()},
                "encoding": {
                    "x": {"field": "end", "type": "quantitative"},
                    "text": {"field": "total", "type": "nominal"},
                },
            },
        ],
    }


def _draw_legend() -> None:
    """Below the bars: inside them it would take their room."""
    said = show.labels()
    named = zip(colours(), (bucket_name(one, said) for one in BUCKETS), strict=True)
    marks = (f'<span><span style="color:{colour}">■</span> {escape(name)}</span>' for colour, name in named)
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:0.2rem 1rem;font-size:0.8rem">{"".join(marks)}</div>')
