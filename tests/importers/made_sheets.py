"""Sheets for tests, made in memory, and what the reader says of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

from portal.domain.documents import Facts
from portal.domain.parties import Party
from portal.importers.found import Found, Problem, StatedBalance
from portal.importers.sheet_cells import Row
from portal.importers.sheets import read_sheet

ISSUER = Party("CO", "31", "900555111", "Ferretería El Tornillo SAS", "6")
HEADINGS = ("tipo", "número", "cliente NIT", "fecha", "total")
INVOICE = ("factura", "FE-1", "900123456-8", "2026-01-05", "1190000.00")
TEXT_COLUMN = 2  # of made XLSX: ids stay texts


def csv_bytes(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def sheet(*rows: Sequence[str], **extra: str) -> bytes:
    """A CSV with the usual headings and rows; `extra` adds columns with one value for all rows."""
    titles = [title.replace("_", " ") for title in extra]
    return csv_bytes((*HEADINGS, *titles), *((*row, *extra.values()) for row in rows or (INVOICE,)))


def xlsx_bytes(
    *rows: Sequence[Any], fill: Callable[[Any, Any], None] | None = None, names: Sequence[str] = ("a",)
) -> bytes:
    """Rows as the first sheet of an XLSX; `fill` gets the book and that sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheets = [book.add_worksheet(name) for name in names]
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                write = sheets[0].write_string if isinstance(value, str) else sheets[0].write
                write(number, column, value)
        if fill:
            fill(book, sheets[0])
    return file.getvalue()


def repacked(data: bytes, **replaced: bytes) -> bytes:
    """A ZIP with some members replaced; a member's name is written with __ for / and _dot_ for the dot."""
    new = {name.replace("__", "/").replace("_dot_", "."): content for name, content in replaced.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in dict.fromkeys([*old.namelist(), *new]):
            package.writestr(name, new.get(name) if name in new else old.read(name))
    return file.getvalue()


def read(data: bytes, issuer: Party | None = ISSUER) -> list[Found | StatedBalance | Problem]:
    return list(read_sheet("hoja", data, issuer))


def facts(data: bytes, issuer: Party | None = ISSUER) -> list[Facts]:
    """The facts in a sheet that has no problems."""
    found = read(data, issuer)
    assert all(isinstance(one, Found) for one in found), found
    return [one.facts for one in found if isinstance(one, Found)]


def problem(data: bytes, issuer: Party | None = ISSUER) -> tuple[str, str]:
    """Place and sentence of the one problem in a sheet."""
    (one,) = (one for one in read(data, issuer) if isinstance(one, Problem))
    return one.place, str(one.reason)


def row(**cells: Any) -> Row:
    """Row 2 of a sheet with just these columns."""
    names = list(cells)
    return Row(2, tuple(cells.values()), {name: i for i, name in enumerate(names)}, {name: name for name in names})
