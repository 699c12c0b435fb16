"""The poster for the till: the issuer's name, one sentence, and its QR large in the middle of an A4 or an A5."""

from __future__ import annotations

from datetime import datetime

from portal.render.labels import Labels
from portal.render.paper import ACCENT, LEFT, MUTED, RULE, WIDTH, Color
from portal.render.qr import qr_image
from portal.render.sheet import Frame, Sheet, render

_SIDE = 140.0
_A4_WIDTH = 210.0
_NAME_SIZES, _MOST_LINES = (32, 26, 21, 17, 13, 10), 3


def poster_pdf(
    name: str,
    address: str,
    labels: Labels,
    *,
    made_at: datetime,
    paper: str = "A4",
    logo: bytes | None = None,
    colour: Color | None = None,
) -> bytes:
    """A page to print: `name` of the issuer, and `address` as QR and in letters; `made_at` is written into the file.

    An A5 is the same poster, smaller: both sizes have the same shape. `logo`: a PNG above the name, which stands in
    `colour`.
    """
    _ = labels.gettext

    def draw(sheet: Sheet) -> None:
        scale = sheet.w / _A4_WIDTH
        side, edge = _SIDE * scale, 4 * scale
        sheet.y = 38 * scale
        if logo:
            sheet.picture(logo, LEFT * scale, 14 * scale, WIDTH * scale, 20 * scale, "C")
        _title(sheet, name, scale, colour or ACCENT)
        sheet.y += 7 * scale
        sheet.style(24 * scale)
        _centred(sheet, _("Escanea y consulta tus facturas"), scale)
        top, left = sheet.y + 10 * scale, (sheet.w - side) / 2
        sheet.set_draw_color(*RULE)
        sheet.set_line_width(0.6 * scale)
        sheet.rect(left - edge, top - edge, side + 2 * edge, side + 2 * edge, round_corners=True, style="D",
                   corner_radius=5 * scale)  # fmt: skip
        sheet.image(qr_image(address), left, top, side, side)
        sheet.y = top + side + 14 * scale
        sheet.style(13 * scale, color=MUTED)
        _centred(sheet, _("Apunta la cámara de tu celular al código, o escribe esta dirección:"), scale)
        sheet.style(14 * scale, bold=True)
        _centred(sheet, address, scale)

    frame = Frame(subject=name, author=name, running=(name, ""), bare=True, size=paper)
    return render(draw, frame, labels, made_at)


def _title(sheet: Sheet, name: str, scale: float, colour: Color) -> None:
    """The name as large as it fits in three lines: a very long one must not push the code off the page."""
    for size in _NAME_SIZES:
        sheet.style(size * scale, bold=True, color=colour)
        if len(sheet.wrap(name, WIDTH * scale)) <= _MOST_LINES:
            break
    _centred(sheet, name, scale)


def _centred(sheet: Sheet, text: str, scale: float) -> None:
    for line in sheet.wrap(text, WIDTH * scale):
        sheet.line_at(LEFT * scale, sheet.y, WIDTH * scale, line, "C")
        sheet.y += sheet.font_size * 1.25
