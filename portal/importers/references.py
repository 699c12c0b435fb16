"""Which other documents a document names, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from portal.domain.documents import Kind, Prepayment, Reference, Role
from portal.domain.folding import fold_number
from portal.importers.fields import every, loose_day, text

_KINDS = {
    "cac:InvoiceDocumentReference": Kind.INVOICE,
    "cac:CreditNoteDocumentReference": Kind.CREDIT_NOTE,
    "cac:DebitNoteDocumentReference": Kind.DEBIT_NOTE,
}
_CODE = re.compile(r"[0-9a-f]{96}")


def read_references(
    root: etree._Element, prepayments: tuple[Prepayment, ...], *, net_of_prepaid: bool
) -> tuple[Reference, ...]:
    """Prepayments that the total is net of (CONSUMES), then the documents corrected (CORRECTS).

    A billing reference that only repeats a prepayment's number is the prepayment.
    """
    consumed = tuple(
        Reference(Role.CONSUMES, number=paid.reference, amount=paid.amount)
        for paid in prepayments
        if net_of_prepaid and paid.reference
    )
    named = {fold_number(paid.reference) for paid in prepayments if paid.reference}
    corrected = tuple(
        reference
        for reference in _billing(root)
        if reference.number is None or fold_number(reference.number) not in named
    )
    return consumed + (corrected or _discrepancy(root))


def _billing(root: etree._Element) -> Iterator[Reference]:
    for billing in every(root, "cac:BillingReference"):
        for path, kind in _KINDS.items():
            for element in every(billing, path):
                number = text(element, "cbc:ID")
                code = (text(element, "cbc:UUID") or "").lower()
                cufe = code if _CODE.fullmatch(code) else None
                if number or cufe:
                    yield Reference(Role.CORRECTS, number, kind, cufe, loose_day(element, "cbc:IssueDate"))


def _discrepancy(root: etree._Element) -> tuple[Reference, ...]:
    number = text(root, "cac:DiscrepancyResponse/cbc:ReferenceID")
    return (Reference(Role.CORRECTS, number),) if number else ()
