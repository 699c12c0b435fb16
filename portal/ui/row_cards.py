"""The rows of a list as cards: what a phone has room for, where a table would run off its screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.show import labels


def draw_row_cards(
    key: str, columns: Mapping[Text, Sequence[object]], buttons: Sequence[Button], lead: Text | None = None
) -> tuple[int, int] | None:
    """A card each, headed by the column `lead` (the first unless given), the rest below it by name; empty cells are
    left out. Returns (button, row) of the click of this run.
    """
    head = lead or next(iter(columns))
    click = None
    for row, heading in enumerate(columns[head]):
        with st.container(border=True, key=f"{key}-fila-{row}", gap="xsmall"):
            st.markdown(f"**{plain(_said(heading))}**")
            cells = [(name, _said(values[row])) for name, values in columns.items() if name != head]
            st.caption("  \n".join(f"{say(name)}: {plain(cell)}" for name, cell in cells if cell))
            click = _draw_buttons(key, row, buttons) or click
    return click


def _draw_buttons(key: str, row: int, buttons: Sequence[Button]) -> tuple[int, int] | None:
    click = None
    with st.container(horizontal=True):
        for number, button in enumerate(buttons):
            kind: Literal["primary", "secondary"] = "primary" if button.strong else "secondary"
            if button.stands_in(row) and st.button(say(button.name), key=f"{key}-{number}-{row}", type=kind):
                click = (number, row)
    return click


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return labels().moment(value)
    return "" if value is None else str(value)
