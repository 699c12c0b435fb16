"""Rows of a sheet as SpreadsheetML, whole columns at a time: what XlsxWriter writes cell by cell, only faster.

A text is an inline string and never a formula. What a number of a spreadsheet does not hold exactly, and a date before
its calendar, are text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from portal.render.cells import joined, spoken
from portal.render.columns import Column, Shape
from portal.render.labels import Labels
from portal.render.text_bytes import Look, bytes_of

EXACT_DIGITS = 15  # what a number of a spreadsheet holds exactly
MOST_TEXT = 32_767
FIRST_DATE = date(1900, 3, 1)  # before it Excel's calendar is wrong
_EPOCH_SERIAL = 25_569  # 1970-01-01
_HARD = "[\x00-\x08\x0b-\x1f￾￿]|_x[0-9A-Fa-f]{4}_"
_LONG = MOST_TEXT // 2  # characters that may be more than MOST_TEXT UTF-16 units
_BLANK = np.zeros(256, bool)
_BLANK[list(b" \t\r\n")] = True
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


class FastSheet(Worksheet):  # type: ignore[misc]
    """A sheet of a workbook in constant memory, to which rows can be added as XML."""

    @property
    def next_row(self) -> int:
        """The row below the last one, from 0."""
        last: int | None = self.dim_rowmax
        return 0 if last is None else last + 1

    def add_lines(self, lines: pa.Array) -> None:
        """`<row>` elements that follow whatever row was written last."""
        start = self.next_row
        self._write_single_row(start)
        self.row_data_fh.write(str(bytes_of(lines), "utf-8"))
        self.dim_rowmax = start + len(lines) - 1
        self.previous_row = start + len(lines)


def row_lines(
    columns: Sequence[Column],
    batch: pa.RecordBatch,
    first_row: int,
    labels: Labels | None,
    day: int,
    money: Callable[[int], int],
) -> pa.Array:
    """`<row>` elements, the first numbered `first_row` (from 1).

    `day` and `money(places)` are the numbers of the workbook's formats for dates and for amounts.
    """
    numbers = pa.array(range(first_row, first_row + batch.num_rows)).cast(pa.string())
    cells = []
    for index, (column, values) in enumerate(zip(columns, batch, strict=True)):
        told = spoken(column, values, labels) if labels else values
        at = joined(f'<c r="{xl_col_to_name(index)}', numbers, '"')
        cells.append(_cells(column.shape if told.type != pa.string() else _text_shape(column), told, at, day, money))
    return pc.binary_join_element_wise(
        joined('<row r="', numbers, '">'), *cells, "</row>", "", null_handling="replace"
    )  # fmt: skip


def _text_shape(column: Column) -> Shape:
    return Shape.MONEY if column.shape is Shape.MONEY else Shape.TEXT


def _cells(shape: Shape, values: pa.Array, at: pa.Array, day: int, money: Callable[[int], int]) -> pa.Array:
    match shape:
        case Shape.MONEY:
            return _or_text(_is_exact(values), _styled_numbers(values, at, money), values, at)
        case Shape.WHOLE:
            told = values.cast(pa.string())
            return _or_text(_is_exact(told), joined(at, "><v>", told, "</v></c>"), told, at)
        case Shape.DATE:
            serial = pc.add(values.cast(pa.int32()), _EPOCH_SERIAL).cast(pa.string())
            written = joined(at, f' s="{day}"><v>', serial, "</v></c>")
            known = pc.greater_equal(values, pa.scalar(FIRST_DATE, pa.date32()))
            return _or_text(known, written, values.cast(pa.string()), at)
        case Shape.FLAG:
            return joined(at, ' t="b"><v>', pc.if_else(values, "1", "0"), "</v></c>")
        case Shape.TEXT:
            return _texts(values, at)


def _or_text(as_number: pa.Array, written: pa.Array, told: pa.Array, at: pa.Array) -> pa.Array:
    return written if pc.all(as_number).as_py() else pc.if_else(as_number, written, _texts(told, at))


def _is_exact(told: pa.Array) -> pa.Array:
    return pc.less_equal(pc.utf8_length(pc.replace_substring_regex(told, "[.-]", "")), EXACT_DIGITS)


def _styled_numbers(told: pa.Array, at: pa.Array, money: Callable[[int], int]) -> pa.Array:
    point = pc.find_substring(told, ".")
    places = pc.if_else(pc.less(point, 0), 0, pc.subtract(pc.subtract(pc.utf8_length(told), point), 1))
    coded = places.dictionary_encode()
    styles = [None if one is None else f' s="{money(one)}"><v>' for one in coded.dictionary.to_pylist()]
    styled = pa.array(styles, pa.string()).take(coded.indices)
    return joined(at, styled, told, "</v></c>")


def _texts(texts: pa.Array, at: pa.Array) -> pa.Array:
    look, opened = Look.at(texts), "<t>"
    if look.has_controls or look.holds((b"_x", b"\xef\xbf")) or len(look.data) > _LONG:
        texts = _storable(texts)
    if look.has_controls or _BLANK[look.firsts].any() or _BLANK[look.lasts].any():
        blank = pc.match_substring_regex(texts, r"^\s|\s$|\n")
        opened = pc.if_else(blank, '<t xml:space="preserve">', "<t>")
    for char, entity in _ESCAPES:
        if char.encode() in look.data:
            texts = pc.replace_substring(texts, char, entity)
    return joined(at, ' t="inlineStr"><is>', opened, texts, "</t></is></c>")


def _storable(texts: pa.Array) -> pa.Array:
    """Control characters as Excel writes them; no more characters than a cell takes."""
    hard = pc.or_(pc.match_substring_regex(texts, _HARD), pc.greater(pc.utf8_length(texts), _LONG)).fill_null(False)
    kept = [Worksheet._escape_control_characters(_cut(text)) for text in texts.filter(hard).to_pylist()]
    return pc.replace_with_mask(texts, hard, pa.array(kept, pa.string()))


def _cut(text: str) -> str:
    return text.encode("utf-16-le")[: 2 * MOST_TEXT].decode("utf-16-le", "ignore")


def exact(amount: Decimal) -> bool:
    """Whether a number of a spreadsheet holds this amount exactly."""
    return len(amount.as_tuple().digits) <= EXACT_DIGITS
