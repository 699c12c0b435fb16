"""Pages with a head, a foot, a mark and a QR; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fpdf.errors import FPDFUnicodeEncodingException

from portal.render.labels import Labels
from portal.render.paper import ACCENT, ALERT, FAINT, LEFT, MUTED, RIGHT, TOP, WHITE, WIDTH, Paper
from portal.render.qr import qr_image

_BOTTOM = 286.0
_QR_SIDE = 32.0
_QR_MARGIN = 1.6  # of the quiet zone, so that the dark part stands on the left edge of the text
_FOOT_SIZE, _FOOT_LINE, _FOOT_MOST = 6.8, 3.2, 9


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page carries. `foot`: small print at the bottom, beside the QR of `qr_text` (empty: none).

    `running` is the head of the pages after the first one, left and right; `mark` is written large
    across each page, `banner` in a band at its top.
    """

    subject: str
    author: str
    running: tuple[str, str]
    foot: tuple[str, ...] = ()
    qr_text: str = ""
    mark: str = ""
    banner: str = ""
    bare: bool = False  # without foot and page numbers
    size: str = "A4"


class Sheet(Paper):
    """Pages being drawn. `y` moves down with what is written; nothing of the body goes below `floor`."""

    def __init__(self, frame: Frame, labels: Labels, made_at: datetime, unicode: bool) -> None:
        super().__init__(unicode, frame.size)
        self.frame, self.labels = frame, labels
        self.set_creation_date(made_at)
        self.set_title(_printable(frame.subject))
        self.set_author(_printable(frame.author))
        self.set_lang("en-US" if labels.language == "en" else "es-CO")
        self.alias_nb_pages("")
        self.add_page()
        self.style(_FOOT_SIZE)
        self.foot_x = LEFT + (_QR_SIDE + 1 if frame.qr_text else 0)
        self.foot_lines = [line for text in frame.foot for line in self.wrap(text, RIGHT - self.foot_x)][:_FOOT_MOST]
        self.foot_top = _BOTTOM - max(_QR_SIDE if frame.qr_text else 0, len(self.foot_lines) * _FOOT_LINE + 3)
        self.floor = self.foot_top - 3

    def block(self, x: float, width: float, text: str, leading: float = 1.25) -> None:
        """Wrapped text from `y` on, over as many pages as it needs."""
        height = self.font_size * leading
        for line in self.wrap(text, width):
            self.need(height)
            self.line_at(x, self.y, width, line)
            self.y += height

    def need(self, height: float) -> bool:
        """A new page, with the same font, unless `height` millimetres still fit on this one; whether it was turned."""
        if self.y + height <= self.floor:
            return False
        outlined = self.outlined
        self.add_page()
        self.outlined = outlined
        return True

    def header(self) -> None:
        """The mark below all else, the banner, and from the second page on the running head."""
        if self.frame.mark:
            self._mark()
        self.y = TOP
        if self.frame.banner:
            self.shade(LEFT, 6.5, WIDTH, 5.4, ALERT)
            self.style(8, bold=True, color=WHITE)
            self.line_at(LEFT, 7.9, WIDTH, self.frame.banner, "C")
            self.y = TOP + 3
        if self.page_no() > 1:
            self._running_head()

    def _mark(self) -> None:
        self.style(70, bold=True, color=FAINT)
        with self.rotation(52, 105, 150):
            self.line_at(LEFT - 30, 140, WIDTH + 60, self.frame.mark, "C")

    def _running_head(self) -> None:
        left, right = self.frame.running
        self.style(8.5, bold=True)
        self.line_at(LEFT, self.y, WIDTH * 0.6 - 4, left)
        self.style(8.5, color=MUTED)
        self.line_at(LEFT + WIDTH * 0.6, self.y, WIDTH * 0.4, right, "R")
        self.rule(self.y + 5, ACCENT, 0.5)
        self.y += 9

    def footer(self) -> None:
        """The QR and the small print beside it."""
        if self.frame.bare:
            return
        self.rule(self.foot_top)
        if self.frame.qr_text:
            self.image(qr_image(self.frame.qr_text), LEFT - _QR_MARGIN, self.foot_top + 0.4, _QR_SIDE, _QR_SIDE)
        self.style(_FOOT_SIZE, color=MUTED)
        for number, line in enumerate(self.foot_lines):
            self.line_at(self.foot_x, self.foot_top + 2.4 + number * _FOOT_LINE, RIGHT - self.foot_x, line)

    def number_pages(self) -> None:
        """Write «Página n de m» on every page, once all are drawn."""
        _ = self.labels.gettext
        pages = self.page
        for page in range(1, pages + 1):
            self.page = page
            self.style(7, color=MUTED)
            self.current_font_is_set_on_page = False
            text = _("Página {page} de {pages}").format(page=page, pages=pages)
            self.line_at(LEFT, _BOTTOM + 2, WIDTH, text, "R")


def render(draw: Callable[[Sheet], None], frame: Frame, labels: Labels, made_at: datetime) -> bytes:
    """The PDF that `draw` makes, dated `made_at`: in Helvetica, or the packaged font if that has not all letters."""
    try:
        return _drawn(draw, Sheet(frame, labels, made_at, unicode=False))
    except FPDFUnicodeEncodingException:
        return _drawn(draw, Sheet(frame, labels, made_at, unicode=True))


def _printable(text: str) -> str:
    return text.encode(errors="replace").decode()  # a lone surrogate has no place in the file's own data


def _drawn(draw: Callable[[Sheet], None], sheet: Sheet) -> bytes:
    draw(sheet)
    if not sheet.frame.bare:
        sheet.number_pages()
    return bytes(sheet.output())
