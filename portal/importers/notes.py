"""Notes that may be kept: not those that give away the technical key or the PIN.

Some producers write the whole CUFE concatenation, secret included, into cbc:Note (Anexo técnico:
the key must not be in the XML).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_SECRET = re.compile(r"[0-9a-fA-F]{40,}")


def keepable(notes: Iterable[str], number: str, date: str, code: str | None) -> tuple[str, ...]:
    """The notes without secrets. `date` as printed; `code` is the document's CUFE or CUDE, lower case."""
    return tuple(note for note in notes if note and not _gives_away(note, number, date, code or ""))


def _gives_away(note: str, number: str, date: str, code: str) -> bool:
    joined = "".join(note.split())
    if code and code in (_sha384(note), _sha384(joined)):
        return True
    opening = f"{number}{date}".lower()
    if joined.lower().startswith(opening) or re.search(rf"{re.escape(opening)}\d\d:\d\d", joined.lower()):
        return True
    rest = note.lower().replace(code, " ") if code else note
    return _SECRET.search(rest) is not None


def _sha384(text: str) -> str:
    return hashlib.sha384(text.encode()).hexdigest()
