"""One table for a list, with buttons in its rows: a widget per row would cost four times as much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from portal.clock import BOGOTA
from portal.text import Text
from portal.ui import state
from portal.ui.i18n import say

_MOMENTS = {"es": "DD/MM/YYYY HH:mm", "en": "MMM D, YYYY h:mm a"}
_FEW = 12
Columns = Mapping[Text, Sequence[object]]


@dataclass(frozen=True, slots=True)
class Button:
    """A button in each row; `rows` says in which, all unless given."""

    name: Text
    rows: Sequence[bool] | None = None
    strong: bool = False


def draw_rows(
    key: str, columns: Columns, buttons: Sequence[Button] = (), widths: Mapping[Text, int] | None = None
) -> tuple[int, int] | None:
    """Draw the table. Returns (button, row) of the click of this run, counted from 0; None if there was none.

    `widths`: pixels of columns whose first rows say little of the rest.
    """
    count = len(next(iter(columns.values())))
    made: dict[str, Any] = {}
    config: dict[str, Any] = {
        say(title): st.column_config.TextColumn(width=width) for title, width in (widths or {}).items()
    }
    for number, button in enumerate(buttons):
        name, shown = f"boton-{number}", button.rows or [True] * count
        made[name] = [say(button.name) if one else None for one in shown]
        config[name] = st.column_config.ButtonColumn(
            "", type="primary" if button.strong else "tertiary", key=f"{key}-{name}", pinned=number == 0
        )
    for title, values in columns.items():
        made[say(title)] = list(values)
        if any(isinstance(value, datetime) for value in values):
            config[say(title)] = st.column_config.DatetimeColumn(format=_MOMENTS[state.language()], timezone=BOGOTA)
    st.dataframe(
        pd.DataFrame(made),
        hide_index=True,
        height="auto" if count <= _FEW else 480,
        column_config=config,
        placeholder="",
        key=key,
    )
    clicks = [(number, state.clicked_row(f"{key}-boton-{number}")) for number in range(len(buttons))]
    return next(((number, row) for number, row in clicks if row is not None and row < count), None)
