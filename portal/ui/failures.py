"""What goes wrong in a page: its own sentence, or a calm one with a reference; never a trace in the browser."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.errors import PortalError
from portal.incident import report
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import with_language


def show_failure(error: Exception) -> bool:
    """For `st.App(on_script_error=…)`: True, because nothing else is to be shown."""
    if isinstance(error, PortalError) and error.status < 500:
        st.warning(say(error.text))
        start = Text("Ir al inicio")
        st.html(f'<a href="{escape(with_language("/"))}" style="color:inherit">{escape(say(start))}</a>')
    else:
        st.error(say(report(error, "a page")))
    return True
