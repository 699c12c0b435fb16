"""Charts that say something at a glance, each with words beside it.

Written as Vega-Lite, which is what Streamlit draws: Altair would cost every web process 40 MB.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from portal.domain.aging import BUCKETS
from portal.domain.money import to_decimal
from portal.domain.statement import AgingRow
from portal.render.words import bucket_name
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say

# From calm to alarming. With any colour vision each is told from each, and stands out from the ground: a test looks.
COLOURS = {
    "light": ("#0f766e", "#a69349", "#d17000", "#a92803", "#5c0f1c"),
    "dark": ("#31a6a3", "#f2dc8c", "#e8a33d", "#d45437", "#ae4967"),
}
GROUNDS = {"light": "#ffffff", "dark": "#10191C"}
_INKS = {"light": "#3D4F55", "dark": "#B9C8CD"}


def draw_aging(row: AgingRow, currency: str) -> None:
    """What is outstanding by days past due: a bar each, with its sum written beside it."""
    said = show.labels()
    names = [bucket_name(bucket, said) for bucket in BUCKETS]
    shares = [float(to_decimal(row.buckets[bucket], currency)) for bucket in BUCKETS]  # lengths of bars, not money
    sums = [said.money(row.buckets[bucket], currency) if row.buckets[bucket] else "" for bucket in BUCKETS]
    table = pd.DataFrame({"bucket": names, "share": shares, "sum": sums})
    quiet = {"labelLimit": 140, "ticks": False, "domain": False}
    spec = {
        "height": 150,
        "background": "transparent",
        "padding": 0,
        "description": in_words(currency, zip(names, sums, strict=True)),
        "encoding": {
            "y": {"field": "bucket", "type": "nominal", "sort": names, "title": None, "axis": quiet},
            "x": {"field": "share", "type": "quantitative", "axis": None, "scale": {"domain": [0, max(shares) * 2]}},
            "tooltip": [
                {"field": "bucket", "type": "nominal", "title": say(Text("Edad"))},
                {"field": "sum", "type": "nominal", "title": currency},
            ],
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": 20},
                "encoding": {
                    "color": {
                        "field": "bucket",
                        "type": "nominal",
                        "scale": {"domain": names, "range": colours()},
                        "legend": None,
                    }
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": ink()},
                "encoding": {"text": {"field": "sum", "type": "nominal"}},
            },
        ],
    }
    st.vega_lite_chart(table, spec, width="stretch")


def ink() -> str:
    """The colour of words in a chart."""
    return _INKS[_theme()]


def colours() -> tuple[str, ...]:
    """The five of a chart's parts."""
    return COLOURS[_theme()]


def edge() -> str:
    """What keeps parts apart that touch: the ground shows between them."""
    return GROUNDS[_theme()]


def numbers() -> dict[str, Any]:
    """How an axis writes its numbers: as the reader does."""
    decimal, thousands = show.labels().marks
    return {"locale": {"number": {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}}}


def in_words(title: str, told: Iterable[tuple[str, str]]) -> str:
    """A chart for who hears it: names and sums; what has none is left out."""
    return f"{title}. {'; '.join(f'{name}: {sum_}' for name, sum_ in told if sum_)}"


def _theme() -> str:
    return st.context.theme.type or "light"
