"""The lines of an invoice or note."""

from __future__ import annotations

from decimal import Decimal

from lxml import etree

from portal.domain.documents import Adjustment, Kind, Line
from portal.importers.fields import every, first, number, required_number, squeezed, text
from portal.importers.taxes import read_adjustments, read_taxes
from portal.importers.xml import Unreadable

LINE = {
    Kind.INVOICE: ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
    Kind.CREDIT_NOTE: ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    Kind.DEBIT_NOTE: ("cac:DebitNoteLine", "cbc:DebitedQuantity"),
}


def read_lines(root: etree._Element, kind: Kind, currency: str, *, signed: bool) -> tuple[Line, ...]:
    """All lines in order; empty when there are none. What is wrong is refused with the line it is in."""
    path, quantity = LINE[kind]
    lines = []
    for position, element in enumerate(every(root, path), start=1):
        try:
            lines.append(_line(element, str(position), quantity, currency, signed=signed))
        except Unreadable as error:
            raise Unreadable(error.text, f"{path}[{position}]/{error.place}") from error
    return tuple(lines)


def _line(element: etree._Element, position: str, quantity: str, currency: str, *, signed: bool) -> Line:
    counted = first(element, quantity)
    stated = number(element, quantity, signed=signed)
    adjustments = read_adjustments(element, signed=signed)
    return Line(
        number=text(element, "cbc:ID") or position,
        description=_description(element),
        quantity=Decimal(1) if stated is None else stated,
        amount=required_number(element, "cbc:LineExtensionAmount", signed=signed),
        unit=(counted.get("unitCode") or None) if counted is not None else None,
        unit_price=number(element, "cac:Price/cbc:PriceAmount", signed=signed),
        code=text(
            element, "cac:Item/cac:SellersItemIdentification/cbc:ID", "cac:Item/cac:StandardItemIdentification/cbc:ID"
        ),
        discount=_sum(adjustments, charge=False),
        charge=_sum(adjustments, charge=True),
        taxes=read_taxes(element, "cac:TaxTotal", currency, signed=signed),
        withholdings=read_taxes(element, "cac:WithholdingTaxTotal", currency, signed=signed),
        properties=_properties(element),
    )


def _description(element: etree._Element) -> str:
    described = [part for found in every(element, "cac:Item/cbc:Description") if (part := squeezed(found))]
    return " ".join(described) or text(element, "cac:Item/cbc:Name") or ""


def _sum(adjustments: tuple[Adjustment, ...], *, charge: bool) -> Decimal | None:
    amounts = [adjustment.amount for adjustment in adjustments if adjustment.charge is charge]
    return sum(amounts, Decimal(0)) if amounts else None


def _properties(element: etree._Element) -> tuple[tuple[str, str], ...]:
    pairs = (
        (text(found, "cbc:Name"), text(found, "cbc:Value"))
        for found in every(element, "cac:Item/cac:AdditionalItemProperty")
    )
    return tuple((name, value) for name, value in pairs if name and value)
