"""Closed lists of words: kinds, terms, methods, types of id, status. Spanish, English and DIAN's codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from portal.domain.documents import Kind, Term
from portal.domain.parties import ID_TYPES
from portal.errors import Refused
from portal.importers.sheet_cells import Cell
from portal.importers.sheet_columns import fold_heading
from portal.importers.sheet_values import read_text
from portal.text import Text

T = TypeVar("T")

KINDS = {
    "factura": Kind.INVOICE,
    "factura de venta": Kind.INVOICE,
    "factura electrónica de venta": Kind.INVOICE,
    "invoice": Kind.INVOICE,
    "nota débito": Kind.DEBIT_NOTE,
    "debit note": Kind.DEBIT_NOTE,
    "nota crédito": Kind.CREDIT_NOTE,
    "credit note": Kind.CREDIT_NOTE,
    "anticipo": Kind.ADVANCE,
    "advance": Kind.ADVANCE,
    "recibo de caja": Kind.RECEIPT,
    "recibo": Kind.RECEIPT,
    "receipt": Kind.RECEIPT,
}
TERMS = {"contado": Term.CASH, "cash": Term.CASH, "crédito": Term.CREDIT, "credit": Term.CREDIT}
TERMS |= {"de contado": Term.CASH, "a crédito": Term.CREDIT, "1": Term.CASH, "2": Term.CREDIT}
METHODS = {  # names → DIAN's list of payment means
    "efectivo": "10",
    "cash": "10",
    "cheque": "20",
    "check": "20",
    "consignación": "42",
    "consignación bancaria": "42",
    "deposit": "42",
    "transferencia": "47",
    "transferencia bancaria": "47",
    "transferencia débito bancaria": "47",
    "transfer": "47",
    "PSE": "47",
    "tarjeta crédito": "48",
    "tarjeta de crédito": "48",
    "credit card": "48",
    "tarjeta débito": "49",
    "tarjeta de débito": "49",
    "debit card": "49",
    "no definido": "1",
    "otro": "ZZZ",
    "other": "ZZZ",
    "acuerdo mutuo": "ZZZ",
} | {code: code.lstrip("0") for n in range(1, 98) for code in (str(n), f"{n:02}")}
METHODS["ZZZ"] = "ZZZ"
SHORT_IDS = {"NIT": "31", "CC": "13", "cédula": "13", "CE": "22", "TI": "12", "RC": "11", "TE": "21", "DIE": "42"}
SHORT_IDS |= {"PA": "41", "passport": "41", "foreign NIT": "50", "foreign id": "42"}
ID_WORDS = SHORT_IDS | {name: code for code, name in ID_TYPES.items()} | {code: code for code in ID_TYPES}
STATUSES = dict.fromkeys(("anulada", "anulado", "void", "voided"), True)
STATUSES |= dict.fromkeys(("vigente", "activa", "activo", "emitida", "emitido", "valid", "issued"), False)


def _folded(words: Mapping[str, T]) -> dict[str, T]:
    return {fold_heading(word): meaning for word, meaning in words.items()}


_KINDS, _TERMS, _STATUSES = _folded(KINDS), _folded(TERMS), _folded(STATUSES)
_METHODS, _IDS = _folded(METHODS), _folded(ID_WORDS)

_SAY_KIND = Text("factura, nota débito, nota crédito, anticipo o recibo de caja")
_SAY_TERM = Text("contado o crédito")
_SAY_METHOD = Text(
    "efectivo, cheque, consignación, transferencia, tarjeta crédito, tarjeta débito, otro, o el código de la DIAN"
)
_SAY_ID = Text("NIT, CC, CE, TI, pasaporte, o el código de la DIAN (31, 13…)")
_SAY_STATUS = Text("«anulada» o nada; lo pagado se informa con recibos de caja o con la hoja de saldos")


def read_kind(cell: Cell) -> Kind:
    """The kind of document that a word names."""
    return _look_up(cell, _KINDS, _SAY_KIND)


def read_term(cell: Cell) -> Term:
    """Contado or crédito."""
    return _look_up(cell, _TERMS, _SAY_TERM)


def read_method(cell: Cell) -> str:
    """DIAN's code of a payment means, from its name or its code."""
    return _look_up(cell, _METHODS, _SAY_METHOD)


def read_id_type(cell: Cell) -> str:
    """DIAN's code of a type of id, from its name or its code."""
    return _look_up(cell, _IDS, _SAY_ID)


def read_voided(cell: Cell) -> bool:
    """Whether the issuer annulled the document. How far it is paid is no status: receipts say that."""
    return _look_up(cell, _STATUSES, _SAY_STATUS)


def _look_up(cell: Cell, words: Mapping[str, T], allowed: Text) -> T:
    text = read_text(cell)
    found = words.get(fold_heading(text))
    if found is None:
        raise Refused(Text("No conocemos «{value}»: escribe {allowed}.", value=text[:40], allowed=allowed))
    return found
