"""Streamlit ignores what it doesn't know, and environment variables under uvicorn: so the file itself is tested."""

import json
import math
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from portal.ui.frame import INK, QUIET

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
# How a person without one kind of cone sees linear RGB (Machado, Oliveira and Fernandes 2009, severity 1.0).
VISIONS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
Triple = tuple[float, float, float]


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


def linear(colour: str) -> Triple:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def through(matrix: tuple[Triple, ...], colour: Triple) -> Triple:
    x, y, z = (sum(m * c for m, c in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted(through(XYZ, linear(colour))[1] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Triple) -> Triple:
    white = (0.95047, 1.0, 1.08883)
    ratios = (max(value, 0.0) / of for value, of in zip(through(XYZ, colour), white, strict=True))
    x, y, z = (r ** (1 / 3) if r > 0.008856 else 7.787 * r + 16 / 116 for r in ratios)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, vision: str) -> float:
    """CIE 1976 colour difference as that vision has it; 2.3 is just noticeable."""
    pair = [lab(through(VISIONS[vision], linear(colour))) for colour in (one, other)]
    return math.dist(*pair)


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
