"""UBL 2.1 invoices, credit notes and debit notes as facts: DIAN's, and plain ones of other countries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lxml import etree

from portal.domain.documents import Facts, Line
from portal.importers import dian
from portal.importers.fields import every, first, loose_day, own_text, required, text
from portal.importers.heads import Head, read_currency, read_head
from portal.importers.lines import read_lines
from portal.importers.notes import keepable
from portal.importers.parties import CUSTOMER, ISSUER, glued_check_digit, read_party
from portal.importers.references import read_references
from portal.importers.settlement_terms import read_exchange, read_prepayments, read_terms
from portal.importers.taxes import read_adjustments, read_taxes
from portal.importers.totals import Totals, disagreements, read_totals
from portal.importers.xml import Unreadable
from portal.text import Text


def read_ubl(root: etree._Element) -> tuple[Facts, tuple[Text, ...]]:
    """The facts of one document, and what is odd about it; Unreadable says why it can't come in."""
    head = read_head(root)
    currency = read_currency(root)
    lines = read_lines(root, head.kind, currency, signed=head.signed)
    if not lines:
        raise Unreadable(Text("El documento no tiene líneas: parece una plantilla. Pide al emisor el XML definitivo."))
    if head.colombian and head.code is None:
        raise dian.without_code()
    totals = read_totals(root, currency, signed=head.signed)
    facts = _facts(root, head, currency, totals, lines)
    return facts, tuple(_doubts(root, facts, totals)) if head.colombian else ()


def _facts(root: etree._Element, head: Head, currency: str, totals: Totals, lines: tuple[Line, ...]) -> Facts:
    uuid = first(root, "cbc:UUID")
    terms = read_terms(root, head.issued, dian=head.colombian)
    prepayments = read_prepayments(root, currency)
    return Facts(
        kind=head.kind,
        number=head.number,
        issuer=read_party(root, ISSUER, dian=head.colombian),
        customer=read_party(root, CUSTOMER, dian=head.colombian),
        issue_date=head.issued,
        currency=currency,
        total=totals.payable,
        source="xml",
        due_date=terms.due_date,
        issue_time=text(root, "cbc:IssueTime"),
        cufe=head.code,
        cufe_scheme=uuid.get("schemeName") if head.code and uuid is not None else None,
        type_code=head.type_code,
        operation=text(root, "cbc:CustomizationID"),
        environment=dian.environment(root) if head.colombian else None,
        line_total=totals.line_total,
        tax_base=totals.tax_base,
        allowances=totals.allowances,
        charges=totals.charges,
        prepaid=totals.prepaid,
        rounding=totals.rounding,
        taxes=read_taxes(root, "cac:TaxTotal", currency, signed=head.signed),
        withholdings=read_taxes(root, "cac:WithholdingTaxTotal", currency, signed=head.signed),
        lines=lines,
        adjustments=read_adjustments(root, signed=head.signed),
        prepayments=prepayments,
        references=read_references(root, prepayments, net_of_prepaid=bool(totals.prepaid)),
        reason_code=text(root, "cac:DiscrepancyResponse/cbc:ResponseCode"),
        reason=text(root, "cac:DiscrepancyResponse/cbc:Description"),
        term=terms.term,
        method=terms.method,
        payment_reference=terms.reference,
        order=text(root, "cac:OrderReference/cbc:ID"),
        period=_period(root),
        exchange=read_exchange(root),
        notes=keepable(map(own_text, every(root, "cbc:Note")), head.number, required(root, "cbc:IssueDate"), head.code),
        authorisation=dian.authorisation(root) if head.colombian else None,
        software=dian.software(root) if head.colombian else (),
    )


def _period(root: etree._Element) -> tuple[date | None, date | None] | None:
    start = loose_day(root, "cac:InvoicePeriod/cbc:StartDate")
    end = loose_day(root, "cac:InvoicePeriod/cbc:EndDate")
    return (start, end) if start or end else None


def _doubts(root: etree._Element, facts: Facts, totals: Totals) -> Iterator[Text]:
    yield from disagreements(root, totals, facts.lines)
    for party in (facts.issuer, facts.customer):
        if doubt := glued_check_digit(party):
            yield doubt
