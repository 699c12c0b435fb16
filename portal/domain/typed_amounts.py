"""Amounts as people type them, in whatever way their country writes numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.domain.money import exponent, to_minor
from portal.errors import Refused
from portal.text import Text

_TYPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*|\d+)(?:(?!(?P=mark))[.,](?P<decimals>\d+))?",
    re.ASCII,
)
_LONE = re.compile(r"\d+[.,]\d{3}", re.ASCII)


def read_amount(typed: str, currency: str) -> int:
    """What a person types, in minor units: '1.500.000', '1500000', '1.234,50', '1,234.50', 'COP 1.500'.

    Either sign before a group of three digits parts thousands, else decimals; alone, it parts decimals where the
    currency has three of them. Raises Refused.
    """
    bare = "".join(typed.upper().replace(currency, "").replace("$", "").split())
    found = _TYPED.fullmatch(bare)
    if found is None:
        raise Refused(Text("«{amount}» no es un valor: escribe, por ejemplo, 1.500.000", amount=typed.strip()[:40]))
    if exponent(currency) == 3 and _LONE.fullmatch(bare):
        return to_minor(Decimal(bare.replace(",", ".")), currency)
    whole, decimals = re.sub("[.,]", "", found["whole"]), found["decimals"] or "0"
    return to_minor(Decimal(f"{whole}.{decimals}"), currency)
