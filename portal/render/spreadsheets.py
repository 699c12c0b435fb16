"""The statement of account as files for spreadsheet programs.

`labels` gives headings and closed words in the reader's language; None gives the names and codes that
docs/exports.md lists. Every function writes to `out`, leaves it open, and returns the number of rows.
"""

from __future__ import annotations

from typing import BinaryIO

from portal.domain.issued import Stamp
from portal.domain.statement import Statement
from portal.render.cells import of_rows
from portal.render.columns import statement_columns
from portal.render.csv_file import write_csv
from portal.render.labels import Labels
from portal.render.statement_rows import statement_rows
from portal.render.xlsx_file import write_xlsx


def statement_csv(statement: Statement, out: BinaryIO, labels: Labels | None = None) -> int:
    """The statement of account as CSV."""
    columns = statement_columns(labels or Labels())
    return write_csv(columns, of_rows(columns, statement_rows(statement)), out, labels)


def statement_xlsx(
    statement: Statement, out: BinaryIO, labels: Labels | None = None, stamp: Stamp | None = None
) -> int:
    """The statement of account as XLSX; an issued one has its number and fingerprint in the file's properties."""
    columns = statement_columns(labels or Labels())
    title = labels.gettext("Estado de cuenta") if labels else "statement"
    told = (
        {"title": f"{title} {stamp.number}", "subject": stamp.fingerprint, "comments": stamp.address} if stamp else {}
    )
    return write_xlsx(title, columns, of_rows(columns, statement_rows(statement)), out, labels, told=told).rows
