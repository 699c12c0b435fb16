"""XLSX with real numbers and dates, in constant memory; several sheets where a list is longer than one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pyarrow as pa
import xlsxwriter

from portal.render.columns import Column, Shape
from portal.render.labels import Labels
from portal.render.sums import Sums
from portal.render.xlsx_cells import FastSheet, exact, row_lines
from portal.text import Text

ROWS = 1_048_576 - 200  # of a sheet: Excel's limit, with room for the head, the totals and a note
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0F4C5C", "text_wrap": True, "valign": "vcenter"}


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a file has, on how many sheets."""

    rows: int
    sheets: int = 1


@dataclass
class _Book:
    """The workbook, its formats, and the sheet that is written now."""

    book: Any
    title: str
    columns: Sequence[Column]
    labels: Labels | None
    sheets: list[FastSheet] = field(default_factory=list)
    room: int = 0
    money: dict[tuple[int, bool], Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.head = self.book.add_format(_HEAD)
        self.add_sheet()

    def add_sheet(self) -> None:
        sheet = self.book.add_worksheet(self.name(len(self.sheets) + 1), FastSheet)
        sheet.freeze_panes(1, 0)
        for index, column in enumerate(self.columns):
            sheet.set_column(index, index, column.width)
            sheet.write_string(0, index, column.heading if self.labels else column.name, self.head)
        self.sheets.append(sheet)
        self.room = ROWS

    def name(self, number: int) -> str:
        return self.title if number == 1 else f"{self.title} {number}"

    def add(self, batch: pa.RecordBatch) -> None:
        """The cells of a batch, on as many sheets as they take."""
        while batch.num_rows:
            if not self.room:
                self.turn_over()
            some, batch = batch[: self.room], batch[self.room :]
            day = self.day._get_xf_index()
            first = self.sheets[-1].next_row + 1
            self.sheets[-1].add_lines(row_lines(self.columns, some, first, self.labels, day, self._money_index))
            self.room -= some.num_rows

    def turn_over(self) -> None:
        """Filter buttons on the sheet that is full, where the list goes on, and the next sheet."""
        self.end_rows()
        following = Text("Sigue en la hoja «{name}».", name=self.name(len(self.sheets) + 1))
        said = (self.labels or Labels()).say(following)
        self.sheets[-1].write_string(self.sheets[-1].next_row, 0, said, self.bold)
        self.add_sheet()

    def end_rows(self) -> None:
        sheet = self.sheets[-1]
        sheet.autofilter(0, 0, max(sheet.next_row - 1, 1), len(self.columns) - 1)

    def add_total(self, currency: str, sums: dict[str, Decimal]) -> None:
        """A row of sums in bold; who left the currency's column out reads it beside the word."""
        word = self.labels.gettext("Total") if self.labels else "total"
        row = self.sheets[-1].next_row
        shown = [column.name for column in self.columns]
        place = self._label_place()
        if place is not None:
            label = word if "currency" in shown else f"{word} {currency}"
            self.sheets[-1].write_string(row, place, label, self.bold)
        for index, name in enumerate(shown):
            if name == "currency":
                self.sheets[-1].write_string(row, index, currency, self.bold)
            elif name in sums:
                self._write_sum(row, index, sums[name])

    def _label_place(self) -> int | None:
        """The first column of texts; of dates, where there is none."""
        for shape in (Shape.TEXT, Shape.DATE):
            for index, column in enumerate(self.columns):
                if column.shape is shape and column.name != "currency":
                    return index
        return None

    def _write_sum(self, row: int, index: int, amount: Decimal) -> None:
        if exact(amount):
            places = max(0, -int(amount.as_tuple().exponent))
            self.sheets[-1].write_number(row, index, amount, self._money(places, bold=True))
        else:
            self.sheets[-1].write_string(row, index, f"{amount:f}", self.bold)

    def _money_index(self, places: int) -> int:
        index: int = self._money(places)._get_xf_index()
        return index

    def _money(self, places: int, bold: bool = False) -> Any:
        if (places, bold) not in self.money:
            pattern = "#,##0" + ("." + "0" * places if places else "")
            self.money[places, bold] = self.book.add_format({"num_format": pattern, "bold": bold})
        return self.money[places, bold]


def write_xlsx(
    title: str,
    columns: Sequence[Column],
    batches: Iterable[pa.RecordBatch],
    out: BinaryIO,
    labels: Labels | None,
    sums: Sums | None = None,
    told: Mapping[str, object] | None = None,
) -> Written:
    """Write a workbook of the cells to `out`, which stays open.

    With `sums`, what they have come to follows the last row, one row for each currency. A list longer than a sheet goes
    on in the next one, and says so. `told`: the file's properties, as xlsxwriter names them.
    """
    with TemporaryDirectory() as scratch:
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": scratch})
        book.use_zip64()
        book.set_properties(dict(told or {}))
        sheets, rows = _Book(book, title, columns, labels), 0
        for batch in batches:
            sheets.add(batch)
            rows += batch.num_rows
        sheets.end_rows()
        for currency, of in sums.by_currency() if sums else ():
            sheets.add_total(currency, of)
        book.close()
    return Written(rows, len(sheets.sheets))
