"""What goes wrong in a page: its own sentence, or a calm one with a reference; never a trace in the browser."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.errors import PortalError
from portal.incident import as_it_is, report
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import with_language


def show_failure(error: Exception) -> bool:
    """For `st.App(on_script_error=…)`: True, because nothing else is to be shown."""
    if isinstance(error, PortalError) and error.status < 500:
        st.warning(say(error.text))
        start = Text("Ir al inicio")
        st.html(f'<a href="{escape(with_language("/"))}" style="color:inherit">{escape(say(start))}</a>')
        return True
    told = report(error, "a page")
    try:
        st.error(say(told))
    except Exception:  # noqa: BLE001  what failed may be what says things
        st.error(as_it_is(told))
    return True
