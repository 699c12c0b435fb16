"""Spreadsheets of documents or of balances, CSV and XLSX: bytes in; documents, balances and problems out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from portal.domain.folding import fold_number
from portal.domain.parties import Party
from portal.errors import Refused
from portal.importers.csv_rows import csv_tables
from portal.importers.found import Found, Problem, StatedBalance
from portal.importers.json_rows import json_table
from portal.importers.sheet_cells import LAST_ROW, RefusedAt, Row, Table
from portal.importers.sheet_headings import Heading, heading_problem, read_heading
from portal.importers.sheet_rows import read_balance, read_document
from portal.importers.sheet_styles import Styles
from portal.importers.xlsx_package import other_format
from portal.importers.xlsx_rows import xlsx_tables
from portal.text import Text

MOST_ROWS = 100_000
HEADING_WITHIN = 10  # rows
_OLE = b"\xd0\xcf\x11\xe0"  # XLS, and any workbook with a password
_ZIP = b"PK\x03\x04"


def read_sheet(name: str, data: bytes, issuer: Party | None) -> Iterator[Found | StatedBalance | Problem]:
    """Read a CSV or XLSX row by row; nothing is raised, what is wrong comes out as a Problem with its place.

    `issuer` issued the documents of rows that don't name one. Of a workbook, the first visible sheet with
    known headings is read. The columns and rules: docs/spreadsheets.md.
    """
    try:
        yield from _read(name, data, issuer)
    except RefusedAt as refused:
        yield Problem(name, refused.place, refused.text)
    except Refused as refused:
        yield Problem(name, "", refused.text)


def _read(name: str, data: bytes, issuer: Party | None) -> Iterator[Found | StatedBalance | Problem]:
    table, heading = _find_heading(_tables(name, data))
    if wrong := heading_problem(heading):
        raise RefusedAt(wrong, f"fila {heading.row}")
    if issuer is None and "issuer_id" not in heading.index:
        raise Refused(
            Text("No se sabe quién emite: agrega las columnas «emisor NIT» y «emisor nombre», o importa con --issuer.")
        )
    read, style_of = read_balance if heading.holds_balances else read_document, Styles(table, heading).of
    seen: dict[str, int] = {}
    for row in _data_rows(table, heading):
        try:
            _refuse_overflow(row, heading.width)
            found = read(row, name, issuer, style_of)
            _refuse_twice(seen, row, found)
            yield found
        except RefusedAt as refused:
            yield Problem(name, refused.place, refused.text)


def _tables(name: str, data: bytes) -> Sequence[Table]:
    if not data:
        raise Refused(Text("El archivo está vacío: guárdalo de nuevo con sus filas."))
    if name.lower().endswith(".json"):
        return [json_table(data)]
    if data.startswith(_OLE):
        raise other_format()
    return xlsx_tables(data) if data.startswith(_ZIP) else csv_tables(data)


def _find_heading(tables: Sequence[Table]) -> tuple[Table, Heading]:
    """The first table with all mandatory headings, else the one with most known ones; refused if none has any."""
    best: tuple[Table, Heading] | None = None
    unreadable: Refused | None = None
    for table in tables:
        try:
            for number, cells in islice(table.rows(), HEADING_WITHIN):
                heading = read_heading(number, cells)
                if heading and (best is None or _rank(heading) > _rank(best[1])):
                    best = table, heading
                if heading and heading.complete:
                    return table, heading
        except Refused as refused:
            unreadable = unreadable or refused
    if best is not None:
        return best
    raise unreadable or Refused(
        Text(
            "No hay encabezados conocidos en las primeras {rows} filas: escribe los de la lista de "
            "docs/spreadsheets.md.",
            rows=HEADING_WITHIN,
        )
    )


def _rank(heading: Heading) -> tuple[bool, int]:
    return heading.complete, len(heading.index)


def _data_rows(table: Table, heading: Heading) -> Iterator[Row]:
    count = 0
    memory: dict[object, object] = {}
    for number, cells in table.rows():
        row = Row(number, cells, heading.index, heading.titles, memory)
        if number <= heading.row or (row.blank and number <= LAST_ROW):
            continue
        count += 1
        if count > MOST_ROWS or number > LAST_ROW:
            raise RefusedAt(
                Text(
                    "El archivo tiene más de {limit} filas: divídelo, repite el encabezado en cada parte e impórtalas "
                    "una tras otra.",
                    limit=MOST_ROWS,
                ),
                f"fila {number}",
            )
        yield row


def _refuse_twice(seen: dict[str, int], row: Row, found: Found | StatedBalance) -> None:
    if isinstance(found, Found):
        key = f"{found.facts.issuer.tax_id} {found.facts.kind} {found.facts.folded_number}"
    else:
        key = f"{found.issuer_tax_id} {found.kind} {fold_number(found.number)}"
    first = seen.setdefault(key, row.number)
    if first != row.number:
        raise row.refusal(
            "number", Text("El documento ya está en la fila {first}: deja una sola de las dos.", first=first)
        )


def _refuse_overflow(row: Row, width: int) -> None:
    """Text beyond the last heading: a delimiter inside a value has pushed the cells to the right."""
    if len(row.cells) > width and any(isinstance(cell, str) and cell.strip() for cell in row.cells[width:]):
        raise RefusedAt(
            Text("La fila tiene más celdas que el encabezado: pon entre comillas los valores que llevan el separador."),
            f"fila {row.number}",
        )
