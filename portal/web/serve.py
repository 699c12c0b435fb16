"""Run the web process: uvicorn with our limits."""

from __future__ import annotations

import importlib

import uvicorn

from portal.config import Settings

_WIDGET_STATE = 2 << 20  # bytes from a browser at once, as `server.maxWidgetStateSize`
_GRACE = 5  # seconds for running requests at the end; open websockets would wait for ever


def serve(settings: Settings, host: str | None = None, port: int | None = None) -> None:
    """Serve until a signal comes. Raises SettingsError when the portal can't start as it is set up."""
    app = importlib.import_module("streamlit_app").app
    uvicorn.run(
        app,
        host=host or settings.host,
        port=port or settings.port,
        ws="websockets-sansio",
        ws_max_size=_WIDGET_STATE,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        proxy_headers=False,  # the gate believes only PORTAL_TRUSTED_PROXIES; uvicorn would believe this machine
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
