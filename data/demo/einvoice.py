"""DIAN-shaped XML out of facts: invoices, notes, DIAN's response, the container, the ZIP as it is e-mailed.

For the demo and for tests. Nothing is signed, and the CUFE is computed with a technical key made up
here, so no document can be mistaken for one that was issued.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from data.demo.einvoice_parts import DIAN, dian_party, dian_totals, extensions, in_schema_order, tax_scheme
from portal.domain.documents import Facts, Kind, Term
from portal.importers.control_codes import Stated, control_code
from portal.render.ubl_nodes import NAMESPACES, Node, group, leaf
from portal.render.ubl_parts import change_node, line_node, prepayment_node, reference_node, tax_nodes

TECHNICAL_KEY = hashlib.sha1(b"portal de clientes: clave inventada", usedforsecurity=False).hexdigest()
PIN = "00000"
TIME = "08:00:00-05:00"

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_QUANTITY = {"Invoice": "InvoicedQuantity", "CreditNote": "CreditedQuantity", "DebitNote": "DebitedQuantity"}
_PROFILE = {
    "Invoice": "DIAN 2.1: Factura Electrónica de Venta",
    "CreditNote": "DIAN 2.1: Nota Crédito de Factura Electrónica de Venta",
    "DebitNote": "DIAN 2.1: Nota Débito de Factura Electrónica de Venta",
}
_CUFE_TYPES = frozenset({None, "01", "02", "04"})
_EPOCH = (2025, 1, 1, 0, 0, 0)  # every ZIP member's time: same facts, same bytes


def document_xml(facts: Facts) -> bytes:
    """The XML of an invoice, credit note or debit note; other kinds have no electronic form (KeyError)."""
    return {Kind.INVOICE: invoice_xml, Kind.CREDIT_NOTE: credit_note_xml, Kind.DEBIT_NOTE: debit_note_xml}[facts.kind](
        facts
    )


def invoice_xml(facts: Facts) -> bytes:
    """A DIAN Invoice. Facts should state `line_total`; without `cufe` it is computed with TECHNICAL_KEY."""
    return _document(facts, "Invoice", leaf("InvoiceTypeCode", facts.type_code or "01"))


def credit_note_xml(facts: Facts) -> bytes:
    """A DIAN CreditNote, with a CUDE computed with PIN unless stated."""
    return _document(facts, "CreditNote", leaf("CreditNoteTypeCode", facts.type_code or "91"))


def debit_note_xml(facts: Facts) -> bytes:
    """A DIAN DebitNote, with a CUDE computed with PIN unless stated."""
    return _document(facts, "DebitNote", None)


def code_of(facts: Facts) -> str:
    """The CUFE or CUDE: as stated, else computed with the made-up key or PIN."""
    if facts.cufe:
        return facts.cufe
    taxes: dict[str, Decimal] = {}
    for tax in facts.taxes:
        taxes[tax.code] = taxes.get(tax.code, Decimal(0)) + tax.amount
    stated = Stated(
        number=facts.number,
        date=facts.issue_date.isoformat(),
        time=facts.issue_time or TIME,
        subtotal=facts.line_total if facts.line_total is not None else facts.total,
        taxes=taxes,
        total=facts.total,
        issuer=facts.issuer.tax_id,
        buyer=facts.customer.tax_id,
        environment=facts.environment or "1",
    )
    return control_code(stated, TECHNICAL_KEY if _scheme(facts).startswith("CUFE") else PIN)


def application_response_xml(facts: Facts, *, response_code: str = "02") -> bytes:
    """DIAN's answer to a document: validated (02), or whatever code is asked for."""
    answer = group(
        "DocumentResponse",
        group("Response", leaf("ResponseCode", response_code), leaf("Description", "Documento validado por la DIAN")),
        group("DocumentReference", leaf("ID", facts.number), leaf("UUID", code_of(facts), schemeName="CUFE-SHA384")),
        group(
            "LineResponse",
            group("LineReference", leaf("LineID", "1")),
            group("Response", leaf("ResponseCode", "0000"), leaf("Description", "0")),
        ),
    )
    return _written(
        "ApplicationResponse",
        [
            *_opening("1", "DIAN 2.1", facts),
            leaf("ID", facts.number),
            leaf("UUID", hashlib.sha384(code_of(facts).encode()).hexdigest(), schemeName="CUDE-SHA384"),
            *_issued(facts),
            group("SenderParty", tax_scheme(DIAN)),
            group("ReceiverParty", tax_scheme(facts.issuer)),
            answer,
        ],
    )


def attached_document(facts: Facts, *, document: bytes | None = None, response: bytes | None = None) -> bytes:
    """DIAN's container: the document and DIAN's validation, made from the facts unless given as bytes."""
    inner = document if document is not None else document_xml(facts)
    answer = response if response is not None else application_response_xml(facts)
    return _written(
        "AttachedDocument",
        [
            *_opening("Documentos adjuntos", "Factura Electrónica de Venta", facts),
            leaf("ID", facts.number),
            *_issued(facts),
            leaf("DocumentType", "Contenedor de Factura Electrónica"),
            leaf("ParentDocumentID", facts.number),
            group("SenderParty", tax_scheme(facts.issuer)),
            group("ReceiverParty", tax_scheme(facts.customer)),
            _attachment(inner),
            group("ParentDocumentLineReference", leaf("LineID", "1"), _answered(facts, answer)),
        ],
    )


