"""The columns of a sheet: what they are called, which ones must be there, what they mean.

docs/spreadsheets.md shows these tables; a test compares the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from portal.domain.folding import fold_text

_NOT_A_WORD = re.compile(r"[^0-9a-z]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in the code, its Spanish and English headings, other headings taken, its meaning."""

    name: str
    spanish: str
    english: str
    meaning: str
    aliases: tuple[str, ...] = ()
    required: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.spanish, self.english, *self.aliases)


@lru_cache(maxsize=512)
def fold_heading(heading: str) -> str:
    """A heading as it is compared: no capitals, accents, blanks, underscores or signs."""
    return _NOT_A_WORD.sub("", fold_text(heading))


_NUMBER = Column(
    "number",
    "número",
    "number",
    "number of the document, prefix included",
    ("documento", "document", "número de factura", "invoice number", "factura número", "no", "nro", "num"),
    required=True,
)
_ISSUER_ID = Column(
    "issuer_id",
    "emisor NIT",
    "issuer tax id",
    "who issued it; may be left out when the import names the issuer",
    ("NIT emisor", "NIT del emisor", "issuer NIT"),
)
_ISSUER_COUNTRY = Column(
    "issuer_country",
    "emisor país",
    "issuer country",
    "country of the issuer, two letters; that of the import's issuer, else CO",
    ("país emisor", "país del emisor"),
)
_CUSTOMER_NAMES = ("NIT cliente", "NIT del cliente", "cliente id", "id cliente", "customer id", "customer NIT")
_CURRENCY_NAMES = ("divisa",)

DOCUMENTS = (
    Column(
        "kind",
        "tipo",
        "kind",
        "factura (de venta), nota débito, nota crédito, anticipo, recibo (de caja); "
        "invoice, debit note, credit note, advance, receipt",
        ("tipo de documento", "document type", "type"),
        required=True,
    ),
    _NUMBER,
    _ISSUER_ID,
    _ISSUER_COUNTRY,
    Column("issuer_name", "emisor nombre", "issuer name", "name of the issuer", ("nombre emisor", "nombre del emisor")),
    Column(
        "customer_id",
        "cliente NIT",
        "customer tax id",
        "NIT or other id of who owes; a check digit goes after a hyphen",
        (*_CUSTOMER_NAMES, "identificación cliente", "identificación del cliente"),
        required=True,
    ),
    Column(
        "id_type",
        "tipo de id",
        "id type",
        "NIT, CC, CE, TI, pasaporte… or DIAN's code; without it 31 (NIT) for an id with a check digit or of nine "
        "digits that start with 8 or 9, else 13 (CC); abroad 50",
        ("tipo id", "tipo de identificación", "customer id type"),
    ),
    Column(
        "country",
        "país",
        "country",
        "country of the customer, two letters; that of its issuer if absent",
        ("cliente país",),
    ),
    Column(
        "customer_name",
        "cliente nombre",
        "customer name",
        "name of the customer; its id if absent",
        ("cliente", "nombre cliente", "nombre del cliente", "razón social"),
    ),
    Column(
        "customer_email",
        "cliente correo",
        "customer email",
        "address for invoices",
        ("correo", "correo electrónico", "correo cliente", "correo del cliente", "email", "e-mail"),
    ),
    Column(
        "issue_date",
        "fecha",
        "issue date",
        "date of issue",
        ("fecha de emisión", "fecha emisión", "date"),
        required=True,
    ),
    Column(
        "due_date",
        "vencimiento",
        "due date",
        "date of payment; date of issue if absent",
        ("fecha de vencimiento", "fecha vencimiento"),
    ),
    Column("currency", "moneda", "currency", "ISO 4217 code; COP if absent", _CURRENCY_NAMES),
    Column(
        "total",
        "total",
        "total",
        "what the document adds to or takes from the debt, always positive; already net of «anticipo descontado»",
        ("valor total", "total a pagar", "total amount"),
        required=True,
    ),
    Column("term", "forma de pago", "term", "contado or crédito; cash or credit", ("payment term",)),
    Column(
        "method",
        "medio de pago",
        "method",
        "efectivo, cheque, consignación, transferencia, tarjeta crédito, tarjeta débito, otro, or DIAN's code",
        ("método de pago", "payment method"),
    ),
    Column("payment_reference", "referencia de pago", "payment reference", "bank's or provider's reference"),
    Column(
        "applies_to",
        "aplica a",
        "applies to",
        "documents that an advance or receipt pays or a note corrects: FE-1; FE-2 or FE-1:500000; FE-2:20000",
    ),
    Column("order", "orden de compra", "order", "purchase order of the customer", ("purchase order",)),
    Column("notes", "descripción", "notes", "free text", ("description", "notas", "observaciones", "concepto")),
    Column("cufe", "CUFE", "CUFE", "CUFE or CUDE of the electronic document", ("CUDE",)),
    Column("status", "estado", "status", "anulada or void for an annulled document; empty or vigente otherwise"),
    Column(
        "prepaid",
        "anticipo descontado",
        "prepaid",
        "the part that an advance had already paid, not included in the total",
    ),
    Column(
        "prepaid_by",
        "anticipo número",
        "prepaid by",
        "number of that advance",
        ("número del anticipo", "anticipo descontado número"),
    ),
)

BALANCES = (
    _NUMBER,
    Column(
        "kind",
        "clase",
        "document kind",
        "factura or nota débito; needed only where both have the same number",
        ("clase de documento",),
    ),
    _ISSUER_ID,
    _ISSUER_COUNTRY,
    Column("customer_id", "cliente NIT", "customer tax id", "NIT or other id of who owes", _CUSTOMER_NAMES),
    Column(
        "issue_date",
        "fecha",
        "date",
        "the balance is the one at the end of this day",
        ("fecha de corte", "fecha corte", "corte"),
        required=True,
    ),
    Column("currency", "moneda", "currency", "ISO 4217 code; the document's own if absent", _CURRENCY_NAMES),
    Column(
        "outstanding",
        "saldo",
        "outstanding",
        "what is still owed of the document; 0 if it is paid",
        ("saldo pendiente", "balance"),
        required=True,
    ),
)
