"""What a file is: by content first, by name second; and what the door says to the rest."""

import io

import pytest
from openpyxl import Workbook

from data.demo.einvoice import document_xml, zipped
from portal.importers.recognise import kind_of, read
from tests.importers.einvoice_facts import facts, only, reason

ODS = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"


def workbook() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("factura.pdf", b" \n<Invoice/>", "xml"),
        ("x", b"\xef\xbb\xbf<a/>", "xml"),
        ("x", "<a/>".encode("utf-16"), "xml"),
        ("factura.xml", b"%PDF-1.7", "pdf"),
        ("x", b"\r\nbasura %PDF-1.7", "pdf"),
        ("ventas.csv", zipped({"a.xml": b"<a/>"}), "zip"),
        ("ventas.zip", workbook(), "sheet"),
        ("ventas.zip", b"PK\x03\x04" + bytes(26) + ODS + zipped({"content.xml": b"<a/>"}), "sheet"),
        ("correo.zip", zipped({"content.xml": b"<a/>"}), "zip"),
        ("cortado.xlsx", workbook()[:500], "sheet"),
        ("cortado.zip", workbook()[:500], "zip"),
        ("vacio.zip", zipped({}), "zip"),
        ("viejo", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet"),
        ("ventas.CSV", b"numero;total", "sheet"),
        ("ventas.tsv", b"numero\ttotal", "sheet"),
        ("factura.XML", b"hola", "xml"),
        ("scan.pdf", b"hola", "pdf"),
        ("foto.png", b"\x89PNG", "unknown"),
        ("", b"", "unknown"),
    ],
)
def test_the_kind_of_a_file(name: str, data: bytes, kind: str) -> None:
    assert kind_of(name, data) == kind


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("f.pdf", b"%PDF-1.7", "PDF"),
        ("v.xlsx", workbook(), "hoja de cálculo"),
        ("foto.png", b"\x89PNG", "Sube un XML"),
        ("f.xml", b"", "vacío"),
        ("f.zip", b"", "vacío"),
        ("f.xml", b"hola", "mal formado"),
    ],
)
def test_what_is_not_read_is_told_with_what_to_do(name: str, data: bytes, told: str) -> None:
    assert told in reason(data, name)


def test_a_bare_document_is_its_own_evidence_under_its_own_name() -> None:
    data = document_xml(facts())
    found = only(read("C:\\correo\\fv 1.xml", data))
    assert found.file == found.place == "C:\\correo\\fv 1.xml"
    assert [(kept.name, kept.media_type, kept.data) for kept in found.evidence] == [
        ("fv 1.xml", "application/xml", data)
    ]


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        (f"{'a' * 116}.csvx.xml", ".xml"),
        (f"{'a' * 116}.csv.", "."),
        (f"{'a' * 116}.csv{'x' * 50}", ".csvxxxxxxx"),
        ("a" * 200, "a"),
    ],
)
def test_a_name_that_is_too_long_keeps_its_ending(name: str, ending: str) -> None:
    cut = only(read(name, document_xml(facts()))).evidence[0].name
    assert len(cut) == 120 and cut.endswith(ending)
