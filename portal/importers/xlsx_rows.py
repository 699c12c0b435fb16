"""Rows of an XLSX, one at a time. Formulas are never computed: their saved results are read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from portal.errors import Refused
from portal.importers.sheet_cells import LAST_ROW, Cell, Uncomputed
from portal.importers.xlsx_package import check_package
from portal.text import Text

MOST_COLUMNS = 256  # columns further to the right are not looked at

warnings.filterwarnings("ignore", module="openpyxl")  # it tells of charts and validations it will not keep


@dataclass(frozen=True, slots=True)
class XlsxTable:
    """One sheet. `formulas` is the same sheet with its formulas, where there are any."""

    values: Any
    formulas: Any | None

    def rows(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Rows as Excel numbers them; cells are values, or `Uncomputed`."""
        with _translated():
            yield from enumerate(_computed(self.values, self.formulas) if self.formulas else _plain(self.values), 1)


def xlsx_tables(data: bytes) -> list[XlsxTable]:
    """The visible sheets of a workbook, in order. Raises Refused if it can't be read or unpacks into too much."""
    with _translated():
        has_formulas = check_package(data)
        values = _worksheets(data, data_only=True)
        formulas = _worksheets(data, data_only=False) if has_formulas else [None] * len(values)
        pairs = zip(values, formulas, strict=True)
        return [XlsxTable(sheet, twin) for sheet, twin in pairs if sheet.sheet_state == "visible"]


def _worksheets(data: bytes, data_only: bool) -> list[Any]:
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)
    return list(workbook.worksheets)


def _plain(sheet: Any, values_only: bool = True) -> Iterator[tuple[Any, ...]]:
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(
        min_row=1, max_row=LAST_ROW, min_col=1, max_col=MOST_COLUMNS, values_only=values_only
    )
    return rows


def _computed(values: Any, formulas: Any) -> Iterator[tuple[Cell, ...]]:
    """The rows of `values`; a formula without a saved result is told from an empty cell by its twin in `formulas`."""
    for number, (cells, written) in enumerate(zip(_plain(values, values_only=False), _plain(formulas), strict=True), 1):
        row: list[Cell] = [cell.value for cell in cells]
        for position, formula in enumerate(written):
            # a result that is an empty text has the type 'str'
            if formula is not None and row[position] is None and cells[position].data_type != "str":
                row[position] = Uncomputed(f"{get_column_letter(position + 1)}{number}")
        yield tuple(row)


@contextmanager
def _translated() -> Iterator[None]:
    """A broken file makes zipfile, the XML parsers and openpyxl raise almost anything: one sentence for all of it."""
    try:
        yield
    except Refused:
        raise
    except Exception as broken:
        raise Refused(
            Text("El archivo XLSX está dañado o incompleto: ábrelo en Excel y guárdalo de nuevo como XLSX o CSV.")
        ) from broken
