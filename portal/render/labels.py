"""The reader's language on paper: gettext for words, Babel for numbers, money and dates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, get_decimal_symbol, get_group_symbol, parse_pattern

from portal.clock import BOGOTA
from portal.domain.money import exponent, to_decimal
from portal.text import Text

_LOCALES = {"es": "es_CO", "en": "en_US"}
_DAYS = {"es": "dd/MM/yyyy", "en": "MMM d, y"}
_SHORT_DAYS = {"es": "d MMM", "en": "MMM d"}
_MOMENTS = {"es": "dd/MM/yyyy h:mm a", "en": "MMM d, y h:mm a"}
_MOST_PLACES = 6  # a unit price has up to six decimals


@lru_cache(maxsize=8)
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, "es_CO"))


@lru_cache(maxsize=_MOST_PLACES + 1)
def _pattern(least: int) -> NumberPattern:
    return parse_pattern(f"#,##0.{'0' * least}{'#' * (_MOST_PLACES - least)}")


def _spanish(message: str) -> str:
    return message


@dataclass(frozen=True, slots=True)
class Labels:
    """`gettext` translates the Spanish message ids; `language` ("es", "en") writes numbers and dates its way.

    Instants are shown in `timezone`; calendar dates have none.
    """

    gettext: Callable[[str], str] = _spanish
    language: str = "es"
    timezone: str = BOGOTA

    def say(self, text: Text | str) -> str:
        """A sentence of the catalog with its values, or a text that is already written."""
        return text.render(self.gettext) if isinstance(text, Text) else text

    def number(self, value: Decimal, least: int = 0) -> str:
        """A number with at least `least` decimals, and all that it has up to six: 1.234.567,89 in Colombia."""
        written: str = _pattern(least).apply(value, _locale(self.language))
        return written

    def count(self, value: int | float) -> str:
        """A number of things: 12.345."""
        return self.number(Decimal(str(value)))

    @property
    def marks(self) -> tuple[str, str]:
        """What stands before the decimals and between the thousands: "," and "." in Colombia."""
        return get_decimal_symbol(_locale(self.language)), get_group_symbol(_locale(self.language))

    def amount(self, value: Decimal, currency: str) -> str:
        """An amount as stated, with no fewer decimals than its currency has; the code is not written."""
        return self.number(value, exponent(currency))

    def money(self, minor: int, currency: str) -> str:
        """Minor units as an amount, without the currency's code."""
        return self.amount(to_decimal(minor, currency), currency)

    def percent(self, rate: Decimal) -> str:
        """A rate that is already a percentage: 19 %."""
        return self.number(rate) + ("%" if self.language == "en" else "\u00a0%")

    def day(self, day: date) -> str:
        """A calendar date."""
        return format_date(day, _DAYS.get(self.language, _DAYS["es"]), locale=_locale(self.language))

    def short_day(self, day: date) -> str:
        """A date of about now, without its year: 28 nov."""
        return format_date(day, _SHORT_DAYS.get(self.language, "d MMM"), locale=_locale(self.language)).replace(".", "")

    def month(self, day: date) -> str:
        """The month of a date: mar 2026."""
        return format_date(day, "MMM y", locale=_locale(self.language)).replace(".", "")

    def moment(self, instant: datetime) -> str:
        """An instant on the clock of the reader's time zone; one without a zone is taken as UTC."""
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        pattern = _MOMENTS.get(self.language, _MOMENTS["es"])
        return format_datetime(aware.astimezone(ZoneInfo(self.timezone)), pattern, locale=_locale(self.language))
