"""What has to be known of a document before the rest of it can be read: kind, number, date, currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import etree

from portal.domain.documents import Kind
from portal.importers import dian
from portal.importers.fields import day, first, missing, required, text
from portal.importers.roots import kind as kind_of_root
from portal.importers.totals import PAYABLE, monetary_total
from portal.importers.xml import Unreadable, shown
from portal.text import Text

LONGEST_NUMBER = 60
MOST_PARTS = 10_000  # lines, notes, taxes… directly in a document: MAX_MARKUP leaves room for no more real lines
OWN_COPY = "urn:portal-de-clientes:"  # the profile of the UBL copies that the portal itself writes
_CREDIT_TYPES = frozenset({"81", "83", "261", "381", "396", "532"})  # UNTDID 1001: they lower what is owed


@dataclass(frozen=True, slots=True)
class Head:
    """`code` is the CUFE or CUDE; `signed`: negative lines and taxes are allowed (DIAN forbids them)."""

    kind: Kind
    colombian: bool
    number: str
    type_code: str | None
    code: str | None
    issued: date

    @property
    def signed(self) -> bool:
        return not self.colombian


def read_head(root: etree._Element) -> Head:
    """The head of a UBL document; what isn't one, or isn't a sale, is refused here."""
    kind = kind_of_root(root)
    colombian = dian.is_dian(root)
    if len(root) > MOST_PARTS:
        raise Unreadable(Text("El documento tiene más de {limit} líneas o partes. Divídelo.", limit=MOST_PARTS))
    if (text(root, "cbc:ProfileID") or "").startswith(OWN_COPY):
        raise Unreadable(Text("Es una copia de datos hecha por el portal, no el documento. Sube el XML del emisor."))
    number = required(root, "cbc:ID")
    if len(number) > LONGEST_NUMBER:
        raise Unreadable(
            Text("El número «{number}» es demasiado largo. Revisa el archivo.", number=shown(number)), "cbc:ID"
        )
    return Head(
        kind=kind,
        colombian=colombian,
        number=number,
        code=dian.stated_code(root) if colombian else None,
        type_code=dian.type_code(root, kind) if colombian else _foreign_type(root, kind),
        issued=_issued(root),
    )


def read_currency(root: etree._Element) -> str:
    """DocumentCurrencyCode, or where a plain UBL document leaves it out, the payable amount's."""
    stated = text(root, "cbc:DocumentCurrencyCode")
    if stated is None:
        payable = first(monetary_total(root), PAYABLE)
        stated = payable.get("currencyID") if payable is not None else None
    if not stated:
        raise missing("cbc:DocumentCurrencyCode")
    return stated.upper()


def _issued(root: etree._Element) -> date:
    issued = day(root, "cbc:IssueDate")
    if issued is None:
        raise missing("cbc:IssueDate")
    return issued


def _foreign_type(root: etree._Element, kind: Kind) -> str | None:
    code = text(root, "cbc:CreditNoteTypeCode" if kind is Kind.CREDIT_NOTE else "cbc:InvoiceTypeCode")
    if kind is Kind.INVOICE and code in _CREDIT_TYPES:
        raise Unreadable(
            Text(
                "Dice ser una factura y su tipo ({code}) es de nota crédito. Pide al emisor la nota como CreditNote.",
                code=code,
            ),
            "cbc:InvoiceTypeCode",
        )
    return code
