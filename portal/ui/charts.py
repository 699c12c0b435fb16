"""Charts that say something at a glance, each with words beside it."""

from __future__ import annotations

import altair as alt
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
_MIDDLE = "#6b7f86"  # readable on light and on dark
_COLOURS = ("#0f766e", "#c9a227", "#d97706", "#c2410c", "#7f1d1d")


def draw_aging(row: AgingRow, currency: str) -> None:
    """What is outstanding by days past due: a bar each, with its sum written beside it."""
    said = show.labels()
    names = [bucket_name(bucket, said) for bucket in BUCKETS]
    table = pd.DataFrame(
        {
            "bucket": names,
            "share": [float(to_decimal(row.buckets[bucket], currency)) for bucket in BUCKETS],
            "sum": [said.money(row.buckets[bucket], currency) if row.buckets[bucket] else "" for bucket in BUCKETS],
        }
    )
    base = alt.Chart(table).encode(
        y=alt.Y("bucket:N", sort=names, title=None, axis=alt.Axis(labelLimit=140, ticks=False, domain=False)),
        x=alt.X("share:Q", title=None, axis=None, scale=alt.Scale(domain=[0, table["share"].max() * 1.6])),
        tooltip=[alt.Tooltip("bucket:N", title=say(Text("Edad"))), alt.Tooltip("sum:N", title=currency)],
    )
    bars = base.mark_bar(cornerRadiusEnd=3, height=20).encode(
        color=alt.Color("bucket:N", scale=alt.Scale(domain=names, range=list(_COLOURS)), legend=None)
    )
    words = base.mark_text(align="left", dx=6, fontSize=13, color=_MIDDLE).encode(text="sum:N")
    st.altair_chart((bars + words).properties(height=170, background="transparent"), width="stretch")
