"""The web app: Streamlit's pages behind our gate. `uvicorn streamlit_app:app` and `streamlit run` both start it."""

from pathlib import Path

import streamlit as st

from portal.bootstrap import build
from portal.config import Settings
from portal.ui import state
from portal.ui.failures import show_failure
from portal.web.app import WebParts

parts = WebParts(state.use(build(Settings.load())))
app = st.App(
    Path(__file__).parent / "portal" / "ui" / "shell.py",
    routes=parts.routes,
    middleware=parts.middleware,
    lifespan=parts.lifespan,
    on_script_error=show_failure,
)