def mail_name(facts: Facts, prefix: str) -> str:
    """A file name by DIAN's rule: two letters, NIT with ten digits, 000, year, eight hexadecimal digits."""
    counter = int(re.sub(r"\D", "", facts.number) or 0) % 16**8
    return f"{prefix}{facts.issuer.tax_id:0>10}000{facts.issue_date:%y}{counter:08x}"


def zip_as_mailed(facts: Facts, pdf: bytes | None = None, annexes: Mapping[str, bytes] | None = None) -> bytes:
    """The ZIP that issuers e-mail: the container, the PDF, and annexes in a ZIP of their own."""
    members = {f"{mail_name(facts, 'ad')}.xml": attached_document(facts)}
    if pdf is not None:
        members[f"{mail_name(facts, 'fv')}.pdf"] = pdf
    if annexes:
        members["anexos.zip"] = zipped(annexes)
    return zipped(members)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of these members; the same members make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _document(facts: Facts, name: str, type_code: Node | None) -> bytes:
    code = code_of(facts)
    environment = facts.environment or "1"
    nodes = [
        extensions(facts, code),
        *_opening(
            facts.operation or {"Invoice": "10", "CreditNote": "20", "DebitNote": "30"}[name], _PROFILE[name], facts
        ),
        leaf("ID", facts.number),
        leaf("UUID", code, schemeID=environment, schemeName=facts.cufe_scheme or _scheme(facts)),
        *_issued(facts),
        leaf("DueDate", facts.due_date),
        type_code,
        *(leaf("Note", note) for note in facts.notes),
        leaf("DocumentCurrencyCode", facts.currency),
        leaf("LineCountNumeric", len(facts.lines)),
        *_context(facts),
        *(tax_nodes("TaxTotal", facts.taxes, facts.currency)),
        *(tax_nodes("WithholdingTaxTotal", facts.withholdings, facts.currency)),
        dian_totals(facts),
        *(line_node(f"{name}Line", _QUANTITY[name], line, facts) for line in facts.lines),
    ]
    return _written(name, in_schema_order(name, nodes))


def _context(facts: Facts) -> list[Node | None]:
    start, end = facts.period or (None, None)
    corrected = next((reference.number for reference in facts.references), None)
    return [
        group("InvoicePeriod", leaf("StartDate", start), leaf("EndDate", end)),
        group(
            "DiscrepancyResponse",
            leaf("ReferenceID", corrected if facts.reason_code else None),
            leaf("ResponseCode", facts.reason_code),
            leaf("Description", facts.reason),
        ),
        group("OrderReference", leaf("ID", facts.order)),
        *map(reference_node, facts.references),
        dian_party("AccountingSupplierParty", facts.issuer),
        dian_party("AccountingCustomerParty", facts.customer),
        _means(facts),
        *(prepayment_node(prepayment, facts.currency) for prepayment in facts.prepayments),
        *(change_node(adjustment, facts.currency) for adjustment in facts.adjustments),
        _exchange(facts),
    ]


def _means(facts: Facts) -> Node | None:
    return group(
        "PaymentMeans",
        leaf("ID", "1" if facts.term is Term.CASH else "2"),
        leaf("PaymentMeansCode", facts.method or "1"),
        leaf("PaymentDueDate", facts.due_date),
        leaf("PaymentID", facts.payment_reference),
    )


def _exchange(facts: Facts) -> Node | None:
    source, target, rate = facts.exchange or (None, None, None)
    return group(
        "PaymentExchangeRate",
        leaf("SourceCurrencyCode", source),
        leaf("TargetCurrencyCode", target),
        leaf("CalculationRate", rate),
    )


def _opening(operation: str, profile: str, facts: Facts) -> list[Node | None]:
    return [
        leaf("UBLVersionID", "UBL 2.1"),
        leaf("CustomizationID", operation),
        leaf("ProfileID", profile),
        leaf("ProfileExecutionID", facts.environment or "1"),
    ]


def _issued(facts: Facts) -> list[Node | None]:
    return [leaf("IssueDate", facts.issue_date), leaf("IssueTime", facts.issue_time or TIME)]


def _answered(facts: Facts, answer: bytes) -> Node | None:
    return group(
        "DocumentReference",
        leaf("ID", facts.number),
        leaf("UUID", code_of(facts), schemeName="CUFE-SHA384"),
        leaf("IssueDate", facts.issue_date),
        leaf("DocumentType", "ApplicationResponse"),
        _attachment(answer),
        group(
            "ResultOfVerification",
            leaf("ValidatorID", DIAN.name),
            leaf("ValidationResultCode", "02"),
            leaf("ValidationDate", facts.issue_date),
            leaf("ValidationTime", facts.issue_time or TIME),
        ),
    )


def _attachment(content: bytes) -> Node | None:
    described: Any = leaf("Description", "-")
    described.text = etree.CDATA(content.decode())
    external = group("ExternalReference", leaf("MimeCode", "text/xml"), leaf("EncodingCode", "UTF-8"), described)
    return group("Attachment", external)


def _scheme(facts: Facts) -> str:
    sale = facts.kind is Kind.INVOICE and facts.type_code in _CUFE_TYPES
    return "CUFE-SHA384" if sale else "CUDE-SHA384"


def _written(name: str, nodes: list[Node | None]) -> bytes:
    namespace = f"{_UBL}{name}-2"
    prefixes: dict[Any, str] = {None: namespace, **NAMESPACES}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
    root.extend([node for node in nodes if node is not None])
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
