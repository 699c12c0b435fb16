"""Where in a file something stands, in the reader's language."""

from __future__ import annotations

import re

from portal.render.labels import Labels
from portal.text import Text

_IN_SHEET = re.compile(r"fila (?P<row>\d+)(?:, columna «(?P<title>.*)»)?", re.DOTALL)


def place_words(place: str, labels: Labels) -> str:
    """A place as importers write it («fila 3, columna «total»»); names of files stay as they are."""
    found = _IN_SHEET.fullmatch(place)
    if found is None:
        return place
    if found["title"] is None:
        return labels.say(Text("fila {row}", row=found["row"]))
    return labels.say(Text("fila {row}, columna «{title}»", row=found["row"], title=found["title"]))
