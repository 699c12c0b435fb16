"""AttachedDocument: the inner document counts, DIAN's answer proves it, every byte is kept."""

from datetime import UTC, datetime

import pytest

from data.demo.einvoice import application_response_xml, attached_document, code_of, document_xml
from portal.domain.documents import Facts, Kind
from portal.importers.found import EvidenceRole, Found
from portal.importers.recognise import read
from tests.importers.einvoice_facts import facts, note, only

INVOICE = document_xml(facts())


def evidence(found: Found) -> dict[EvidenceRole, bytes]:
    return {kept.role: kept.data for kept in found.evidence}


def warned(data: bytes) -> str:
    """The one warning about a container whose document comes in all the same, unproven."""
    found = only(read("ad.xml", data))
    (warning,) = found.warnings
    assert found.facts.number == "FE12" and found.validation is None
    return str(warning)


@pytest.mark.parametrize("given", [facts(), note(Kind.CREDIT_NOTE), note(Kind.DEBIT_NOTE)])
def test_a_container_gives_the_document_inside_and_keeps_all_three(given: Facts) -> None:
    container = attached_document(given)
    found = only(read("correo/ad.xml", container))
    assert found.facts == only(read("x.xml", document_xml(given))).facts
    assert evidence(found) == {
        EvidenceRole.CONTAINER: container,
        EvidenceRole.ORIGINAL: document_xml(given),
        EvidenceRole.VALIDATION: application_response_xml(given),
    }
    assert found.evidence[0].name == "ad.xml"


def test_dians_answer_is_read() -> None:
    validation = only(read("ad.xml", attached_document(facts()))).validation
    assert validation is not None
    assert (validation.code, validation.cufe) == ("02", code_of(facts()))
    assert validation.description == "Documento validado por la DIAN"
    assert validation.at == datetime(2025, 9, 4, 15, 30, tzinfo=UTC)
    assert validation.notes == ("0000 0",)


def test_code_002_and_a_time_without_offset_are_dians_too() -> None:
    answer = application_response_xml(facts(), response_code="002").replace(b"10:30:00-05:00", b"10:30:00.1234567")
    validation = only(read("ad.xml", attached_document(facts(), response=answer))).validation
    assert validation is not None
    assert (validation.code, validation.at) == ("02", datetime(2025, 9, 4, 15, 30, tzinfo=UTC))


@pytest.mark.parametrize("moment", [b"25:30:00-05:00", b"ahora", b"10:30:00-99:00"])
def test_an_impossible_time_leaves_the_moment_open(moment: bytes) -> None:
    answer = application_response_xml(facts()).replace(b"10:30:00-05:00", moment)
    validation = only(read("ad.xml", attached_document(facts(), response=answer))).validation
    assert validation is not None and validation.at is None


def test_an_answer_about_another_document_proves_nothing() -> None:
    other = application_response_xml(facts(number="FE13"))
    assert "otro documento" in warned(attached_document(facts(), response=other))


@pytest.mark.parametrize("code", ["04", "030"])
def test_a_rejection_or_an_event_proves_nothing(code: str) -> None:
    answer = application_response_xml(facts(), response_code=code)
    assert "no dice que la DIAN" in warned(attached_document(facts(), response=answer))


def test_an_answer_that_dian_did_not_send_proves_nothing() -> None:
    answer = application_response_xml(facts()).replace(b"800197268", b"900100200")
    assert "no dice que la DIAN" in warned(attached_document(facts(), response=answer))


def test_an_answer_that_cannot_be_read_is_told() -> None:
    assert "mal formado" in warned(attached_document(facts(), response=b"<cut"))
    assert "no es un ApplicationResponse" in warned(attached_document(facts(), response=INVOICE))


def test_without_an_answer_the_document_is_unproven_not_doubtful() -> None:
    found = only(read("ad.xml", attached_document(facts(), response=b" ")))
    assert (found.validation, found.warnings) == (None, ())
    assert EvidenceRole.VALIDATION not in evidence(found)


def test_a_container_that_names_another_number_is_told() -> None:
    data = attached_document(facts()).replace(b"<cbc:ParentDocumentID>FE12<", b"<cbc:ParentDocumentID>FE99<")
    (warning,) = only(read("ad.xml", data)).warnings
    assert "FE99" in str(warning)


def test_blanks_before_the_inner_document_are_cut_and_nothing_else() -> None:
    found = only(read("ad.xml", attached_document(facts(), document=b"\n\t\t" + INVOICE + b"\n ")))
    assert evidence(found)[EvidenceRole.ORIGINAL] == INVOICE + b"\n "


def test_escaped_text_is_as_good_as_cdata() -> None:
    escaped = INVOICE.decode().replace("&", "&amp;").replace("<", "&lt;")
    data = attached_document(facts()).decode().replace(f"<![CDATA[{INVOICE.decode()}]]>", escaped)
    assert evidence(only(read("ad.xml", data.encode())))[EvidenceRole.ORIGINAL] == INVOICE


def test_a_document_in_base64_is_decoded() -> None:
    import base64

    found = only(read("ad.xml", attached_document(facts(), document=base64.encodebytes(INVOICE))))
    assert evidence(found)[EvidenceRole.ORIGINAL] == INVOICE


def test_an_inner_document_keeps_the_encoding_that_it_declares() -> None:
    latin = INVOICE.decode().replace("UTF-8", "ISO-8859-1").replace("Peña", "Peña €")
    found = only(read("ad.xml", attached_document(facts(), document=latin.encode())))
    assert found.facts.customer.name == "Ana María Peña €"
    assert evidence(found)[EvidenceRole.ORIGINAL] == latin.encode("latin-1", "xmlcharrefreplace")
