"""The QR of a document follows DIAN's template to the letter, and its codes are well formed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from lxml import etree
from PIL import Image

from portal.domain.documents import Tax
from portal.render.qr import QUIET, dian_link, dian_qr_text, qr_matrix, qr_png, qr_svg
from tests.render.papers import CUFE, INVOICE


def test_the_text_follows_the_template() -> None:
    bags = Tax("22", "Bolsas", Decimal("51.999"))
    assert dian_qr_text(replace(INVOICE, taxes=(*INVOICE.taxes, bags))).split("\n") == [
        "NumFac: SETP990000002",
        "FecFac: 2026-03-05",
        "HorFac: 09:15:23-05:00",
        "NitFac: 900100200",
        "DocAdq: 900300400",
        "ValFac: 817500.00",
        "ValIva: 88125.00",
        "ValOtroIm: 51.99",
        "ValTolFac: 905625.00",
        f"CUFE: {CUFE}",
        f"QRCode: https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey={CUFE}",
    ]


def test_a_test_document_points_to_the_catalogue_for_tests() -> None:
    link = f"https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey={CUFE}"
    assert dian_qr_text(replace(INVOICE, environment="2")).endswith(f"QRCode: {link}")
    assert dian_link(CUFE, "2") == link
    assert dian_link(CUFE) == dian_link(CUFE, None) == link.replace("-hab", "")


def test_without_a_cufe_there_is_no_text() -> None:
    assert dian_qr_text(replace(INVOICE, cufe=None)) == ""


def test_a_document_without_line_total_derives_the_net_from_its_taxes() -> None:
    assert "ValFac: 817500.00" in dian_qr_text(replace(INVOICE, line_total=None))


@pytest.mark.parametrize("text", ["hola", "ñandú 東京", dian_qr_text(INVOICE)])
def test_a_matrix_has_its_three_finders(text: str) -> None:
    matrix = qr_matrix(text)
    side = len(matrix)
    assert all(len(row) == side for row in matrix)
    assert side % 4 == 1
    assert side >= 21
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        finder = [row[left : left + 7] for row in matrix[top : top + 7]]
        assert finder[0] == finder[6] == (True,) * 7
        assert all(row[2:5] == (True,) * 3 for row in finder[2:5])


def test_png_and_svg_show_the_matrix_inside_its_quiet_zone() -> None:
    matrix = qr_matrix("hola")
    side = len(matrix) + 2 * QUIET
    image = Image.open(BytesIO(qr_png("hola", scale=3)))
    assert (image.mode, image.size) == ("1", (side * 3, side * 3))
    drawing = etree.fromstring(qr_svg("hola"))
    assert drawing.get("viewBox") == f"0 0 {side} {side}"
    runs = _runs(drawing[1].get("d"))
    for y in range(side):
        for x in range(side):
            inside = 0 <= y - QUIET < len(matrix) and 0 <= x - QUIET < len(matrix)
            dark = inside and matrix[y - QUIET][x - QUIET]
            assert (image.getpixel((x * 3 + 1, y * 3 + 1)) == 0) == dark
            assert ((x, y) in runs) == dark


def _runs(path: str) -> set[tuple[int, int]]:
    dark = set()
    for run in path.rstrip("z").split("z"):
        start, _, rest = run.lstrip("M").partition("h")
        x, y = map(int, start.split())
        dark |= {(x + step, y) for step in range(int(rest.partition("v")[0]))}
    return dark
