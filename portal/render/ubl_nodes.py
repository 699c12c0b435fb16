"""Small pieces of UBL 2.1 trees: nodes that leave out what is not stated, in the order the schemas want."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not a character of XML 1.0
Node = Any  # lxml's elements have no types

# The parts of the three roots and of their lines that are written here, in the order of the schemas.
ROOTS = {
    "Invoice": (
        "UBLVersionID ProfileID ID CopyIndicator UUID IssueDate IssueTime DueDate InvoiceTypeCode Note "
        "DocumentCurrencyCode LineCountNumeric InvoicePeriod OrderReference BillingReference AccountingSupplierParty "
        "AccountingCustomerParty PaymentMeans PrepaidPayment AllowanceCharge PaymentExchangeRate TaxTotal "
        "WithholdingTaxTotal LegalMonetaryTotal InvoiceLine"
    ),
    "CreditNote": (
        "UBLVersionID ProfileID ID CopyIndicator UUID IssueDate IssueTime CreditNoteTypeCode Note "
        "DocumentCurrencyCode LineCountNumeric InvoicePeriod DiscrepancyResponse OrderReference BillingReference "
        "AccountingSupplierParty AccountingCustomerParty PaymentMeans PaymentExchangeRate AllowanceCharge TaxTotal "
        "LegalMonetaryTotal CreditNoteLine"
    ),
    "DebitNote": (
        "UBLVersionID ProfileID ID CopyIndicator UUID IssueDate IssueTime Note DocumentCurrencyCode "
        "LineCountNumeric InvoicePeriod DiscrepancyResponse OrderReference BillingReference AccountingSupplierParty "
        "AccountingCustomerParty PrepaidPayment AllowanceCharge PaymentMeans PaymentExchangeRate TaxTotal "
        "RequestedMonetaryTotal DebitNoteLine"
    ),
}
LINES = {
    "InvoiceLine": "ID InvoicedQuantity LineExtensionAmount AllowanceCharge TaxTotal WithholdingTaxTotal Item Price",
    "CreditNoteLine": "ID CreditedQuantity LineExtensionAmount TaxTotal AllowanceCharge Item Price",
    "DebitNoteLine": "ID DebitedQuantity LineExtensionAmount TaxTotal AllowanceCharge Item Price",
}


def group(name: str, *children: Node | None) -> Node | None:
    """A cac: node of the children that are there; nothing when none is."""
    present = [child for child in children if child is not None]
    if not present:
        return None
    parent = etree.Element(f"{{{NAMESPACES['cac']}}}{name}", nsmap=NAMESPACES)
    parent.extend(present)
    return parent


def leaf(name: str, value: str | int | Decimal | date | bool | None, **attributes: str | None) -> Node | None:
    """A cbc: node; nothing when there is no value."""
    text = written(value)
    if not text:
        return None
    node = etree.Element(f"{{{NAMESPACES['cbc']}}}{name}", nsmap=NAMESPACES)
    node.text = text
    for key, attribute in attributes.items():
        if attribute:
            node.set(key, written(attribute))
    return node


def written(value: str | int | Decimal | date | bool | None) -> str:
    """A value as XML text, without the characters that XML has not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return _ILLEGAL.sub("", value.isoformat() if isinstance(value, date) else str(value)).strip()


def in_order(order: str, nodes: Iterable[Node | None]) -> list[Node]:
    """The nodes that a parent has a place for, in the order of the names in `order`."""
    names = order.split()
    known = [node for node in nodes if node is not None and etree.QName(node).localname in names]
    return sorted(known, key=lambda node: names.index(etree.QName(node).localname))
