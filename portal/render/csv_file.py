"""CSV by RFC 4180 in UTF-8, safe to open in a spreadsheet program; whole columns at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portal.render.cells import in_turn, joined, of_rows, spoken
from portal.render.columns import Column, Computed, R, Shape
from portal.render.labels import Labels
from portal.render.text_bytes import Look, bytes_of

_BOM = b"\xef\xbb\xbf"
# What makes a program compute a cell (OWASP, CSV injection). A program that expects the other separator cuts a text in
# two: so also what would stand first then.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"
_STARTS = f"^[{_FORMULA}]"
_INSIDE = '([,;\t\r\n]"*)([=+\\-@＝＋－＠])'
_TO_QUOTE = '[,;"\t\r\n]'
_SPECIAL = tuple(char.encode() for char in ',;"\t\r\n')
_MAY_BEGIN = np.zeros(256, bool)  # first bytes of what _STARTS finds; of the wide ones, all that begin like them
_MAY_BEGIN[[char.encode()[0] for char in "=+-@\t\r\n＝＋－＠"]] = True


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """`bom`: a byte order mark in front. `decimal_comma`: 1234,50, and then semicolons between the columns."""

    bom: bool = True
    decimal_comma: bool = False

    @property
    def separator(self) -> str:
        return ";" if self.decimal_comma else ","


USUAL = CsvStyle()


def write_csv(
    columns: Sequence[Column],
    batches: Iterable[pa.RecordBatch],
    out: BinaryIO,
    labels: Labels | None,
    style: CsvStyle = USUAL,
) -> int:
    """Write a head and the cells to `out`, which stays open; returns how many rows."""
    out.write((_BOM if style.bom else b"") + _head(columns, labels, style))

    def lines(batch: pa.RecordBatch) -> pa.Array:
        texts = [_text(column, cells, labels, style) for column, cells in zip(columns, batch, strict=True)]
        texts[-1] = joined(texts[-1].fill_null(""), "\r\n")
        return pc.binary_join_element_wise(*texts, style.separator, null_handling="replace")

    count = 0
    for written in in_turn(lines, batches):
        out.write(bytes_of(written))
        count += len(written)
    return count


def write_rows(columns: Sequence[Computed[R]], rows: Iterable[R], out: BinaryIO, labels: Labels | None) -> int:
    """`write_csv` of rows that are objects."""
    return write_csv(columns, of_rows(columns, rows), out, labels)


def harmless(texts: pa.Array) -> pa.Array:
    """An apostrophe before whatever a program would compute."""
    bad = pc.match_substring_regex(texts, _INSIDE)
    if pc.any(bad).as_py():
        texts = pc.replace_substring_regex(texts, _INSIDE, r"\1'\2")
    bad = pc.match_substring_regex(texts, _STARTS)
    return pc.if_else(bad, joined("'", texts), texts) if pc.any(bad).as_py() else texts


def _head(columns: Sequence[Column], labels: Labels | None, style: CsvStyle) -> bytes:
    head = StringIO()
    names = [column.heading if labels else column.name for column in columns]
    csv.writer(head, delimiter=style.separator, lineterminator="\r\n").writerow(names)
    return head.getvalue().encode()


def _text(column: Column, cells: pa.Array, labels: Labels | None, style: CsvStyle) -> pa.Array:
    if column.shape is Shape.MONEY:
        return pc.replace_substring(cells, ".", ",") if style.decimal_comma else cells
    if labels:
        cells = spoken(column, cells, labels)
    if column.shape is Shape.TEXT:
        return cells if _is_plain(cells) else _quoted(harmless(cells))
    if column.shape is Shape.DATE:
        coded = cells.dictionary_encode()
        return coded.dictionary.cast(pa.string()).take(coded.indices)
    return cells.cast(pa.string())


def _is_plain(texts: pa.Array) -> bool:
    """Whether no text needs a closer look: by its bytes, which is much quicker than to look at each."""
    look = Look.at(texts)
    return not look.holds(_SPECIAL) and not _MAY_BEGIN[look.firsts].any()


def _quoted(texts: pa.Array) -> pa.Array:
    needed = pc.match_substring_regex(texts, _TO_QUOTE)
    if not pc.any(needed).as_py():
        return texts
    return pc.if_else(needed, joined('"', pc.replace_substring(texts, '"', '""'), '"'), texts)
