"""What DIAN asks of a UBL document beyond plain UBL: its extension, its way of naming parties, its totals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from portal.domain.documents import Authorisation, Facts, Kind
from portal.domain.parties import NIT, Party, check_digit
from portal.render.ubl_nodes import NAMESPACES, Node, group, leaf
from portal.render.ubl_parts import money

EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
STS = "dian:gov:co:facturaelectronica:Structures-2-1"
AGENCY = {"schemeAgencyID": "195", "schemeAgencyName": "CO, DIAN (Dirección de Impuestos y Aduanas Nacionales)"}
DIAN = Party("CO", NIT, "800197268", "Unidad Especial Dirección de Impuestos y Aduanas Nacionales", "4")
CATALOGUE = "https://catalogo-vpfe{test}.dian.gov.co/document/searchqr?documentkey={code}"


_START = "UBLExtensions UBLVersionID CustomizationID ProfileID ProfileExecutionID ID UUID IssueDate IssueTime"
_COUNTED = "DocumentCurrencyCode LineCountNumeric InvoicePeriod"
_NAMED = "OrderReference BillingReference AccountingSupplierParty AccountingCustomerParty"
ORDER = {
    "Invoice": f"{_START} DueDate InvoiceTypeCode Note {_COUNTED} {_NAMED} PaymentMeans PrepaidPayment "
    "AllowanceCharge PaymentExchangeRate TaxTotal WithholdingTaxTotal LegalMonetaryTotal InvoiceLine",
    "CreditNote": f"{_START} CreditNoteTypeCode Note {_COUNTED} DiscrepancyResponse {_NAMED} PaymentMeans "
    "PaymentExchangeRate AllowanceCharge TaxTotal LegalMonetaryTotal CreditNoteLine",
    "DebitNote": f"{_START} Note {_COUNTED} DiscrepancyResponse {_NAMED} PrepaidPayment AllowanceCharge "
    "PaymentMeans PaymentExchangeRate TaxTotal RequestedMonetaryTotal DebitNoteLine",
}


def in_schema_order(root: str, nodes: Iterable[Node | None]) -> list[Node]:
    """The nodes that a root has a place for, in the order that the UBL 2.1 schemas want."""
    names = ORDER[root].split()
    known = [node for node in nodes if node is not None and etree.QName(node).localname in names]
    return sorted(known, key=lambda node: names.index(etree.QName(node).localname))


def extensions(facts: Facts, code: str) -> Node:
    """ext:UBLExtensions with DIAN's block; without the signature's, since nothing here is signed."""
    software = dict(facts.software).get("ProviderID", facts.issuer.tax_id)
    block = _node(
        STS,
        "DianExtensions",
        *([_control(facts.authorisation)] if facts.authorisation else ()),
        _node(STS, "InvoiceSource", leaf("IdentificationCode", "CO")),
        _node(STS, "SoftwareProvider", _identified("ProviderID", software)),
        _node(STS, "AuthorizationProvider", _identified("AuthorizationProviderID", DIAN.tax_id)),
        _text("QRCode", CATALOGUE.format(test="-hab" if facts.is_test else "", code=code)),
    )
    return _node(EXT, "UBLExtensions", _node(EXT, "UBLExtension", _node(EXT, "ExtensionContent", block)))


def dian_party(name: str, party: Party) -> Node | None:
    """Supplier or customer with the tax id in both places where DIAN wants it."""
    return group(
        name,
        leaf("AdditionalAccountID", party.legal_form),
        group(
            "Party",
            group("PartyName", leaf("Name", party.trade_name or party.name)),
            group("PhysicalLocation", _address(party)),
            tax_scheme(party),
            group("PartyLegalEntity", leaf("RegistrationName", party.name), _company_id(party)),
            group("Contact", leaf("Telephone", party.phone), leaf("ElectronicMail", party.email)),
        ),
    )


def tax_scheme(party: Party) -> Node | None:
    """PartyTaxScheme: who a party is for the tax office."""
    return group(
        "PartyTaxScheme",
        leaf("RegistrationName", party.name),
        _company_id(party),
        leaf("TaxLevelCode", ";".join(party.responsibilities)),
        group("TaxScheme", leaf("ID", party.tax_scheme or "ZZ")),
    )


def dian_totals(facts: Facts) -> Node | None:
    """The monetary total, with the total including taxes that facts don't state."""
    taxes = sum((tax.amount for tax in facts.taxes), Decimal(0))
    amounts = {
        "LineExtensionAmount": facts.line_total,
        "TaxExclusiveAmount": facts.tax_base,
        "TaxInclusiveAmount": None if facts.line_total is None else facts.line_total + taxes,
        "AllowanceTotalAmount": facts.allowances,
        "ChargeTotalAmount": facts.charges,
        "PrepaidAmount": facts.prepaid,
        "PayableRoundingAmount": facts.rounding,
        "PayableAmount": facts.total,
    }
    name = "RequestedMonetaryTotal" if facts.kind is Kind.DEBIT_NOTE else "LegalMonetaryTotal"
    return group(name, *(money(tag, amount, facts.currency) for tag, amount in amounts.items()))


def _control(authorisation: Authorisation) -> Node:
    return _node(
        STS,
        "InvoiceControl",
        _text("InvoiceAuthorization", authorisation.number),
        _node(
            STS,
            "AuthorizationPeriod",
            leaf("StartDate", authorisation.valid_from),
            leaf("EndDate", authorisation.valid_to or date(2030, 12, 31)),
        ),
        _node(
            STS,
            "AuthorizedInvoices",
            _text("Prefix", authorisation.prefix),
            _text("From", authorisation.first),
            _text("To", authorisation.last),
        ),
    )


def _address(party: Party) -> Node | None:
    return group(
        "Address",
        leaf("CityName", party.city),
        leaf("CountrySubentity", party.region),
        group("AddressLine", leaf("Line", party.address)),
        group("Country", leaf("IdentificationCode", party.country)),
    )


def _company_id(party: Party) -> Node | None:
    return leaf("CompanyID", party.tax_id, **AGENCY, schemeID=party.check_digit, schemeName=party.id_type)


def _identified(name: str, nit: str) -> Node:
    node = _text(name, nit)
    for key, value in {**AGENCY, "schemeID": check_digit(nit), "schemeName": NIT}.items():
        node.set(key, value)
    return node


def _node(namespace: str, name: str, *children: Node | None) -> Node:
    node = etree.Element(f"{{{namespace}}}{name}", nsmap={"ext": EXT, "sts": STS, **NAMESPACES})
    node.extend([child for child in children if child is not None])
    return node


def _text(name: str, value: str | None) -> Node:
    node = _node(STS, name)
    node.text = value
    return node
