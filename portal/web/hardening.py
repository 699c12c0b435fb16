"""Streamlit's options that safety rests on, checked as they came out: variables and flags don't always reach it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from streamlit import config
from streamlit.runtime.app_session import AppSession

from portal.errors import SettingsError

HARDENED: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "global.developmentMode": False,
    "runner.magicEnabled": False,
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.maxUploadSize": 50,
    "server.maxWidgetStateSize": 2,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {"X-Portal-Session": "sid", "X-Portal-Address": "address"},
    "server.unsafeMetricsUserAttributes": [],
}
# What a developer may turn on for herself (`make dev`), and production refuses: traces, the toolbar, the watcher.
FINISHED: dict[str, Any] = {
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "runner.postScriptGC": False,
    "server.allowRunOnSave": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
}


def hide_install_path() -> None:
    """Streamlit tells every browser, strangers' too, where its main script lies; of that only the name goes out."""
    told = AppSession._create_new_session_message
    if getattr(told, "nameless", False):
        return

    @wraps(told)
    def without_folder(session: AppSession, *values: Any, **named: Any) -> Any:
        message = told(session, *values, **named)
        message.new_session.main_script_path = Path(message.new_session.main_script_path).stem
        return message

    without_folder.nameless = True  # type: ignore[attr-defined]
    setattr(AppSession, told.__name__, without_folder)


def check_streamlit(production: bool, get_option: Callable[[str], Any] = config.get_option) -> None:
    """Nothing, or SettingsError with one sentence per option that is not as the portal needs it."""
    needed = HARDENED | (FINISHED if production else {})
    wrong = [
        f"Streamlit's option {name} is {found!r}, but must be {value!r}: see .streamlit/config.toml, "
        "and start the portal in its own folder."
        for name, value in needed.items()
        if (found := get_option(name)) != value
    ]
    if wrong:
        raise SettingsError(wrong)
