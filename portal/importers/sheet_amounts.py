"""Amounts as people write them: which sign is the decimal one is never guessed.

'1.234,50' and '1,234.50' are clear. '1.234' alone may be 1234 or 1 with three decimals: it is read
only if another amount of its column is clear, and refused otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Context, Decimal
from enum import Enum

from portal.domain.money import to_minor
from portal.errors import Refused
from portal.importers.sheet_cells import Cell
from portal.text import Text

_LONGEST = 60
_EXCEL_DIGITS = Context(prec=15)  # Excel keeps 15 significant digits; what a float shows beyond them is noise
_DRESS = re.compile(r"(?P<before>[A-Za-z]{3})?\s*\$?\s*(?P<digits>[0-9][0-9.,\s]*?)\s*(?P<after>[A-Za-z]{3})?")
_BLANK_BETWEEN = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))")
_NEGATIVE = re.compile(r"[($\s]*[-−].*[0-9]|.*[0-9]\s*-$|\(.*[0-9].*\)")


class Style(Enum):
    """How a column writes decimals: 1,234.50 or 1.234,50."""

    POINT = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
    COMMA = re.compile(r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")

    def decimal(self, digits: str) -> Decimal:
        """The value of digits written in this style."""
        if self is Style.COMMA:
            digits = digits.replace(".", "").replace(",", ".")
        return Decimal(digits.replace(",", ""))


_STYLES = tuple(Style)


def read_amount(cell: Cell, currency: str, style: Callable[[], Style | None]) -> Decimal:
    """The amount in a cell, never negative, with no more decimals than the currency has.

    `style` is asked only for a text that can be read in two ways. Raises Refused with what to write instead.
    """
    if isinstance(cell, str):
        amount = _from_text(cell, currency, style)
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool):
        amount = Decimal(cell) if isinstance(cell, int) else _EXCEL_DIGITS.plus(Decimal(repr(cell)))
    else:
        raise _not_an_amount(str(cell))
    if to_minor(amount, currency) < 0:
        raise _negative(str(cell))
    return amount


def column_style(cells: Iterable[str]) -> Style | None:
    """The style in which the clear amounts among these are written; None if none is clear, or they differ."""
    clear = set()
    for cell in cells:
        dress = _dress(cell)
        styles = _styles(_digits(dress)) if dress else []
        if len(styles) == 1:
            clear.update(styles)
    return clear.pop() if len(clear) == 1 else None


def _from_text(text: str, currency: str, style: Callable[[], Style | None]) -> Decimal:
    if text.isascii() and text.isdecimal() and len(text) <= _LONGEST:
        return Decimal(text)
    dress = _dress(text)
    if dress is None or {dress["before"], dress["after"]} - {None, currency, currency.lower()}:
        raise _negative(text) if _NEGATIVE.match(text[:_LONGEST]) else _not_an_amount(text)
    digits = _digits(dress)
    styles = _styles(digits)
    if not styles:
        raise _not_an_amount(text)
    if len(styles) == 1 or not set(digits) & {".", ","}:
        return styles[0].decimal(digits)
    chosen = style()
    if chosen is None:
        raise _ambiguous(text, digits)
    return chosen.decimal(digits)


def _dress(text: str) -> re.Match[str] | None:
    return _DRESS.fullmatch(text.strip()) if len(text) <= _LONGEST else None


def _digits(dress: re.Match[str]) -> str:
    return _BLANK_BETWEEN.sub("", dress["digits"])


def _styles(digits: str) -> list[Style]:
    return [style for style in _STYLES if style.value.fullmatch(digits)]


def _not_an_amount(text: str) -> Refused:
    return Refused(Text("«{value}» no es un valor en dinero: escribe un número como 1190000.50.", value=text[:40]))


def _negative(text: str) -> Refused:
    return Refused(
        Text("«{value}» es negativo: escribe el valor en positivo; el tipo dice si suma o resta.", value=text[:40])
    )


def _ambiguous(text: str, digits: str) -> Refused:
    return Refused(
        Text(
            "«{value}» se puede leer de dos maneras: escribe los valores de la columna con dos decimales, "
            "como {thousands}.",
            value=text[:40],
            thousands=f"{digits},00" if "." in digits else f"{digits}.00",
        )
    )
