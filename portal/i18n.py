"""Languages: which one a person reads, and the catalog that turns the Spanish sentences into it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

DEFAULT = "es"
LANGUAGES = {"es": "Español", "en": "English"}
CATALOGS = Path(__file__).parent / "locale"


@cache
def translator(language: str) -> Callable[[str], str]:
    """The function that turns a Spanish sentence into `language`; what the catalog lacks stays Spanish."""
    path = CATALOGS / language / "LC_MESSAGES" / "portal.po"
    if language not in LANGUAGES or not path.exists():
        return lambda sentence: sentence
    with path.open("rb") as file:
        known = {str(m.id): str(m.string) for m in read_po(file) if m.string and not m.fuzzy}
    return lambda sentence: known.get(sentence, sentence)


def preferred(accept_language: str | None) -> str:
    """The language of ours that an Accept-Language header likes best (RFC 9110, 12.5.4); Spanish if none."""
    wishes = [_wish(part) for part in (accept_language or "").split(",")]
    for tag, _ in sorted(wishes, key=lambda wish: -wish[1]):
        if tag in LANGUAGES:
            return tag
    return DEFAULT


def _wish(part: str) -> tuple[str, float]:
    tag, _, quality = part.partition(";q=")
    try:
        return tag.strip().lower().partition("-")[0], float(quality or 1)
    except ValueError:
        return "", 0.0
