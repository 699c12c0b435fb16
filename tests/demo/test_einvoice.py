"""The demo's XML is UBL 2.1 by the schemas, and the same every time."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from data.demo.einvoice import application_response_xml, attached_document, document_xml, zip_as_mailed
from portal.domain.documents import Facts, Kind
from tests.importers.einvoice_facts import facts, full_invoice, note

DOCUMENTS = [
    facts(),
    facts(type_code="20"),
    note(Kind.CREDIT_NOTE),
    note(Kind.DEBIT_NOTE),
    *(replace(full_invoice(), kind=kind) for kind in (Kind.INVOICE, Kind.CREDIT_NOTE, Kind.DEBIT_NOTE)),
]


@pytest.mark.parametrize("given", DOCUMENTS)
def test_documents_answers_and_containers_pass_the_schemas(given: Facts, xsd: Path) -> None:
    for data in (document_xml(given), application_response_xml(given), attached_document(given)):
        root = etree.fromstring(data)
        schema = etree.XMLSchema(etree.parse(xsd / "maindoc" / f"UBL-{etree.QName(root).localname}-2.1.xsd"))
        schema.assertValid(root)


def test_the_same_facts_make_the_same_zip() -> None:
    assert zip_as_mailed(facts(), b"%PDF-", {"a": b"b"}) == zip_as_mailed(facts(), b"%PDF-", {"a": b"b"})


def test_receipts_and_advances_have_no_electronic_form() -> None:
    with pytest.raises(KeyError):
        document_xml(replace(facts(), kind=Kind.RECEIPT))
