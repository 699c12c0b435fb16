"""The documents that a row names: what it pays or corrects, and the advance it is already net of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

from portal.domain.documents import Kind, Reference, Role
from portal.errors import Refused
from portal.importers.sheet_amounts import Style, read_amount
from portal.importers.sheet_cells import Cell, Row
from portal.importers.sheet_values import read_code, read_number
from portal.text import Text

_BETWEEN = re.compile(r"[;\n]")
_ROLES = {
    Kind.ADVANCE: Role.PAYS,
    Kind.RECEIPT: Role.PAYS,
    Kind.CREDIT_NOTE: Role.CORRECTS,
    Kind.DEBIT_NOTE: Role.CORRECTS,
}
StyleOf = Callable[[str], Style | None]


def read_references(row: Row, kind: Kind, currency: str, total: Decimal, style_of: StyleOf) -> tuple[Reference, ...]:
    """What «aplica a» names: 'FE-1; FE-2:20000'. Parts of a credit may not exceed its total."""
    read = partial(_named, kind=kind, currency=currency, style=partial(style_of, "applies_to"))
    references = row.get("applies_to", read) or ()
    if not kind.is_debit and sum(reference.amount or 0 for reference in references) > total:
        raise row.refusal("applies_to", Text("Los valores aplicados suman más que el total: corrígelos."))
    return references


def read_prepaid(
    row: Row, kind: Kind, currency: str, style_of: StyleOf
) -> tuple[Decimal | None, tuple[Reference, ...]]:
    """The part of a debit that an advance had already paid, and that advance."""
    read = partial(read_amount, currency=currency, style=partial(style_of, "prepaid"))
    prepaid, number = row.get("prepaid", read), row.get("prepaid_by", read_number)
    if (prepaid or number) and not kind.is_debit:
        column = "prepaid" if prepaid else "prepaid_by"
        raise row.refusal(column, Text("Solo una factura o nota débito descuenta anticipos: borra la celda."))
    if number and not prepaid:
        raise row.refusal("prepaid_by", Text("Falta el valor del anticipo descontado: escríbelo en su columna."))
    return prepaid, (Reference(Role.CONSUMES, number, Kind.ADVANCE, amount=prepaid),) if number else ()


def amounts_in(text: str) -> Iterator[str]:
    """The amounts as written in a cell of «aplica a»."""
    for piece in _BETWEEN.split(text):
        number, _, amount = piece.rpartition(":")
        if number:
            yield amount.strip()


def _named(cell: Cell, kind: Kind, currency: str, style: Callable[[], Style | None]) -> tuple[Reference, ...]:
    role = _ROLES.get(kind)
    if role is None:
        raise Refused(Text("Una factura no se aplica a otro documento: borra la celda o cambia el tipo."))
    pieces = [piece.strip() for piece in _BETWEEN.split(read_code(cell))]
    return tuple(_reference(piece, role, currency, style) for piece in pieces if piece)


def _reference(piece: str, role: Role, currency: str, style: Callable[[], Style | None]) -> Reference:
    number, colon, amount = (part.strip() for part in piece.rpartition(":"))
    if not colon:
        number, amount = piece, ""
    if "," in number or (colon and not amount):
        raise Refused(
            Text("«{value}» no se entiende: escribe los documentos así, FE-1:500000; FE-2:20000.", value=piece[:40])
        )
    return Reference(role, read_number(number), amount=read_amount(amount, currency, style) if colon else None)
