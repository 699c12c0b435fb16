"""Files around an import: what was refused, as CSV, and empty sheets to fill in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Protocol

import xlsxwriter

from portal.render.columns import Computed, Shape
from portal.render.csv_file import write_rows
from portal.render.labels import Labels
from portal.render.place_words import place_words
from portal.text import Text


class Refusal(Protocol):
    @property
    def file(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def reason(self) -> Text | None: ...


class Heading(Protocol):
    @property
    def spanish(self) -> str: ...
    @property
    def english(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def required(self) -> bool: ...


def refused_csv(rows: Iterable[Refusal], out: BinaryIO, labels: Labels) -> int:
    """Write the rows; returns how many."""
    text = Shape.TEXT
    columns: tuple[Computed[Refusal], ...] = (
        Computed("file", labels.say(Text("Archivo")), 32, text, lambda row: row.file),
        Computed("place", labels.say(Text("Dónde")), 32, text, lambda row: place_words(row.place, labels)),
        Computed("reason", labels.say(Text("Por qué")), 80, text, lambda row: _said(row.reason, labels)),
    )
    return write_rows(columns, rows, out, labels)


def _said(reason: Text | None, labels: Labels) -> str:
    return labels.say(reason) if reason else ""


def empty_sheet(title: str, columns: Iterable[Heading], out: BinaryIO, labels: Labels) -> None:
    """A workbook with the headings that the import knows, those that must be there in bold."""
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title[:31])
        must, may = book.add_format({"bold": True, "bg_color": "#CBE2E7"}), book.add_format({"bg_color": "#F3F6F7"})
        for index, column in enumerate(columns):
            heading = column.english if labels.language == "en" else column.spanish
            sheet.write_string(0, index, heading, must if column.required else may)
            sheet.set_column(index, index, max(14, len(heading) + 2))
            sheet.write_comment(0, index, column.meaning, {"width": 260, "height": 90})
        sheet.freeze_panes(1, 0)
