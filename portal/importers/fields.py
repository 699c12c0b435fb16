"""Values out of UBL elements by path: text, amounts, dates. Prefixes are ours; files may use any.

A path is written 'cac:Party/cbc:Name' and means elements by namespace; when it branches, the first
place that holds a text wins. What is wrong is refused with the path as its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from lxml import etree

from portal.importers.xml import Unreadable, shown
from portal.text import Text

CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
PREFIXES = {"cac": CAC, "cbc": CBC, "ext": EXT, "sts": "*"}  # three sts namespaces are in use: any will do
LONGEST_TEXT = 20_000  # characters; DIAN's longest field takes 5,000
LARGEST = Decimal(10) ** 15
YEARS = range(1900, 2200)

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


@cache
def tags(path: str) -> tuple[str, ...]:
    """The Clark names of a path; steps without a prefix mean any namespace."""
    steps = (step.rpartition(":") for step in path.split("/"))
    return tuple(f"{{{PREFIXES.get(prefix, '*')}}}{name}" for prefix, _, name in steps)


def every(element: etree._Element, path: str) -> list[etree._Element]:
    """All elements at a path, in document order."""
    found = [element]
    for tag in tags(path):
        found = [child for parent in found for child in parent.iterchildren(tag)]
    return found


def first(element: etree._Element, path: str) -> etree._Element | None:
    return next(iter(every(element, path)), None)


def own_text(element: etree._Element) -> str:
    """The element's own text as it stands, without blanks around it."""
    text = (element.text or "").strip()
    if len(text) > LONGEST_TEXT:
        name = etree.QName(element).localname
        raise Unreadable(Text("El texto de {element} es demasiado largo. Revisa el archivo.", element=name), name)
    return text


def squeezed(element: etree._Element) -> str:
    """The element's own text on one line."""
    return " ".join(own_text(element).split())


def text(element: etree._Element, *paths: str) -> str | None:
    """The first text that is not blank, trying the paths in order."""
    for path in paths:
        for found in every(element, path):
            if value := squeezed(found):
                return value
    return None


def required(element: etree._Element, *paths: str) -> str:
    """Like `text`; refused by the name of the first path when there is none."""
    value = text(element, *paths)
    if value is None:
        raise missing(paths[0])
    return value


def missing(path: str) -> Unreadable:
    """The refusal for a mandatory element that isn't there or is blank."""
    return Unreadable(Text("Falta {element} en el XML. Pide al emisor el archivo completo.", element=path), path)


def number(element: etree._Element, path: str, *, signed: bool = False) -> Decimal | None:
    """A decimal number at a path, exactly as stated; negative only if `signed`."""
    value = text(element, path)
    if value is None:
        return None
    if len(value) > 40 or not _NUMBER.fullmatch(value):
        raise _bad_number(path, value)
    amount = Decimal(value)
    if abs(amount) >= LARGEST:
        raise _bad_number(path, value)
    if amount < 0 and not signed:
        raise Unreadable(
            Text(
                "{element} es negativo ({value}), y no puede serlo. Pide al emisor que lo corrija.",
                element=path,
                value=shown(value),
            ),
            path,
        )
    return amount


def required_number(element: etree._Element, path: str, *, signed: bool = False) -> Decimal:
    """Like `number`; refused by name when there is none."""
    value = number(element, path, signed=signed)
    if value is None:
        raise missing(path)
    return value


def day(element: etree._Element, path: str) -> date | None:
    """A calendar date as printed (a time zone after it is ignored); anything else is refused by name."""
    value = text(element, path)
    if value is None:
        return None
    parsed = calendar_date(value)
    if parsed is None:
        raise Unreadable(
            Text(
                "{element} no es una fecha AAAA-MM-DD: «{value}». Pide al emisor que lo corrija.",
                element=path,
                value=shown(value),
            ),
            path,
        )
    return parsed


def loose_day(element: etree._Element, *paths: str) -> date | None:
    """A date that only informs: what is not a date is left out."""
    value = text(element, *paths)
    return calendar_date(value) if value else None


def calendar_date(value: str) -> date | None:
    """The date in '2025-09-04' or '2025-09-04-05:00'; None for anything else, or for an impossible year."""
    match = _DATE.fullmatch(value)
    try:
        parsed = date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
    return parsed if parsed and parsed.year in YEARS else None


def latest(days: Iterable[date | None]) -> date | None:
    """The last of the dates that are there."""
    return max((d for d in days if d), default=None)


def _bad_number(path: str, value: str) -> Unreadable:
    return Unreadable(
        Text(
            "{element} no es un número válido: «{value}». Pide al emisor que lo corrija.",
            element=path,
            value=shown(value),
        ),
        path,
    )
