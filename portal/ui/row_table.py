"""One table for a list, with buttons in its rows: a widget per row would cost four times as much. Cards on a phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import pandas as pd
import streamlit as st

from portal.text import Text
from portal.ui import state
from portal.ui.i18n import say
from portal.ui.row_button import Button
from portal.ui.row_cards import draw_row_cards

_MOMENTS = {"es": "DD/MM/YYYY HH:mm", "en": "MMM D, YYYY h:mm A"}
_FEW = 12
Columns = Mapping[Text, Sequence[object]]


def draw_rows(
    key: str,
    columns: Columns,
    buttons: Sequence[Button] = (),
    widths: Mapping[Text, int] | None = None,
    lead: Text | None = None,
    sums: Collection[Text] = (),
) -> tuple[int, int] | None:
    """Draw the list. Returns (button, row) of the click of this run, counted from 0; None if there was none.

    `widths`: pixels of columns whose first rows say little of the rest. `lead`: the column that heads a card.
    `sums`: columns of amounts.
    """
    if state.prefers_cards():
        return draw_row_cards(key, columns, buttons, lead)
    count = len(next(iter(columns.values())))
    made: dict[str, Any] = {}
    config: dict[str, Any] = {
        say(title): st.column_config.TextColumn(width=width) for title, width in (widths or {}).items()
    }
    config |= {say(title): st.column_config.TextColumn(alignment="right") for title in sums}
    for number, button in enumerate(buttons):
        name = f"boton-{number}"
        made[name] = [say(button.name) if button.stands_in(row) else None for row in range(count)]
        config[name] = st.column_config.ButtonColumn("", type=_kind(button), key=f"{key}-{name}", pinned=number == 0)
    for title, values in columns.items():
        made[say(title)] = list(values)
        if any(isinstance(value, datetime) for value in values):
            config[say(title)] = st.column_config.DatetimeColumn(
                format=_MOMENTS[state.language()], timezone=state.zone()
            )
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


def _kind(button: Button) -> Literal["primary", "secondary", "tertiary"]:
    """A canvas writes in white on the accent, which in the dark is too faint: there a frame does."""
    if not button.strong:
        return "tertiary"
    return "secondary" if st.context.theme.type == "dark" else "primary"
