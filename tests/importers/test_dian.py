"""What makes a document DIAN's, and what its own extension says."""

from datetime import date

import pytest
from lxml import etree

from data.demo.einvoice import document_xml
from portal.domain.documents import Authorisation, Kind
from portal.importers.dian import is_dian
from portal.importers.recognise import read
from tests.importers.einvoice_facts import RANGE, edited, facts, note, only, reason

INVOICE = document_xml(facts(authorisation=RANGE))
STRUCTURES = b"dian:gov:co:facturaelectronica:Structures-2-1"
MARKS = {"ProfileID": "otro", "UBLExtensions": None, "UUID": None}
MAKER = """<ext:UBLExtension><ext:ExtensionContent><FabricanteSoftware xmlns=""><InformacionDelFabricanteDelSoftware>
 <Name>RazonSocial</Name><Value>Soft S.A.S.</Value><Name>Vacio</Name><Value/><Name>NombreSoftware</Name>
 <Value>Facturador</Value></InformacionDelFabricanteDelSoftware></FabricanteSoftware></ext:ExtensionContent></ext:UBLExtension>"""


def unmarked(**kept: str | None) -> bytes:
    """The invoice without anything that says DIAN, but for what is kept."""
    changes = {name: text for name, text in MARKS.items() if name not in kept}
    data = edited(facts(), **changes)
    return data if "agency" in kept else data.replace(b'schemeAgencyID="195"', b"")


@pytest.mark.parametrize("mark", ["ProfileID", "UBLExtensions", "UUID", "agency"])
def test_any_single_mark_makes_it_dians(mark: str) -> None:
    assert is_dian(etree.fromstring(unmarked(**{mark: ""})))


def test_without_any_mark_it_is_plain_ubl() -> None:
    assert not is_dian(etree.fromstring(unmarked()))
    assert only(read("f.xml", unmarked())).facts.cufe is None


@pytest.mark.parametrize(
    "namespace",
    [
        STRUCTURES,
        b"http://www.dian.gov.co/contratos/facturaelectronica/v1/Structures",
        b"urn:dian:gov:co:facturaelectronica:Structures-2-1",
    ],
)
def test_the_numbering_range_is_read_in_every_namespace_in_use(namespace: bytes) -> None:
    assert only(read("f.xml", INVOICE.replace(STRUCTURES, namespace))).facts.authorisation == RANGE


def test_a_range_without_prefix_and_with_odd_dates_is_read_as_far_as_it_goes() -> None:
    data = edited(facts(authorisation=RANGE), Prefix="", StartDate="19/01/2019")
    expected = Authorisation("18760000001", None, "1", "5000", None, date(2026, 12, 31))
    assert only(read("f.xml", data)).facts.authorisation == expected


def test_notes_have_no_range() -> None:
    assert only(read("f.xml", document_xml(note(Kind.CREDIT_NOTE)))).facts.authorisation is None


def test_the_softwares_maker_is_read_from_its_own_block() -> None:
    data = document_xml(facts()).decode().replace("</ext:UBLExtensions>", MAKER + "</ext:UBLExtensions>")
    assert only(read("f.xml", data.encode())).facts.software == (
        ("ProviderID", "900100200"),
        ("RazonSocial", "Soft S.A.S."),
        ("NombreSoftware", "Facturador"),
    )


@pytest.mark.parametrize("code", ["00", "1", "06", "19", "61", "91", "2O", "٢٠"])
def test_types_that_are_no_sale_are_refused_by_their_code(code: str) -> None:
    assert code in reason(edited(facts(), InvoiceTypeCode=code))


def test_a_support_document_is_known_by_its_code_or_by_its_cuds() -> None:
    assert "documento soporte" in reason(edited(facts(), InvoiceTypeCode="05"))
    assert "documento soporte" in reason(document_xml(facts()).replace(b"CUFE-SHA384", b"CUDS-SHA384"))


def test_a_credit_note_without_type_is_one_all_the_same() -> None:
    assert only(read("f.xml", edited(note(Kind.CREDIT_NOTE), CreditNoteTypeCode=None))).facts.type_code == "91"


def test_ubl_2_0_is_the_format_before_2019() -> None:
    assert "anterior a 2019" in reason(edited(facts(), UBLVersionID="UBL 2.0"))
