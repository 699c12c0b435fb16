"""The frame around every page: whose documents these are, the language, the way out."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.app.viewing import Viewing
from portal.i18n import LANGUAGES
from portal.text import Text
from portal.ui import state
from portal.ui.i18n import say

# Streamlit leaves room for a toolbar that we don't show; paper wants the page without its buttons.
_STYLE = """<style>
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 3rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 3.5rem; } }
@media print { header, .stPopover, .stButton, .stLinkButton { display: none !important; } }
</style>"""


def draw_frame(viewing: Viewing) -> None:
    """One line above the page."""
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(f"{viewing.customer.name} · {viewing.issuer.name}", width="content")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.segmented_control(
                say(Text("Idioma")),
                list(LANGUAGES),
                default=state.language(),
                required=True,
                format_func=LANGUAGES.__getitem__,
                key=state.LANGUAGE,
                label_visibility="collapsed",
            )
            leave = escape(say(Text("Cerrar sesión")))
            st.html(f'<a href="/sign-out" style="color:inherit">{leave}</a>', width="content")
    state.keep_language_in_url()
