"""Texts, numbers of documents and dates in cells."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from portal.errors import Refused
from portal.importers.sheet_cells import Cell
from portal.text import Text

_LONGEST_NUMBER = 60
_ISO = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})")
_YEARS = range(1990, 2101)
_EXPONENT = re.compile(r"[0-9]+([.,][0-9]+)?[Ee]\+[0-9]+")
_ERROR = re.compile(r"#(N/[AD]|[¡¿]?[A-ZÉ0-9/]+[?!])")


def read_text(cell: Cell) -> str:
    """A cell as text: numbers as Excel shows them, dates in ISO form; an error value of Excel is refused."""
    if isinstance(cell, str):
        if cell.startswith("#") and _ERROR.fullmatch(cell):
            raise Refused(Text("La celda tiene un error de Excel ({error}): corrígela.", error=cell))
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date().isoformat()
    return str(cell)


def read_code(cell: Cell) -> str:
    """A number of a document or an id, as text; what Excel turned into a date or into 1,2E+09 is refused."""
    text = read_text(cell)
    if not isinstance(cell, (str, int, float)) or isinstance(cell, bool) or _EXPONENT.fullmatch(text):
        raise Refused(
            Text("Excel cambió el número por «{value}»: da a la columna formato de texto y escríbelo.", value=text[:40])
        )
    return text


def read_number(cell: Cell) -> str:
    """The number of a document, as printed."""
    text = read_code(cell)
    if len(text) > _LONGEST_NUMBER or not any(map(str.isalnum, text)) or not text.isprintable():
        raise Refused(Text("«{value}» no es un número de documento: escribe algo como FE-123.", value=text[:40]))
    return text


def read_date(cell: Cell) -> date:
    """A calendar date: a real date of Excel, ISO, or day first (dd/mm/yyyy, dd-mm-yyyy) as Colombia writes it."""
    if isinstance(cell, datetime):
        found: date | None = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _date(cell) if isinstance(cell, str) else None
    if found is None or found.year not in _YEARS:
        raise Refused(
            Text("«{value}» no es una fecha: escribe día/mes/año (31/12/2026) o 2026-12-31.", value=str(cell)[:40])
        )
    return found


@lru_cache(maxsize=4096)
def _date(text: str) -> date | None:
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if iso:
        year, month, day = iso.groups()
    elif day_first:
        day, month, year = day_first.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
