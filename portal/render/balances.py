"""What the portal knows about a document's money on a day, printed apart from what the document itself states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.text import Text


@dataclass(frozen=True, slots=True)
class Balances:
    """Minor units of the document's currency, as of `on` (a date in the issuer's zone).

    Of a debit: `paid` (abonado) and `outstanding` (saldo pendiente). Of a credit: `paid` is what has been
    applied, `available` what is left of it (saldo a favor). `status` is one sentence for people.
    """

    on: date
    paid: int
    outstanding: int = 0
    available: int = 0
    status: Text | str = ""
    void: bool = False
