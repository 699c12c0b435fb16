"""Streamlit ignores what it doesn't know, and environment variables under uvicorn: so the file itself is tested."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from portal.ui.frame import INK, QUIET
from tests.colours import VISIONS, contrast, distance

ROOT = Path(__file__).parents[1]
HARDENED = {
    "browser.gatherUsageStats": False,
    "client.allowedOrigins": [],
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "runner.postScriptGC": False,
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 50,
    "server.trustedUserHeaders": {"X-Portal-Session": "sid", "X-Portal-Address": "address"},
    "server.unsafeMetricsUserAttributes": [],
}
ASK = """
import json
import streamlit.config as config
known = {k: o.deprecated for k, o in config.get_config_options(force_reparse=True).items()}
print(json.dumps({k: {"value": config.get_option(k), "deprecated": d} for k, d in known.items()}, default=str))
"""


def options(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and key != "trustedUserHeaders":
            yield from options(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


OPTIONS = dict(options(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def streamlit() -> dict[str, dict[str, Any]]:
    """The installed Streamlit's options as they come out in a process started where the portal starts."""
    answer = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, Any]] = json.loads(answer.stdout)
    return found


def test_every_option_is_known_to_the_installed_streamlit_and_not_deprecated(streamlit: dict[str, Any]) -> None:
    assert [key for key in OPTIONS if key not in streamlit or streamlit[key]["deprecated"]] == []


def test_every_option_is_effective(streamlit: dict[str, Any]) -> None:
    assert {key: streamlit[key]["value"] for key in OPTIONS} == OPTIONS


def test_hardening_and_speed_are_as_the_portal_needs_them(streamlit: dict[str, Any]) -> None:
    assert {key: streamlit[key]["value"] for key in HARDENED} == HARDENED


def test_no_font_and_no_picture_comes_from_elsewhere() -> None:
    assert [value for value in OPTIONS.values() if "://" in str(value)] == []


@pytest.mark.parametrize("theme", ["theme.light.", "theme.dark."])
def test_text_and_accent_can_be_read_on_every_ground(theme: str) -> None:
    grounds = [value for key, value in OPTIONS.items() if key.startswith(theme) and key.endswith("ackgroundColor")]
    plain = [OPTIONS[theme + key] for key in ("backgroundColor", "secondaryBackgroundColor")]
    assert all(contrast(OPTIONS[theme + "textColor"], ground) >= 7 for ground in grounds)
    assert all(contrast(OPTIONS[theme + key], g) >= 4.5 for key in ("primaryColor", "linkColor") for g in plain)
    ink = "#FFFFFF" if theme == "theme.light." else INK  # Streamlit writes in white on the accent; the frame mends it
    assert contrast(OPTIONS[theme + "primaryColor"], ink) >= 4.5
    assert all(contrast(QUIET[theme.split(".")[1]], ground) >= 4.5 for ground in plain)
    for name in ("red", "orange", "yellow", "green", "blue", "violet", "gray"):
        for ground in (*plain, OPTIONS[f"{theme}{name}BackgroundColor"]):
            assert contrast(OPTIONS[f"{theme}{name}TextColor"], ground) >= 4.5


@pytest.mark.parametrize("theme", ["theme.light.", "theme.dark."])
def test_chart_colours_stand_out_from_the_ground(theme: str) -> None:
    colours = OPTIONS[theme + "chartCategoricalColors"]
    assert [c for c in colours if contrast(c, OPTIONS[theme + "backgroundColor"]) < 3] == []


@pytest.mark.parametrize("theme", ["theme.light.", "theme.dark."])
@pytest.mark.parametrize("vision", VISIONS)
def test_chart_colours_are_told_apart_with_any_colour_vision(theme: str, vision: str) -> None:
    pairs = combinations(OPTIONS[theme + "chartCategoricalColors"], 2)
    assert [pair for pair in pairs if distance(*pair, vision) < 20] == []
