"""A UBL 2.1 copy of a document that came without XML: data to exchange, clearly no signed electronic invoice.

Invoices, debit notes and credit notes are written as such. UBL 2.1 has no receipt of money: an advance
is an Invoice of type 386 (prepayment invoice, UNCL1001), a receipt an Invoice whose type code is the
portal's own word, so that no reader takes it for a sales invoice. PayableAmount is the document's total.
"""

from __future__ import annotations

import re
from decimal import Decimal

from lxml import etree

from portal.domain.documents import Facts, Kind, Line, Term
from portal.render.ubl_nodes import NAMESPACES, ROOTS, Node, group, in_order, leaf, written
from portal.render.ubl_parts import (
    change_node,
    line_node,
    money,
    party_node,
    prepayment_node,
    reference_node,
    tax_nodes,
)

PROFILE = "urn:portal-de-clientes:copia:1"
NOTE_ES = "Copia de datos hecha por el portal de clientes. No es una factura electrónica ni un documento firmado."
NOTE_EN = "Data copy made by the customer portal. It is neither an electronic invoice nor a signed document."
_ROOT = {Kind.CREDIT_NOTE: "CreditNote", Kind.DEBIT_NOTE: "DebitNote"}
_QUANTITY = {"Invoice": "InvoicedQuantity", "CreditNote": "CreditedQuantity", "DebitNote": "DebitedQuantity"}
_NAMES = {
    Kind.ADVANCE: "Anticipo recibido del cliente / Advance payment received.",
    Kind.RECEIPT: "Recibo de caja: dinero recibido del cliente / Cash receipt: money received.",
}
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def facts_to_ubl(facts: Facts) -> bytes:
    """The XML of a document's facts, valid against the UBL 2.1 schemas; unsigned, without DIAN's extension."""
    name = _ROOT.get(facts.kind, "Invoice")
    namespace = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    prefixes: dict[str | None, str] = {None: namespace}
    prefixes.update(NAMESPACES)
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
    root.extend(in_order(ROOTS[name], [*_head(facts, name), *_body(facts), *_sums(facts), *_lines(facts, name)]))
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _head(facts: Facts, name: str) -> list[Node | None]:
    time = facts.issue_time if facts.issue_time and _TIME.fullmatch(facts.issue_time) else None
    notes = [NOTE_ES, NOTE_EN, _NAMES.get(facts.kind), *facts.notes]
    return [
        leaf("UBLVersionID", "UBL 2.1"),
        leaf("ProfileID", PROFILE),
        leaf("ID", facts.number),
        leaf("CopyIndicator", True),
        leaf("UUID", facts.cufe, schemeName=facts.cufe_scheme),
        leaf("IssueDate", facts.issue_date),
        leaf("IssueTime", time),
        leaf("DueDate", facts.due_date),
        _type_code(facts, name),
        *(leaf("Note", note) for note in notes),
        leaf("DocumentCurrencyCode", facts.currency),
        leaf("LineCountNumeric", len(facts.lines) or 1),
    ]


def _type_code(facts: Facts, name: str) -> Node | None:
    if facts.kind is Kind.ADVANCE:
        return leaf("InvoiceTypeCode", "386", listID="UNCL1001")
    if facts.kind is Kind.RECEIPT:
        return leaf("InvoiceTypeCode", "receipt", listID=PROFILE)
    if facts.type_code:
        return leaf(f"{name}TypeCode", facts.type_code)
    return leaf(f"{name}TypeCode", "381" if facts.kind is Kind.CREDIT_NOTE else "380", listID="UNCL1001")


def _body(facts: Facts) -> list[Node | None]:
    start, end = facts.period or (None, None)
    term = {Term.CASH: "1", Term.CREDIT: "2", None: None}[facts.term]
    return [
        group("InvoicePeriod", leaf("StartDate", start), leaf("EndDate", end)),
        group("DiscrepancyResponse", leaf("ResponseCode", facts.reason_code), leaf("Description", facts.reason)),
        group("OrderReference", leaf("ID", facts.order)),
        *map(reference_node, facts.references),
        party_node("AccountingSupplierParty", facts.issuer),
        party_node("AccountingCustomerParty", facts.customer),
        _means(facts, term),
        *(prepayment_node(prepayment, facts.currency) for prepayment in facts.prepayments),
        *(change_node(adjustment, facts.currency) for adjustment in facts.adjustments),
        _exchange(facts),
    ]


def _means(facts: Facts, term: str | None) -> Node | None:
    if not (term or facts.method or facts.payment_reference):
        return None
    return group(
        "PaymentMeans",
        leaf("ID", term),
        leaf("PaymentMeansCode", written(facts.method) or "1"),
        leaf("PaymentDueDate", facts.due_date),
        leaf("PaymentID", facts.payment_reference),
    )


def _exchange(facts: Facts) -> Node | None:
    if not facts.exchange:
        return None
    source, target, rate = facts.exchange
    codes = (leaf("SourceCurrencyCode", source), leaf("TargetCurrencyCode", target))
    return group("PaymentExchangeRate", *codes, leaf("CalculationRate", rate))


def _sums(facts: Facts) -> list[Node | None]:
    currency = facts.currency
    amounts = {
        "LineExtensionAmount": facts.line_total,
        "TaxExclusiveAmount": facts.tax_base,
        "AllowanceTotalAmount": facts.allowances,
        "ChargeTotalAmount": facts.charges,
        "PrepaidAmount": facts.prepaid,
        "PayableRoundingAmount": facts.rounding,
        "PayableAmount": facts.total,
    }
    name = "RequestedMonetaryTotal" if facts.kind is Kind.DEBIT_NOTE else "LegalMonetaryTotal"
    return [
        *tax_nodes("TaxTotal", facts.taxes, currency),
        *tax_nodes("WithholdingTaxTotal", facts.withholdings, currency),
        group(name, *(money(tag, amount, currency) for tag, amount in amounts.items())),
    ]


def _lines(facts: Facts, name: str) -> list[Node | None]:
    """The lines; a document without them gets one, since the schemas want at least one."""
    lines = facts.lines or (_only_line(facts),)
    return [line_node(f"{name}Line", _QUANTITY[name], line, facts) for line in lines]


def _only_line(facts: Facts) -> Line:
    net = facts.line_total if facts.line_total is not None else facts.total
    return Line(number="1", description=facts.number, quantity=Decimal(1), amount=net)
