"""JSON that an issuer's system sends: one document or many, with the fields of a sheet, read as the rows of one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from portal.errors import Refused
from portal.importers.sheet_cells import Cell, RefusedAt
from portal.importers.sheet_columns import BALANCES, DOCUMENTS, fold_heading
from portal.text import Text

_SAFE = 10**15  # a whole number beyond it is an id: kept as the digits that were sent
_MOST_FIELDS = 60
_APPLIES = "applies_to"
_UNWRITABLE = re.compile(r"[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JsonTable:
    """The fields that occur, as row 0; below them document 1, 2, 3…"""

    fields: tuple[str, ...]
    documents: Sequence[dict[str, Any]]

    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        yield 0, self.fields
        for number, document in enumerate(self.documents, start=1):
            yield number, [_cell(number, name, document.get(name)) for name in self.fields]


def json_table(data: bytes) -> JsonTable:
    """The documents in `{…}`, `[{…}, …]` or `{"documents": [{…}, …]}`. Raises Refused for anything else."""
    try:
        told = json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused(Text("No es JSON en UTF-8: mira que esté completo y bien escrito.")) from None
    if isinstance(told, dict):
        told = told["documents"] if set(told) == {"documents"} else [told]
    if not isinstance(told, list) or not told:
        raise Refused(Text("Envía un documento, o {example} con al menos uno.", example='{"documents": […]}'))
    fields: dict[str, None] = {}
    for number, document in enumerate(told, start=1):
        if not isinstance(document, dict):
            raise RefusedAt(Text("Cada documento es un objeto con campos."), f"fila {number}")
        if any(_UNWRITABLE.search(name) for name in document):
            raise RefusedAt(Text("Hay un nombre de campo con caracteres que no existen: corrígelo."), f"fila {number}")
        fields |= dict.fromkeys(document)
        if len(fields) > _MOST_FIELDS:
            raise RefusedAt(Text("Hay campos que el portal no conoce: deja solo los de la lista."), f"fila {number}")
    for name in fields:
        if fold_heading(name) not in _known():
            raise Refused(Text("«{field}» no es un campo: mira la lista en docs/spreadsheets.md.", field=name[:40]))
    return JsonTable(tuple(fields), told)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(fold_heading(name) for column in (*DOCUMENTS, *BALANCES) for name in column.headings)


def _no_number(_said: str) -> NoReturn:
    raise ValueError


def _cell(row: int, name: str, value: object) -> Cell:
    if value is None or isinstance(value, str):
        return _readable(row, name, value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < _SAFE else str(value)
    if isinstance(value, float):
        return value
    if isinstance(value, list) and fold_heading(name) == fold_heading(_APPLIES):
        return _readable(row, name, "; ".join(_applied(row, name, one) for one in value))
    raise RefusedAt(Text("«{field}» es un texto, un número o null.", field=name[:40]), f"fila {row}")


def _readable(row: int, name: str, value: str | None) -> str | None:
    """A text that can be kept: JSON can name what is no character, which no other file can hold."""
    if value and _UNWRITABLE.search(value):
        raise RefusedAt(Text("«{field}» tiene un carácter que no existe: corrígelo.", field=name[:40]), f"fila {row}")
    return value


def _applied(row: int, name: str, one: object) -> str:
    """«FE-1», or {"number": "FE-1", "amount": "1000.00"}."""
    if isinstance(one, str):
        return one
    if isinstance(one, dict) and isinstance(one.get("number"), str) and set(one) <= {"number", "amount"}:
        amount = one.get("amount")
        if amount is None or (isinstance(amount, str | int | float) and not isinstance(amount, bool)):
            return one["number"] if amount is None else f"{one['number']}:{_written(amount)}"
    raise RefusedAt(
        Text("«{field}» nombra documentos: un texto, o objetos con «number» y «amount».", field=name), f"fila {row}"
    )


def _written(amount: str | float) -> str:
    """A number of JSON has one meaning: one with three decimals gets a fourth, so that a sheet's text keeps it."""
    if isinstance(amount, str):
        return amount
    text = repr(amount)
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
