"""The totals of a document, as stated, and whether they add up.

Totals are read, never recomputed: PayableAmount is what is owed, already net of the prepaid amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from portal.domain.documents import Line
from portal.domain.money import to_minor
from portal.errors import Refused
from portal.importers.fields import every, first, missing, number, required_number
from portal.importers.xml import Unreadable, shown
from portal.text import Text

TOLERANCE = Decimal(2)  # DIAN's, in units of the currency
PAYABLE = "cbc:PayableAmount"


@dataclass(frozen=True, slots=True)
class Totals:
    payable: Decimal
    line_total: Decimal | None
    tax_base: Decimal | None
    tax_inclusive: Decimal | None
    allowances: Decimal | None
    charges: Decimal | None
    prepaid: Decimal | None
    rounding: Decimal | None


def monetary_total(root: etree._Element) -> etree._Element:
    """LegalMonetaryTotal, or a debit note's RequestedMonetaryTotal."""
    for path in ("cac:LegalMonetaryTotal", "cac:RequestedMonetaryTotal"):
        found = first(root, path)
        if found is not None:
            return found
    raise missing("cac:LegalMonetaryTotal")


def read_totals(root: etree._Element, currency: str, *, signed: bool) -> Totals:
    """The stated totals, all in the document's currency; the payable one must be postable."""
    element = monetary_total(root)
    for amount in element.iterchildren():
        if (stated := amount.get("currencyID")) and stated.upper() != currency:
            raise _other_currency(f"cbc:{etree.QName(amount).localname}", stated, currency)
    prepaid = number(element, "cbc:PrepaidAmount", signed=signed)
    return Totals(
        payable=postable(required_number(element, PAYABLE), currency, PAYABLE),
        line_total=number(element, "cbc:LineExtensionAmount", signed=signed),
        tax_base=number(element, "cbc:TaxExclusiveAmount", signed=signed),
        tax_inclusive=number(element, "cbc:TaxInclusiveAmount", signed=signed),
        allowances=number(element, "cbc:AllowanceTotalAmount", signed=signed),
        charges=number(element, "cbc:ChargeTotalAmount", signed=signed),
        prepaid=None if prepaid is None else postable(prepaid, currency, "cbc:PrepaidAmount"),
        rounding=number(element, "cbc:PayableRoundingAmount", signed=True),
    )


def postable(amount: Decimal, currency: str, place: str) -> Decimal:
    """The same amount, if the ledger can hold it exactly in this currency."""
    try:
        to_minor(amount, currency)
    except Refused as refused:
        raise Unreadable(refused.text, place) from refused
    return amount


def disagreements(root: etree._Element, totals: Totals, lines: tuple[Line, ...]) -> Iterator[Text]:
    """What does not add up by DIAN's formulas, one sentence each (Anexo técnico 1.9, tolerance ±2)."""
    zero = Decimal(0)
    if totals.line_total is not None:
        if _apart(sum((line.amount for line in lines), zero), totals.line_total):
            yield Text("Las líneas no suman el subtotal del documento. Se tomaron los valores del XML.")
        taxes = sum((number(tax, "cbc:TaxAmount", signed=True) or zero for tax in every(root, "cac:TaxTotal")), zero)
        if totals.tax_inclusive is not None and _apart(totals.line_total + taxes, totals.tax_inclusive):
            yield Text("El subtotal más los impuestos no da el total con impuestos. Se tomaron los valores del XML.")
    if totals.tax_inclusive is not None:
        expected = totals.tax_inclusive - (totals.allowances or zero) + (totals.charges or zero)
        if _apart(expected - (totals.prepaid or zero) + (totals.rounding or zero), totals.payable):
            yield Text("Los totales no dan el valor a pagar. Se tomó el valor a pagar del XML.")


def _apart(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) > TOLERANCE


def _other_currency(path: str, stated: str, currency: str) -> Unreadable:
    return Unreadable(
        Text(
            "{element} está en {stated} y el documento en {currency}. Pide al emisor que lo corrija.",
            element=path,
            stated=shown(stated),
            currency=currency,
        ),
        path,
    )
