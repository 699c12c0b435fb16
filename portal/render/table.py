"""A table over pages: the head on each of them, rows kept whole where they fit on one page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.render.paper import ACCENT, INK, LEFT, MUTED, WHITE, WIDTH
from portal.render.sheet import Sheet

_SIZE, _SMALL, _LINE, _PAD, _GAP = 7.8, 6.6, 3.5, 1.3, 2.4


@dataclass(frozen=True, slots=True)
class Column:
    """A column `width` millimetres wide; one column of a table has 0 and takes what is left."""

    heading: str
    width: float
    align: str = "L"


@dataclass(frozen=True, slots=True)
class Row:
    """The texts of a row, and small print below one of them; `strong` rows are bold."""

    cells: tuple[str, ...]
    small: str = ""
    small_in: int = 0
    strong: bool = False


def draw_table(sheet: Sheet, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Draw from `sheet.y` on, between the margins; leaves `y` below the last row."""
    places = _places(columns)
    sheet.need(16)
    _head(sheet, columns, places)
    for row in rows:
        _row(sheet, columns, places, row)


def _places(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """(x, width) of each column's text."""
    rest = WIDTH - 2 * _GAP - sum(c.width for c in columns) - _GAP * (len(columns) - 1)
    places, x = [], LEFT + _GAP
    for column in columns:
        width = column.width or rest
        places.append((x, width))
        x += width + _GAP
    return places


def _head(sheet: Sheet, columns: Sequence[Column], places: list[tuple[float, float]]) -> None:
    sheet.set_fill_color(*ACCENT)
    sheet.rect(LEFT, sheet.y, WIDTH, 6, style="F")
    sheet.style(7.2, bold=True, color=WHITE)
    for column, (x, width) in zip(columns, places, strict=True):
        sheet.line_at(x, sheet.y + 1.75, width, column.heading, column.align)
    sheet.y += 6


def _row(sheet: Sheet, columns: Sequence[Column], places: list[tuple[float, float]], row: Row) -> None:
    sheet.style(_SIZE, row.strong)
    wrapped = [
        [text] if column.align == "R" and "\n" not in text else sheet.wrap(text, width)
        for column, (_, width), text in zip(columns, places, row.cells, strict=True)
    ]
    sheet.style(_SMALL)
    small = sheet.wrap(row.small, places[row.small_in][1]) if row.small else []
    starts_small = len(wrapped[row.small_in])
    wrapped[row.small_in] = wrapped[row.small_in] + small
    height = max(map(len, wrapped)) * _LINE + 2 * _PAD
    _turn(sheet, columns, places, min(height, 60))
    sheet.y += _PAD
    for number in range(max(map(len, wrapped))):
        _turn(sheet, columns, places, _LINE + _PAD)
        for index, lines in enumerate(wrapped):
            if number < len(lines):
                is_small = index == row.small_in and number >= starts_small
                sheet.style(_SMALL if is_small else _SIZE, row.strong and not is_small, MUTED if is_small else INK)
                x, width = places[index]
                sheet.line_at(x, sheet.y, width, lines[number], columns[index].align)
        sheet.y += _LINE
    sheet.y += _PAD
    sheet.rule(sheet.y)


def _turn(sheet: Sheet, columns: Sequence[Column], places: list[tuple[float, float]], height: float) -> None:
    if sheet.need(height):
        _head(sheet, columns, places)
