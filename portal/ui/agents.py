"""A browser's own long name, in plain words: «Chrome en Android»."""

from __future__ import annotations

from portal.text import Text

# The first that is found counts: Edge and Opera say that they are Chrome, Chrome says that it is Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def agent_words(agent: str | None) -> Text:
    """The browser and the system that a User-Agent header names."""
    browser = next((name for mark, name in _BROWSERS if mark in (agent or "")), None)
    system = next((name for mark, name in _SYSTEMS if mark in (agent or "")), None)
    if browser and system:
        return Text("{browser} en {system}", browser=browser, system=system)
    known = browser or system
    return Text("{browser}", browser=known) if known else Text("Navegador desconocido")
