"""The collected sample documents: each does what its collection's notes say."""

from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from portal.domain.documents import Kind
from portal.importers.control_codes import recomputed
from portal.importers.found import EvidenceRole, Found
from portal.importers.recognise import read
from tests.importers.einvoice_facts import only

TEST_RANGE_KEY = "fc8eac422eba16e22ffd8c6f94b3f40a6e38162c"  # DIAN publishes it for its test range
TEST_PIN = "20191"
REFUSED = {
    "anonymised/b__applicationresponse__01.xml": "respuesta de validación de la DIAN",
    "stenfrank-ubl21dian/debitnote.xml": "no tiene CUFE ni CUDE",
    "yefersonquevedo/Generica.xml": "no tiene líneas",
    "lopezsoft-fixtures/invoice-0.xml": "96 cifras hexadecimales",
    "capontedev/factura.xml": "mal formado",
    "other-peru-sunat/error.xml": "Falta cbc:ID",
}


@pytest.fixture(scope="module")
def dian(samples: Path) -> Path:
    return samples / "dian"


def found(path: Path) -> Found:
    return only(read(path.name, path.read_bytes()))


def original(one: Found) -> bytes:
    return next(kept.data for kept in one.evidence if kept.role is EvidenceRole.ORIGINAL)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_document_is_refused_with_its_reason(dian: Path, name: str) -> None:
    reading = read(name, (dian / name).read_bytes())
    (problem,) = reading.problems
    assert REFUSED[name] in str(problem.reason) and reading.found == []


def test_every_other_sample_comes_in(dian: Path) -> None:
    paths = [path for path in sorted(dian.rglob("*")) if path.suffix in (".xml", ".zip")]
    read_in = [found(path) for path in paths if path.relative_to(dian).as_posix() not in REFUSED]
    assert len(read_in) == len(paths) - len(REFUSED)
    for one in read_in:
        assert one.facts.total_minor > 0 and one.facts.lines and one.warnings == ()


def test_the_codes_of_the_anonymised_documents_recompute(dian: Path) -> None:
    paths = [*(dian / "anonymised").glob("*invoice*.xml")]
    assert len(paths) >= 15
    for path in paths:
        one = found(path)
        key = TEST_PIN if one.facts.type_code == "03" else TEST_RANGE_KEY
        assert recomputed(etree.fromstring(original(one)), key) == one.facts.cufe, path.name


def test_every_container_holds_a_validated_document(dian: Path) -> None:
    for path in (dian / "anonymised").glob("*attacheddocument*.xml"):
        one = found(path)
        assert one.validation is not None and one.validation.cufe == one.facts.cufe
        assert [kept.role.value for kept in one.evidence] == ["container", "original", "validation"]


def test_the_zips_hold_what_the_bare_files_hold(dian: Path) -> None:
    pairs = {
        "z0010000005000250000000a.zip": "a__attacheddocument-invoice__04.xml",
        "z090000001100022000001a2.zip": "b__attacheddocument-invoice__01.xml",
        "solo-invoice-sin-contenedor.zip": "a__invoice__10.xml",
    }
    for zipped, bare in pairs.items():
        one = found(dian / "anonymised" / "zip" / zipped)
        assert one.facts == found(dian / "anonymised" / bare).facts
        roles = [kept.role for kept in one.evidence]
        assert roles.count(EvidenceRole.PDF) == 1
        assert roles.count(EvidenceRole.ANNEX) == (1 if "022" in zipped else 0)


def test_no_note_of_the_toolbox_keeps_its_key(dian: Path) -> None:
    for path in [*(dian / "dian-toolbox-1.9").glob("*.xml"), *(dian / "stenfrank-ubl21dian").glob("*-*.xml")]:
        one = found(path).facts
        assert one.is_test
        assert not any(TEST_RANGE_KEY in note or one.number in note for note in one.notes)


def test_the_same_invoice_from_two_files_is_the_same_invoice(dian: Path) -> None:
    signed, bare = (
        found(dian / "dian-toolbox-1.9" / f"{n}.xml").facts for n in ("Generica", "invoice1-generica-unsigned")
    )
    assert (signed.cufe, signed.number, signed.issuer.key) == (bare.cufe, bare.number, bare.issuer.key)


def test_the_ten_digit_anonymous_buyer(dian: Path) -> None:
    assert found(dian / "dian-toolbox-1.9" / "Consumidor-Final.xml").facts.customer.anonymous


def test_a_prepaid_export_invoice_consumes_its_advance(dian: Path) -> None:
    one = found(dian / "dian-toolbox-1.9" / "Exportacion.xml").facts
    assert (one.type_code, one.currency, one.total, one.prepaid) == ("02", "USD", Decimal("14024.07"), Decimal("1000"))
    assert [(r.role.value, r.number) for r in one.references] == [
        ("consumes", "SFR3123856"),
        ("corrects", "SETP990000101"),
    ]
    assert one.exchange == ("USD", "COP", Decimal("3100"))


def test_one_number_three_kinds_in_the_examples_of_oasis(dian: Path) -> None:
    read_in = [found(path).facts for path in sorted((dian / "other-oasis-ubl").glob("*.xml"))]
    assert [one.kind for one in read_in] == [Kind.CREDIT_NOTE, Kind.DEBIT_NOTE, Kind.INVOICE]
    assert {(one.number, one.total, one.issuer.country) for one in read_in} == {("TOSL108", Decimal("729"), "DK")}


def test_other_countries_are_read_as_stated(dian: Path) -> None:
    peru = found(next((dian / "other-peru-sunat").glob("2020*.xml"))).facts
    assert (peru.issuer.country, peru.issuer.id_type, peru.issuer.tax_id) == ("PE", "6", "20200464529")
    assert (peru.type_code, peru.total, peru.currency, peru.cufe) == ("01", Decimal("72782.09"), "PEN", None)
    europe = found(next((dian / "other-peppol-en16931").glob("*.xml"))).facts
    assert (europe.issuer.country, europe.issuer.tax_id, europe.total) == ("DE", "DE111111125", Decimal("2142.00"))
