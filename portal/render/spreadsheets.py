"""The documents list and the statement of account as files for spreadsheet programs.

`labels` gives headings and closed words in the reader's language; None gives the names and codes that
docs/exports.md lists. Every function writes to `out`, leaves it open, and returns the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from portal.domain.issued import Stamp
from portal.domain.statement import Statement
from portal.render.columns import document_columns, statement_columns
from portal.render.csv_file import write_csv
from portal.render.labels import Labels
from portal.render.rows import DocumentRow
from portal.render.statement_rows import statement_rows
from portal.render.xlsx_file import write_xlsx


def documents_csv(rows: Iterable[DocumentRow], out: BinaryIO, labels: Labels | None = None) -> int:
    """The documents list as CSV."""
    return write_csv(document_columns(labels or Labels()), rows, out, labels)


def documents_xlsx(rows: Iterable[DocumentRow], out: BinaryIO, labels: Labels | None = None) -> int:
    """The documents list as XLSX, with totals by currency at the end; refused beyond Excel's rows."""
    sheet = labels.gettext("Documentos") if labels else "documents"
    return write_xlsx(sheet, document_columns(labels or Labels()), rows, out, labels, totals=True)


def statement_csv(statement: Statement, out: BinaryIO, labels: Labels | None = None) -> int:
    """The statement of account as CSV."""
    return write_csv(statement_columns(labels or Labels()), statement_rows(statement), out, labels)


def statement_xlsx(
    statement: Statement, out: BinaryIO, labels: Labels | None = None, stamp: Stamp | None = None
) -> int:
    """The statement of account as XLSX; an issued one has its number and fingerprint in the file's properties."""
    sheet = labels.gettext("Estado de cuenta") if labels else "statement"
    told = (
        {"title": f"{sheet} {stamp.number}", "subject": stamp.fingerprint, "comments": stamp.address} if stamp else {}
    )
    return write_xlsx(sheet, statement_columns(labels or Labels()), statement_rows(statement), out, labels, told=told)
