"""Money: integer minor units beside their currency. The only place that rounds or converts units."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from iso4217 import Currency

from portal.errors import Refused
from portal.text import Text

LARGEST = 10**17  # minor units; a sum of a million such amounts still fits a 128-bit HUGEINT, one fits BIGINT


@lru_cache(maxsize=256)
def exponent(currency: str) -> int:
    """Decimal places of a currency by ISO 4217 (COP 2, CLP 0, KWD 3). Unknown codes are refused by name."""
    try:
        places = Currency(currency).exponent
    except ValueError:
        places = None
    if places is None:
        raise Refused(
            Text("«{currency}» no es una moneda ISO 4217. Usa un código como COP, USD o EUR.", currency=currency)
        )
    return int(places)


def to_minor(amount: Decimal | int, currency: str) -> int:
    """An amount in minor units, exactly: more significant decimals than the currency has are refused, as are floats."""
    if not isinstance(amount, (Decimal, int)) or isinstance(amount, bool):
        raise TypeError(f"money is Decimal or int, not {type(amount).__name__}")
    exact = Decimal(amount)
    if not exact.is_finite():
        raise Refused(Text("«{amount}» no es un valor en dinero.", amount=str(amount)))
    if abs(exact.adjusted()) > 30:
        raise Refused(Text("El valor {amount} es demasiado grande o demasiado pequeño.", amount=f"{exact:.3E}"))
    places = exponent(currency)
    scaled = exact.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise Refused(
            Text(
                "El valor {amount} tiene más decimales de los que admite {currency} ({places}).",
                amount=f"{exact.normalize():f}",
                currency=currency,
                places=places,
            )
        )
    if abs(scaled) >= LARGEST:
        raise Refused(Text("El valor {amount} es demasiado grande o demasiado pequeño.", amount=f"{exact:.3E}"))
    return int(scaled)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Minor units as a Decimal with exactly the currency's places."""
    return Decimal(minor).scaleb(-exponent(currency))


def plain(minor: int, currency: str) -> str:
    """Minor units as a plain decimal string, '1234.50': what JSON, CSV and URLs hold."""
    return f"{to_decimal(minor, currency):f}"


def round_down(amount: Decimal, currency: str) -> Decimal:
    """An amount cut to the currency's places, towards zero."""
    return amount.quantize(Decimal(1).scaleb(-exponent(currency)), rounding=ROUND_DOWN)


def percent_of(minor: int, percent: Decimal) -> int:
    """So many percent of an amount, in whole minor units, half a unit upwards."""
    return int((minor * percent / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
