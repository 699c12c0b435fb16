"""ZIPs as they are e-mailed: each document with its PDF and its annexes; nested ZIPs stay shut."""

import pytest

from data.demo.einvoice import attached_document, document_xml, mail_name, zip_as_mailed, zipped
from portal.domain.documents import Kind
from portal.importers.found import EvidenceRole, Found
from portal.importers.recognise import read
from portal.importers.zip_matching import named, owner, stem
from tests.importers.einvoice_facts import facts, note, only
from tests.importers.hostile_zips import in_directory

FE12, FE13, NC3 = facts(), facts(number="FE13"), note(Kind.CREDIT_NOTE)
PDF = b"%PDF-1.4 "


def belongings(found: Found) -> dict[str, EvidenceRole]:
    """What came with a document beside its XML."""
    return {kept.name: kept.role for kept in found.evidence if kept.role in (EvidenceRole.PDF, EvidenceRole.ANNEX)}


def test_a_mailed_zip_gives_one_document_with_all_that_came_with_it() -> None:
    nested = zipped({"otra.xml": document_xml(FE13)})
    found = only(read("correo.zip", zip_as_mailed(FE12, PDF, {"otra.zip": nested})))
    assert found.place == found.file == f"correo.zip!{mail_name(FE12, 'ad')}.xml"
    assert found.validation is not None
    assert belongings(found) == {f"{mail_name(FE12, 'fv')}.pdf": EvidenceRole.PDF, "anexos.zip": EvidenceRole.ANNEX}
    assert {kept.media_type for kept in found.evidence} == {"application/xml", "application/pdf", "application/zip"}


def test_the_names_follow_dians_rule() -> None:
    assert mail_name(FE12, "ad") == "ad0900100200000250000000c"


def test_several_documents_get_their_pdfs_by_stem_or_by_number() -> None:
    members = {
        "a/uno.xml": document_xml(FE12),
        "a/uno.PDF": PDF + b"1",
        "FE13.xml": document_xml(FE13),
        "Factura FE-13.pdf": PDF + b"2",
        "nc.xml": attached_document(NC3),
        "soporte NC 3.txt": b"detalle",
    }
    reading = read("mes.zip", zipped(members))
    assert reading.problems == [] and reading.warnings == []
    assert {found.facts.number: belongings(found) for found in reading.found} == {
        "FE12": {"uno.PDF": EvidenceRole.PDF},
        "FE13": {"Factura FE-13.pdf": EvidenceRole.PDF},
        "NC3": {"soporte NC 3.txt": EvidenceRole.ANNEX},
    }


def test_what_belongs_to_nobody_is_told_and_left_out() -> None:
    members = {"1.xml": document_xml(FE12), "2.xml": document_xml(FE13), "condiciones.pdf": PDF}
    reading = read("mes.zip", zipped(members))
    (warning,) = reading.warnings
    assert warning.file == "mes.zip!condiciones.pdf"
    assert [belongings(found) for found in reading.found] == [{}, {}]


def test_of_several_pdfs_the_one_with_the_number_is_the_document() -> None:
    members = {"1.xml": document_xml(FE12), "condiciones.pdf": PDF, "FE12 firmada.pdf": PDF, "falsa.pdf": b"<html>"}
    assert belongings(only(read("z.zip", zipped({**members, "foto.png": b"\x89PNG"} | {"falsa.pdf": b"MZ"})))) == {
        "condiciones.pdf": EvidenceRole.ANNEX,
        "FE12 firmada.pdf": EvidenceRole.PDF,
        "falsa.pdf": EvidenceRole.ANNEX,
        "foto.png": EvidenceRole.ANNEX,
    }


def test_a_bad_member_is_a_problem_of_that_member_only() -> None:
    members = {"mala.xml": b"<cut", "buena.xml": document_xml(FE12), "FE12.pdf": PDF}
    reading = read("z.zip", zipped(members))
    assert [problem.file for problem in reading.problems] == ["z.zip!mala.xml"]
    (found,) = reading.found
    assert belongings(found) == {"FE12.pdf": EvidenceRole.PDF}


def test_a_pdf_is_not_given_to_the_only_readable_document_of_several() -> None:
    reading = read("z.zip", zipped({"mala.xml": b"<cut", "buena.xml": document_xml(FE12), "mala.pdf": PDF}))
    assert belongings(reading.found[0]) == {}
    assert [warning.file for warning in reading.warnings] == ["z.zip!mala.pdf"]


def test_a_damaged_annex_is_told_and_the_document_comes_in() -> None:
    data = in_directory(zipped({"foto.png": b"\x89PNG", "fv.xml": document_xml(FE12)}), 16, "<L", 1)
    reading = read("z.zip", data)
    assert len(reading.found) == 1
    assert [problem.file for problem in reading.problems] == ["z.zip!foto.png"]


def test_what_operating_systems_leave_behind_and_web_pages_are_no_documents() -> None:
    litter = {"__MACOSX/._fv.xml": b"\0\5", ".DS_Store": b"x", "a/Thumbs.db": b"x", "a/": b""}
    found = only(read("z.zip", zipped({**litter, "fv.xml": document_xml(FE12), "correo.html": b"<p>Hola"})))
    assert belongings(found) == {"correo.html": EvidenceRole.ANNEX}


def test_the_document_is_known_by_its_content_not_by_its_name() -> None:
    assert only(read("adjunto.dat", zipped({"factura.bin": document_xml(FE12)}))).facts.number == "FE12"


@pytest.mark.parametrize(
    ("number", "file", "holds"),
    [
        ("FE12", "Factura FE12.pdf", True),
        ("FE-12", "fe 12 (1).pdf", True),
        ("FE12", "FE123.pdf", False),
        ("12", "FE112.pdf", False),
        ("12", "FE12.pdf", True),
        ("F.12", "FX12.pdf", False),
    ],
)
def test_a_number_in_a_name_is_whole(number: str, file: str, holds: bool) -> None:
    assert named(number, file) is holds


def test_an_owner_in_doubt_is_nobody() -> None:
    assert owner("x.pdf", {"a/x.xml": "1", "b/x.xml": "2"}) is None
    assert owner("FE12 y FE13.pdf", {"a.xml": "FE12", "b.xml": "FE13"}) is None
    assert owner("AFE12.pdf", {"a.xml": "FE12", "b.xml": "AFE12"}) == "b.xml"


def test_stems_know_folders_endings_case_and_dians_rule() -> None:
    assert stem("A\\Fv0900100200000250000000C.PDF") == stem("ad0900100200000250000000c.xml")
    assert stem("fvx.pdf") != stem("adx.xml")
