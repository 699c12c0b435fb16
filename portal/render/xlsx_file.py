"""XLSX with real numbers and dates, written row by row in constant memory; a text is never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import xlsxwriter

from portal.errors import Refused
from portal.render.columns import Cell, Column, R, Shape, in_words
from portal.render.labels import Labels
from portal.text import Text

_MOST_ROWS = 1_048_576 - 200  # Excel's limit, with room for the totals
_MOST_TEXT = 32_767
_EXACT_DIGITS = 15  # what a number of a spreadsheet holds exactly
_FIRST_DATE = date(1900, 3, 1)  # before it Excel's calendar is wrong


class XlsxTable:
    """One sheet of rows below a frozen head."""

    def __init__(self, out: Any, sheet: str, columns: Sequence[Column[Any]], labels: Labels | None) -> None:
        self.columns, self.labels, self.row = columns, labels, 0
        self.book = xlsxwriter.Workbook(out, {"constant_memory": True})
        self.sheet = self.book.add_worksheet(sheet)
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.money: dict[tuple[int, bool], Any] = {}
        self._head()

    def _head(self) -> None:
        style = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#0F4C5C", "text_wrap": True, "valign": "vcenter"}
        head = self.book.add_format(style)
        self.sheet.freeze_panes(1, 0)
        for index, column in enumerate(self.columns):
            self.sheet.set_column(index, index, column.width)
            self.sheet.write_string(0, index, column.heading if self.labels else column.name, head)

    def add(self, cells: Sequence[Cell], bold: bool = False) -> None:
        """One more row."""
        self.row += 1
        if self.row > _MOST_ROWS:
            raise Refused(Text("La lista tiene más filas de las que admite Excel. Usa CSV o filtra por fechas."))
        for index, (column, cell) in enumerate(zip(self.columns, cells, strict=True)):
            self._write(index, in_words(cell, column.name, self.labels) if self.labels else cell, bold)

    def _write(self, index: int, cell: Cell, bold: bool) -> None:
        sheet, row = self.sheet, self.row
        if cell is None:
            return
        if isinstance(cell, bool):
            sheet.write_boolean(row, index, cell)
        elif isinstance(cell, Decimal | int) and len(Decimal(cell).as_tuple().digits) <= _EXACT_DIGITS:
            sheet.write_number(row, index, cell, self._money(cell, bold) if isinstance(cell, Decimal) else None)
        elif isinstance(cell, date) and cell >= _FIRST_DATE:
            sheet.write_datetime(row, index, cell, self.day)
        else:
            sheet.write_string(row, index, str(cell)[:_MOST_TEXT], self.bold if bold else None)

    def _money(self, amount: Decimal, bold: bool) -> Any:
        places = max(0, -int(amount.as_tuple().exponent))
        if (places, bold) not in self.money:
            pattern = "#,##0" + ("." + "0" * places if places else "")
            self.money[places, bold] = self.book.add_format({"num_format": pattern, "bold": bold})
        return self.money[places, bold]

    def filter(self) -> None:
        """Filter buttons over the rows so far."""
        self.sheet.autofilter(0, 0, max(self.row, 1), len(self.columns) - 1)

    def close(self) -> None:
        """Finish the file."""
        self.book.close()


def write_xlsx(
    sheet: str,
    columns: Sequence[Column[R]],
    rows: Iterable[R],
    out: BinaryIO,
    labels: Labels | None,
    totals: bool = False,
    told: Mapping[str, str] | None = None,
) -> int:
    """Write a workbook of one sheet to `out`, which stays open; returns how many rows.

    With `totals`, the sums of the money columns follow at the end, one row for each currency. Nothing
    reaches `out` unless all rows do. `told`: the file's properties, as xlsxwriter names them.
    """
    with TemporaryFile() as scratch:
        table = XlsxTable(scratch, sheet, columns, labels)
        table.book.set_properties(dict(told or {}))
        try:
            sums = _fill(table, rows)
            count = table.row
            for currency in sorted(sums) if totals else ():
                _total(table, currency, sums[currency])
        finally:
            table.close()
        scratch.seek(0)
        copyfileobj(scratch, out)
    return count


def _fill(table: XlsxTable, rows: Iterable[R]) -> dict[str, dict[str, Cell]]:
    """Write the rows; gives the sums of the money columns by currency."""
    sums: dict[str, dict[str, Cell]] = {}
    for row in rows:
        cells: dict[str, Cell] = {column.name: column.value(row) for column in table.columns}
        table.add(list(cells.values()))
        _add_up(sums.setdefault(str(cells["currency"]), {}), table.columns, cells)
    table.filter()
    return sums


def _total(table: XlsxTable, currency: str, sums: dict[str, Cell]) -> None:
    word = table.labels.gettext("Total") if table.labels else "total"
    named: dict[str, Cell] = {table.columns[1].name: word, "currency": currency, **sums}
    table.add([named.get(column.name) for column in table.columns], bold=True)


def _add_up(sums: dict[str, Cell], columns: Sequence[Column[Any]], cells: dict[str, Cell]) -> None:
    for column in columns:
        amount, before = cells[column.name], sums.get(column.name, Decimal(0))
        if column.shape is Shape.MONEY and isinstance(amount, Decimal) and isinstance(before, Decimal):
            sums[column.name] = before + amount
