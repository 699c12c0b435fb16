"""The poster for the till: the issuer's name, one sentence, and its QR large in the middle of an A4."""

from __future__ import annotations

from datetime import datetime

from portal.render.labels import Labels
from portal.render.paper import ACCENT, LEFT, MUTED, RULE, WIDTH
from portal.render.qr import qr_image
from portal.render.sheet import Frame, Sheet, render

_SIDE = 120.0


def poster_pdf(name: str, address: str, labels: Labels, *, made_at: datetime) -> bytes:
    """A page to print: `name` of the issuer, and `address` as QR and in letters; `made_at` is written into the file."""
    _ = labels.gettext

    def draw(sheet: Sheet) -> None:
        sheet.y = 34
        sheet.style(27, bold=True, color=ACCENT)
        _centred(sheet, name)
        sheet.y += 6
        sheet.style(17)
        _centred(sheet, _("Consulta y paga tus facturas aquí"))
        top = sheet.y + 10
        sheet.set_draw_color(*RULE)
        sheet.set_line_width(0.6)
        left = LEFT + (WIDTH - _SIDE) / 2
        sheet.rect(left - 4, top - 4, _SIDE + 8, _SIDE + 8, round_corners=True, style="D", corner_radius=5)
        sheet.image(qr_image(address), left, top, _SIDE, _SIDE)
        sheet.y = top + _SIDE + 14
        sheet.style(11, color=MUTED)
        _centred(sheet, _("Apunta la cámara de tu celular al código, o escribe esta dirección:"))
        sheet.style(12, bold=True)
        _centred(sheet, address)

    return render(draw, Frame(subject=name, author=name, running=(name, ""), bare=True), labels, made_at)


def _centred(sheet: Sheet, text: str) -> None:
    for line in sheet.wrap(text, WIDTH):
        sheet.line_at(LEFT, sheet.y, WIDTH, line, "C")
        sheet.y += sheet.font_size * 1.25
