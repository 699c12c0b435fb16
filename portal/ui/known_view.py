"""«Conocido al»: the book as it was known on a day, folded away; where it is not today, the page says so."""

from __future__ import annotations

from datetime import date

import streamlit as st

from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say


def pick_known(today: date) -> date | None:
    """The chosen day, None for today: what the account says includes what was recorded until its end."""
    chosen = state.known_day()
    name = Text("Conocido al {day}", day=show.labels().day(chosen)) if chosen else Text("Conocido hoy")
    with st.popover(say(name), icon=":material/history:"):
        st.caption(
            say(Text("Hay documentos que llegan tarde. Elige un día para ver la cuenta como se conocía entonces."))
        )
        day = st.date_input(
            say(Text("Con lo registrado hasta")), value=None, key=state.KNOWN, max_value=today,
            format=show.typed_day_format(), bind="query-params",
        )  # fmt: skip
    return day if isinstance(day, date) and day < today else None


def draw_known(day: date | None) -> None:
    """Nothing for today; else what this is, and the way back."""
    if day is None:
        return
    told = Text("Así se conocía la cuenta al terminar el {day}: no incluye lo que se registró después.",
                day=show.labels().day(day))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(say(told), icon=":material/history:")
        st.button(say(Text("Volver a hoy")), on_click=state.forget_known)
