"""Charts that say something at a glance, each with words beside it.

Written as Vega-Lite, which is what Streamlit draws: Altair would cost every web process 40 MB.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from portal.domain.aging import BUCKETS
from portal.domain.money import to_decimal
from portal.domain.statement import AgingRow
from portal.render.words import bucket_name
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say

# From calm to alarming; told apart by lightness too, for the colour-blind.
_INKS = {"light": "#3D4F55", "dark": "#B9C8CD"}
COLOURS = ("#0f766e", "#c9a227", "#d97706", "#c2410c", "#7f1d1d")


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
                        "scale": {"domain": names, "range": COLOURS},
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
    return _INKS[st.context.theme.type or "light"]
