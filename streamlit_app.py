"""The web app: Streamlit's pages behind our gate. `uvicorn streamlit_app:app` and `streamlit run` both start it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st

from portal.bootstrap import build
from portal.config import Settings
from portal.ui import state
from portal.ui.failures import show_failure
from portal.web.app import WebParts
from workers.inprocess import jobs_of_web

portal = state.use(build(Settings.load()))
parts = WebParts(portal)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """The web's own, and the jobs that this process does or sends."""
    async with parts.lifespan(app):
        with jobs_of_web(portal):
            yield


app = st.App(
    Path(__file__).parent / "portal" / "ui" / "shell.py",
    routes=parts.routes,
    middleware=parts.middleware,
    lifespan=lifespan,
    on_script_error=show_failure,
)
