"""What a webhook carries, read strictly: nothing ambiguous, no odd numbers. Everything wrong raises NotGenuine."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from portal.domain.money import to_minor
from portal.domain.payments import NotGenuine
from portal.errors import Refused

_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?", re.ASCII)
_MOST_FIELDS = 300
_MOST_PLACES = 30  # of a Decimal written out: 1e999999999 is short, its digits are not


def json_object(raw: bytes) -> dict[str, Any]:
    """A JSON object whose names are all told once; numbers are ints and Decimals."""
    try:
        told = json.loads(
            raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_told_once
        )
    except (ValueError, RecursionError) as error:
        raise NotGenuine("it is not plain JSON") from error
    if not isinstance(told, dict):
        raise NotGenuine("it is no JSON object")
    return told


def form_fields(raw: bytes) -> dict[str, str]:
    """The fields of a form, each told once; bytes that are no UTF-8 are read as Latin-1."""
    try:
        text = raw.decode("ascii")
        try:
            pairs = parse_qsl(text, True, errors="strict", max_num_fields=_MOST_FIELDS)
        except UnicodeDecodeError:
            pairs = parse_qsl(text, True, encoding="latin-1", max_num_fields=_MOST_FIELDS)
        return _told_once(pairs)
    except ValueError as error:
        raise NotGenuine("it is no plain form") from error


def minor_units(value: object, currency: str) -> int:
    """An amount as providers write it (119000, "119000.00", Decimal) in minor units. Raises ValueError for all else:
    exponents, signs, commas, NaN, more decimals than the currency has."""
    text = _written_out(value)
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"not an amount: {text[:40]}")
    try:
        return to_minor(Decimal(text), currency)
    except Refused as error:
        raise ValueError(str(error)) from error


def whole_number(value: object) -> int:
    """A count of minor units as providers write it (11900000, "11900000", 11900000.0). ValueError for all else."""
    whole, _point, places = _written_out(value).partition(".")
    if not _AMOUNT.fullmatch(whole) or places.strip("0"):
        raise ValueError(f"not a whole number: {whole[:40]}")
    return int(whole)


def instant(value: object) -> datetime | None:
    """An ISO 8601 instant in UTC (told without a zone: UTC already); None for all else."""
    try:
        told = datetime.fromisoformat(value) if isinstance(value, str) else None
        return told and (told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def _written_out(value: object) -> str:
    if isinstance(value, (bool, float)):
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < _MOST_PLACES else ""
    return str(value)


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name is told twice")
    return told


def _no_number(name: str) -> Any:
    raise ValueError(name)
