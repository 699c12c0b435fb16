"""What a webhook carries, read strictly: nothing ambiguous, no odd numbers. Everything wrong raises NotGenuine."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from portal.domain.money import to_minor
from portal.domain.payments import NotGenuine
from portal.errors import Refused

_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,6})?", re.ASCII)
_MOST_FIELDS = 300


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
    text = f"{value:f}" if isinstance(value, Decimal) and value.is_finite() else str(value)
    if isinstance(value, (bool, float)) or not _AMOUNT.fullmatch(text):
        raise ValueError(f"not an amount: {text[:40]}")
    try:
        return to_minor(Decimal(text), currency)
    except Refused as error:
        raise ValueError(str(error)) from error


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a name is told twice")
    return told


def _no_number(name: str) -> Any:
    raise ValueError(name)
