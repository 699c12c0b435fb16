"""Which row of a list is open, by its id: remembered in this session, and checked by whoever reads it."""

from __future__ import annotations

from typing import cast

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say


def open_row(kind: str, row_id: int) -> None:
    """Open a row of this kind."""
    st.session_state[f"abierto-{kind}"] = row_id


def opened(kind: str) -> int | None:
    """The row of this kind that is open."""
    return cast("int | None", st.session_state.get(f"abierto-{kind}"))


def close_row(kind: str) -> None:
    """None is open any more."""
    st.session_state.pop(f"abierto-{kind}", None)


def draw_way_back(kind: str) -> None:
    """The button that leads from an open row back to its list."""
    if st.button(say(Text("Volver a la lista")), key=f"volver-{kind}", icon=":material/arrow_back:", type="tertiary"):
        close_row(kind)
        st.rerun()
