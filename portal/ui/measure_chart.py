"""One sum of each group as a bar: across the page with its amount beside it, months as columns in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from portal.ui import state
from portal.ui.bar_charts import different
from portal.ui.charts import colours, in_words, ink, numbers

_PICK = "barra"
_ROW, _ROOM, _TALL = 28, 14, 240


def draw_measure(
    key: str, title: str, names: Sequence[str], lengths: Sequence[float], said: Sequence[str], upright: bool = False
) -> int | None:
    """Bars of these `lengths`, which are no money; `said` is what stands beside them. Returns the one clicked now.

    `title`: what is measured, for who hears the chart.
    """
    told = different(names)
    table = pd.DataFrame({"place": range(len(told)), "name": told, "length": lengths, "said": said})
    spec = _columns(told) if upright else _bars(told, max(lengths, default=0))
    spec["description"] = in_words(title, zip(told, said, strict=True))
    st.vega_lite_chart(table, spec, key=key, width="stretch", on_select="rerun", selection_mode=_PICK)
    place = state.picked_bar(key, _PICK)
    return place if place is not None and place < len(told) else None


def _bars(names: Sequence[str], longest: float) -> dict[str, Any]:
    phone = state.prefers_cards()
    axis = {"labelLimit": 130 if phone else 260, "ticks": False, "domain": False}
    room = {"domain": [0, longest * (1.9 if phone else 1.35) or 1]}
    encoding = {
        "y": {"field": "name", "type": "nominal", "sort": list(names), "title": None, "axis": axis},
        "x": {"field": "length", "type": "quantitative", "axis": None, "scale": room},
    }
    beside = {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": ink()}
    words = {"mark": beside, "encoding": {"text": {"field": "said", "type": "nominal"}}}
    return _drawn(encoding, _ROW * len(names) + _ROOM, _bar(height=20), words)


def _columns(names: Sequence[str]) -> dict[str, Any]:
    axis = {"labelAngle": 0 if len(names) <= 8 else -60, "ticks": False, "domain": False, "labelOverlap": "greedy"}
    encoding = {
        "x": {"field": "name", "type": "nominal", "sort": list(names), "title": None, "axis": axis},
        "y": {"field": "length", "type": "quantitative", "axis": {"title": None, "format": "~s"}},
    }
    return _drawn(encoding, _TALL, _bar())


def _drawn(encoding: dict[str, Any], height: int, *layers: dict[str, Any]) -> dict[str, Any]:
    tooltip = [{"field": name, "type": "nominal", "title": title} for name, title in (("name", " "), ("said", "  "))]
    whole = {"height": height, "background": "transparent", "config": numbers()}
    below = {"padding": {"left": 0, "right": 0, "top": 0, "bottom": 6}}  # where letters go below the line
    return whole | below | {"encoding": {**encoding, "tooltip": tooltip}, "layer": list(layers)}


def _bar(**more: int) -> dict[str, Any]:
    mark = {"type": "bar", "cursor": "pointer", "color": colours()[0], "cornerRadiusEnd": 3, **more}
    return {"params": [{"name": _PICK, "select": {"type": "point", "fields": ["place"]}}], "mark": mark}
