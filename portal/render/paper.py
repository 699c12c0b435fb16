"""Paper on fpdf2: the font that has the letters, colours, and text that never runs over its place.

Text that fits Windows-1252 uses Helvetica, which every reader has; any other text uses the packaged
DejaVu Sans, of which only the glyphs used are embedded.
"""

from __future__ import annotations

import logging
import re
from io import BytesIO
from pathlib import Path
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, TextMode
from fpdf.fonts import TTFFont
from PIL import Image

Color = tuple[int, int, int]
INK: Color = (31, 41, 51)
MUTED: Color = (103, 117, 133)
RULE: Color = (213, 219, 225)
SHADE: Color = (242, 246, 247)
ACCENT: Color = (15, 76, 92)
ALERT: Color = (178, 42, 42)
FAINT: Color = (248, 228, 228)
WHITE: Color = (255, 255, 255)

LEFT, RIGHT, TOP = 14.0, 196.0, 13.0  # millimetres on A4
WIDTH = RIGHT - LEFT
_SIZES: dict[str, str | tuple[float, float]] = {"A4": "A4", "A5": (148, 210)}  # fpdf2 warns of its own A5
_UNICODE_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_ASCENT = 0.3  # millimetres from the top of a line to its base, per point of size
_OUTLINE = 0.012
_UNKNOWN = "□"
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]")
_EQUALS = str.maketrans("\u202f\u2009\u2010\u2011\u2212", "\u00a0 ---", "\u200b")  # look the same

logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


class Paper(FPDF):
    """White pages of "A4" or "A5". `unicode` takes the packaged font in place of Helvetica."""

    def __init__(self, unicode: bool, size: str = "A4") -> None:
        super().__init__(format=_SIZES[size])
        self.family = "DejaVu" if unicode else "Helvetica"
        self.core_fonts_encoding = "cp1252"
        if unicode:
            self.add_font(self.family, "", _UNICODE_FONT)
        self.set_auto_page_break(False)
        self.set_margins(LEFT, TOP)
        self.c_margin = 0
        self.outlined = False
        self.set_font(self.family)

    def normalize_text(self, text: str) -> str:
        """Control characters become blanks; what the packaged font does not cover becomes a box."""
        text = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_EQUALS)
        if isinstance(self.current_font, TTFFont):
            known = self.current_font.cmap
            text = "".join(c if c == "\n" or ord(c) in known else _UNKNOWN for c in text)
        return str(super().normalize_text(text))

    def style(self, size: float, bold: bool = False, color: Color = INK) -> None:
        """The font of what is written next; without a bold cut, bold letters are drawn with an outline."""
        self.outlined = bold and self.is_ttf_font
        self.set_font(self.family, "B" if bold and not self.outlined else "", size)
        self.set_text_color(*color)

    def wrap(self, text: str, width: float) -> list[str]:
        """`text` in lines no wider than `width` in the present font; a word without a break is cut."""
        if "\n" not in text and "\r" not in text and self.get_string_width(text) <= width:
            return [text]
        lines = self.multi_cell(width, 1, text, align="L", dry_run=True, output=MethodReturnValue.LINES)
        return cast("list[str]", lines)

    def line_at(self, x: float, y: float, width: float, text: str, align: str = "L") -> None:
        """One line in the present font, its top at `y`; one that is too wide is written smaller, not over others."""
        if not text:
            return
        size, wide = self.font_size_pt, self.get_string_width(text)
        if wide > width:
            self.set_font_size(size * width / wide)
            wide = width
        start = x + {"L": 0.0, "C": (width - wide) / 2, "R": width - wide}[align]
        if self.outlined:
            with self.local_context(
                text_mode=TextMode.FILL_STROKE, draw_color=self.text_color, line_width=size * _OUTLINE
            ):
                self.text(start, y + size * _ASCENT, text)
        else:
            self.text(start, y + size * _ASCENT, text)
        self.set_font_size(size)

    def picture(self, png: bytes, x: float, y: float, width: float, height: float, align: str = "L") -> float:
        """A picture as large as fits in this box, at its top; returns the height that it takes."""
        with Image.open(BytesIO(png)) as opened:
            wide, high = opened.size
        scale = min(width / wide, height / high)
        left = x + (width - wide * scale) / 2 if align == "C" else x
        self.image(png, left, y, wide * scale, high * scale)
        return high * scale

    def rule(self, y: float, color: Color = RULE, width: float = 0.2, x: float = LEFT, to: float = RIGHT) -> None:
        """A horizontal line."""
        self.set_draw_color(*color)
        self.set_line_width(width)
        self.line(x, y, to, y)

    def shade(self, x: float, y: float, width: float, height: float, color: Color = SHADE) -> None:
        """A filled box with slightly round corners."""
        self.set_fill_color(*color)
        self.rect(x, y, width, height, style="F", round_corners=True, corner_radius=1.2)
