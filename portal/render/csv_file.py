"""CSV by RFC 4180 in UTF-8 with a byte order mark, safe to open in a spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from io import TextIOWrapper
from typing import BinaryIO

from portal.render.columns import Cell, Column, R, in_words
from portal.render.labels import Labels

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what makes a program compute a cell (OWASP, CSV injection)


def write_csv(columns: Sequence[Column[R]], rows: Iterable[R], out: BinaryIO, labels: Labels | None) -> int:
    """Write a head and the rows to `out`, which stays open; returns how many rows."""
    text = TextIOWrapper(out, "utf-8-sig", errors="replace", newline="")
    writer = csv.writer(text)
    writer.writerow([column.heading if labels else column.name for column in columns])
    count = 0
    for row in rows:
        cells = ((column.name, column.value(row)) for column in columns)
        writer.writerow([_plain(in_words(cell, name, labels) if labels else cell) for name, cell in cells])
        count += 1
    text.detach()
    return count


def _plain(cell: Cell) -> str:
    """A cell as text: numbers with a point, ISO dates; an apostrophe before text that a program would compute."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
