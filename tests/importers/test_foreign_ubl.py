"""Plain UBL 2.1 of other countries, by the same reader and with fewer demands."""

from decimal import Decimal

import pytest

from portal.domain.documents import Kind
from portal.importers.fields import CAC, CBC
from portal.importers.recognise import read
from portal.importers.roots import UBL
from tests.importers.einvoice_facts import only, reason

SELLER = '<c:CompanyID schemeID="6" schemeAgencyName="PE:SUNAT">20100066603</c:CompanyID>'
LINE = """<a:{line}Line><c:ID>1</c:ID><c:LineExtensionAmount currencyID="{currency}">{amount}</c:LineExtensionAmount>
 <a:Item><c:Name>Consultoría</c:Name></a:Item></a:{line}Line>"""
TEMPLATE = """<{root} xmlns="{ubl}{root}-2" xmlns:c="{cbc}" xmlns:a="{cac}">
 <c:ID>{number}</c:ID><c:IssueDate>2025-05-15</c:IssueDate>{head}
 <a:AccountingSupplierParty><a:Party><a:PartyTaxScheme><c:RegistrationName>Andina S.A.C.</c:RegistrationName>
 {seller}</a:PartyTaxScheme></a:Party></a:AccountingSupplierParty>
 <a:AccountingCustomerParty><a:Party><a:PostalAddress><c:StreetName>Calle Mayor</c:StreetName>
 <c:BuildingNumber>7</c:BuildingNumber><a:Country><c:IdentificationCode>es</c:IdentificationCode></a:Country>
 </a:PostalAddress><a:PartyIdentification><c:ID>B-12.345</c:ID></a:PartyIdentification>
 <a:PartyName><c:Name>Mar S.L.</c:Name></a:PartyName></a:Party></a:AccountingCustomerParty>
 <a:{total}MonetaryTotal><c:PayableAmount currencyID="{currency}">{payable}</c:PayableAmount></a:{total}MonetaryTotal>
 {lines}</{root}>"""


def plain(
    root: str = "Invoice",
    payable: str = "118.00",
    amount: str = "100",
    currency: str = "PEN",
    head: str = "<c:DocumentCurrencyCode>PEN</c:DocumentCurrencyCode>",
    seller: str = SELLER,
) -> bytes:
    line = root if root != "Invoice" else "Invoice"
    return TEMPLATE.format(
        root=root,
        ubl=UBL,
        cbc=CBC,
        cac=CAC,
        number="F001-7",
        head=head,
        seller=seller,
        total="Requested" if root == "DebitNote" else "Legal",
        currency=currency,
        payable=payable,
        lines=LINE.format(line=line, currency=currency, amount=amount),
    ).encode()


@pytest.mark.parametrize(
    ("root", "kind"),
    [("Invoice", Kind.INVOICE), ("CreditNote", Kind.CREDIT_NOTE), ("DebitNote", Kind.DEBIT_NOTE)],
)
def test_payable_is_taken_as_stated_without_a_code_or_dians_sums(root: str, kind: Kind) -> None:
    found = only(read("f.xml", plain(root)))
    assert (found.facts.kind, found.facts.total, found.facts.currency) == (kind, Decimal("118.00"), "PEN")
    assert (found.facts.cufe, found.facts.environment, found.facts.term, found.warnings) == (None, None, None, ())


def test_parties_carry_their_own_countrys_id() -> None:
    read_back = only(read("f.xml", plain())).facts
    assert (read_back.issuer.country, read_back.issuer.id_type, read_back.issuer.tax_id) == ("PE", "6", "20100066603")
    assert (read_back.customer.country, read_back.customer.id_type, read_back.customer.tax_id) == ("ES", "", "B12345")
    assert (read_back.customer.name, read_back.customer.address) == ("Mar S.L.", "Calle Mayor, 7")


@pytest.mark.parametrize(
    ("number", "country"), [("DE111111125", "DE"), ("EL094259216", "GR"), ("20100066603", ""), ("XX12", "")]
)
def test_a_vat_number_tells_its_country(number: str, country: str) -> None:
    issuer = only(read("f.xml", plain(seller=f"<c:CompanyID>{number}</c:CompanyID>"))).facts.issuer
    assert (issuer.country, issuer.tax_id, issuer.check_digit) == (country, number, None)


def test_negative_lines_are_corrections_but_a_negative_total_is_refused() -> None:
    assert only(read("f.xml", plain(amount="-25"))).facts.lines[0].amount == -25
    assert "negativo" in reason(plain(payable="-1"))


def test_the_currency_may_stand_on_the_total_alone() -> None:
    assert only(read("f.xml", plain(head=""))).facts.currency == "PEN"


def test_a_line_without_quantity_or_description_takes_one_and_its_name() -> None:
    (line,) = only(read("f.xml", plain())).facts.lines
    assert (line.quantity, line.description) == (Decimal(1), "Consultoría")


def test_an_own_type_code_is_kept() -> None:
    head = "<c:InvoiceTypeCode>380</c:InvoiceTypeCode><c:DocumentCurrencyCode>PEN</c:DocumentCurrencyCode>"
    assert only(read("f.xml", plain(head=head))).facts.type_code == "380"


def test_a_profile_of_dian_asks_for_dians_code() -> None:
    head = "<c:ProfileID>DIAN 2.1</c:ProfileID><c:InvoiceTypeCode>01</c:InvoiceTypeCode>"
    assert "CUFE" in reason(plain(head=head))
