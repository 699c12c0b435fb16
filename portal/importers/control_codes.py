"""The CUFE and CUDE: SHA-384 over what a document states and a secret that is not in it.

Anexo técnico 1.9: number + date + time + subtotal, then each tax's code and amount in the order
01 IVA, 04 INC, 03 ICA, then total, issuer, buyer, secret, environment; amounts with two decimals,
cut. The secret is the numbering range's technical key (CUFE) or the software's PIN (CUDE). A match
is a consistency check and no proof of origin: a PIN has few digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from lxml import etree

from portal.importers.fields import every, number, required, required_number, text
from portal.importers.totals import monetary_total

TAX_ORDER = ("01", "04", "03")
_PARTY_ID = "cac:{party}/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"


@dataclass(frozen=True, slots=True)
class Stated:
    """What goes into a code: texts as printed, ids without check digit, taxes by DIAN's tax code."""

    number: str
    date: str
    time: str
    subtotal: Decimal
    taxes: Mapping[str, Decimal]
    total: Decimal
    issuer: str
    buyer: str
    environment: str


def control_code(stated: Stated, secret: str) -> str:
    """The CUFE (secret: technical key) or CUDE (secret: PIN), 96 lower-case hexadecimal digits."""
    return hashlib.sha384(code_input(stated, secret).encode()).hexdigest()


def code_input(stated: Stated, secret: str) -> str:
    """The concatenation that is hashed. It holds the secret: never store or show it."""
    taxes = "".join(code + _two_places(stated.taxes.get(code, Decimal(0))) for code in TAX_ORDER)
    return (
        f"{stated.number}{stated.date}{stated.time}{_two_places(stated.subtotal)}{taxes}{_two_places(stated.total)}"
        f"{stated.issuer}{stated.buyer}{secret}{stated.environment}"
    )


def recomputed(root: etree._Element, secret: str) -> str:
    """The code that an invoice or note should carry if `secret` is its range's key or its software's PIN."""
    totals = monetary_total(root)
    return control_code(
        Stated(
            number=required(root, "cbc:ID"),
            date=required(root, "cbc:IssueDate"),
            time=required(root, "cbc:IssueTime"),
            subtotal=required_number(totals, "cbc:LineExtensionAmount"),
            taxes=_tax_amounts(root),
            total=required_number(totals, "cbc:PayableAmount"),
            issuer=required(root, _PARTY_ID.format(party="AccountingSupplierParty")),
            buyer=required(root, _PARTY_ID.format(party="AccountingCustomerParty")),
            environment=required(root, "cbc:ProfileExecutionID"),
        ),
        secret,
    )


def _tax_amounts(root: etree._Element) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for tax in every(root, "cac:TaxTotal"):
        code = text(tax, "cac:TaxSubtotal/cac:TaxCategory/cac:TaxScheme/cbc:ID") or ""
        amounts[code] = amounts.get(code, Decimal(0)) + (number(tax, "cbc:TaxAmount") or 0)
    return amounts


def _two_places(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01'), rounding=ROUND_DOWN):f}"
