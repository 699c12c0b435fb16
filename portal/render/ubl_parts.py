"""Parties, taxes, references and lines of a document as UBL 2.1 nodes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from portal.domain.documents import Adjustment, Facts, Kind, Line, Prepayment, Reference, Tax
from portal.domain.parties import NIT, Party
from portal.render.ubl_nodes import LINES, Node, group, in_order, leaf, written

_REFERENCES = {Kind.CREDIT_NOTE: "CreditNoteDocumentReference", Kind.DEBIT_NOTE: "DebitNoteDocumentReference"}

_OTHER_TAX = "ZZ"  # DIAN's code for what has none of its own


def money(name: str, amount: Decimal | None, currency: str) -> Node | None:
    """An amount with its currency."""
    return leaf(name, amount, currencyID=currency)


def party_node(name: str, party: Party) -> Node | None:
    """A party; its tax id stands where DIAN's documents have it."""
    digit = party.check_digit if party.id_type == NIT else None
    tax_id = leaf("CompanyID", party.tax_id, schemeID=digit, schemeName=party.id_type)
    scheme = group("TaxScheme", leaf("ID", written(party.tax_scheme) or _OTHER_TAX))
    duties = leaf("TaxLevelCode", ";".join(party.responsibilities))
    return group(
        name,
        group(
            "Party",
            group("PartyName", leaf("Name", party.trade_name or party.name)),
            _address(party),
            group("PartyTaxScheme", leaf("RegistrationName", party.name), tax_id, duties, scheme),
            group("Contact", leaf("Telephone", party.phone), leaf("ElectronicMail", party.email)),
        ),
    )


def _address(party: Party) -> Node | None:
    return group(
        "PostalAddress",
        leaf("CityName", party.city),
        leaf("CountrySubentity", party.region),
        group("AddressLine", leaf("Line", party.address)),
        group("Country", leaf("IdentificationCode", party.country)),
    )


def tax_nodes(name: str, taxes: Iterable[Tax], currency: str) -> list[Node | None]:
    """One node per tax, one subtotal per rate."""
    by_code = sorted(taxes, key=lambda tax: tax.code)
    return [_tax_node(name, list(same), currency) for _code, same in groupby(by_code, key=lambda tax: tax.code)]


def _tax_node(name: str, taxes: list[Tax], currency: str) -> Node | None:
    total = sum((tax.amount for tax in taxes), Decimal(0))
    subtotals = [
        group(
            "TaxSubtotal",
            money("TaxableAmount", tax.base, currency),
            money("TaxAmount", tax.amount, currency),
            group(
                "TaxCategory",
                leaf("Percent", tax.rate),
                group("TaxScheme", leaf("ID", written(tax.code) or _OTHER_TAX), leaf("Name", tax.name)),
            ),
        )
        for tax in taxes
    ]
    return group(name, money("TaxAmount", total, currency), *subtotals)


def change_node(change: Adjustment, currency: str) -> Node | None:
    """A discount or charge."""
    return group(
        "AllowanceCharge",
        leaf("ChargeIndicator", change.charge),
        leaf("AllowanceChargeReason", change.reason),
        leaf("MultiplierFactorNumeric", change.percent),
        money("Amount", change.amount, currency),
    )


def reference_node(reference: Reference) -> Node | None:
    """A document that this one names."""
    number = written(reference.number) or written(reference.cufe)
    if not number:
        return None
    kind = _REFERENCES.get(reference.kind, "InvoiceDocumentReference") if reference.kind else "InvoiceDocumentReference"
    return group(
        "BillingReference",
        group(
            kind,
            leaf("ID", number),
            leaf("UUID", reference.cufe),
            leaf("IssueDate", reference.issued_on),
        ),
    )


def prepayment_node(prepayment: Prepayment, currency: str) -> Node | None:
    return group(
        "PrepaidPayment",
        leaf("ID", prepayment.reference),
        money("PaidAmount", prepayment.amount, currency),
        leaf("ReceivedDate", prepayment.on),
    )


def line_node(name: str, quantity: str, line: Line, facts: Facts) -> Node | None:
    """A line; `name` and `quantity` are what the root calls them."""
    currency = facts.currency
    changes = ((True, line.charge), (False, line.discount))
    properties = [
        group("AdditionalItemProperty", leaf("Name", n), leaf("Value", v)) for n, v in line.properties if written(n)
    ]
    nodes = [
        leaf("ID", written(line.number) or "1"),
        leaf(quantity, line.quantity, unitCode=line.unit),
        money("LineExtensionAmount", line.amount, currency),
        *(change_node(Adjustment(charge, amount), currency) for charge, amount in changes if amount),
        *tax_nodes("TaxTotal", line.taxes, currency),
        *tax_nodes("WithholdingTaxTotal", line.withholdings, currency),
        group(
            "Item",
            leaf("Description", line.description),
            group("SellersItemIdentification", leaf("ID", line.code)),
            *properties,
        ),
        group("Price", money("PriceAmount", line.unit_price, currency)),
    ]
    return group(name, *in_order(LINES[name], nodes))
