"""QR codes: DIAN's text and link for a document, and any text as matrix, SVG or PNG."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from portal.domain.documents import Facts
from portal.domain.money import round_down

Matrix = tuple[tuple[bool, ...], ...]
QUIET = 4  # modules of white around a code (ISO/IEC 18004)
_IVA = "01"
_CATALOGUES = {
    "1": "https://catalogo-vpfe.dian.gov.co/document/searchqr?documentkey=",
    "2": "https://catalogo-vpfe-hab.dian.gov.co/document/searchqr?documentkey=",
}


def dian_link(cufe: str, environment: str | None = "1") -> str:
    """Where DIAN shows a document: its catalogue, or the one for tests (environment "2")."""
    return _CATALOGUES["2" if environment == "2" else "1"] + cufe


def dian_qr_text(facts: Facts) -> str:
    """The text of a document's QR, built from its fields (Anexo técnico, §10.3); empty without a CUFE.

    Amounts with a point and two decimals, cut as in the CUFE; ids are digits only.
    """
    if not facts.cufe:
        return ""
    iva = sum((tax.amount for tax in facts.taxes if tax.code == _IVA), Decimal(0))
    others = sum((tax.amount for tax in facts.taxes if tax.code != _IVA), Decimal(0))
    net = facts.line_total if facts.line_total is not None else facts.total - iva - others
    pairs = {
        "NumFac": facts.number,
        "FecFac": facts.issue_date.isoformat(),
        "HorFac": facts.issue_time or "",
        "NitFac": re.sub(r"\D", "", facts.issuer.tax_id),
        "DocAdq": re.sub(r"\D", "", facts.customer.tax_id),
        "ValFac": _two_decimals(net),
        "ValIva": _two_decimals(iva),
        "ValOtroIm": _two_decimals(others),
        "ValTolFac": _two_decimals(facts.total),
        "CUFE": facts.cufe,
        "QRCode": dian_link(facts.cufe, facts.environment),
    }
    return "\n".join(f"{key}: {value}" for key, value in pairs.items())


def _two_decimals(amount: Decimal) -> str:
    return f"{round_down(amount, 'COP'):f}"  # whatever the currency: DIAN's form has two decimals


@lru_cache(maxsize=64)
def qr_matrix(text: str) -> Matrix:
    """The modules of a QR code, row by row, True is dark; error correction M, no quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text.encode(), optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.modules)


def qr_image(text: str, scale: int = 8) -> Image.Image:
    """A QR code as a 1-bit picture, `scale` pixels to a module, with its quiet zone."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * QUIET
    image = Image.new("1", (side, side), 1)
    image.putdata([0 if dark else 1 for row in _framed(matrix) for dark in row])
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def _framed(matrix: Matrix) -> list[tuple[bool, ...]]:
    blank = ((False,) * (len(matrix) + 2 * QUIET),) * QUIET
    edge = (False,) * QUIET
    return [*blank, *(edge + row + edge for row in matrix), *blank]


def qr_png(text: str, scale: int = 8) -> bytes:
    """A QR code as a PNG, `scale` pixels to a module."""
    out = BytesIO()
    qr_image(text, scale).save(out, "PNG")
    return out.getvalue()


def qr_svg(text: str) -> bytes:
    """A QR code as an SVG without a size of its own: one path of horizontal runs."""
    matrix = qr_matrix(text)
    side = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h{length}v1h-{length}z"
        for row, modules in enumerate(matrix)
        for column, length in _runs(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    ).encode()


def _runs(modules: tuple[bool, ...]) -> list[tuple[int, int]]:
    """(first column, length) of each run of dark modules in a row."""
    marks = "".join("1" if dark else "0" for dark in modules)
    return [(found.start(), len(found.group())) for found in re.finditer("1+", marks)]
