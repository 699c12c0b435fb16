"""How each column of amounts writes its decimals: found by one look at the whole column, only when needed."""

from __future__ import annotations

from collections.abc import Iterator

from portal.importers.sheet_amounts import Style, column_style
from portal.importers.sheet_cells import Table
from portal.importers.sheet_headings import Heading
from portal.importers.sheet_references import amounts_in


class Styles:
    """The styles of one table. Most tables never ask: numbers without thousands are clear by themselves."""

    def __init__(self, table: Table, heading: Heading) -> None:
        self._table = table
        self._heading = heading
        self._known: dict[str, Style | None] = {}

    def of(self, column: str) -> Style | None:
        """The style of a column, None if nothing in it is clear or its clear amounts differ."""
        if column not in self._known:
            self._known[column] = column_style(self._texts(column))
        return self._known[column]

    def _texts(self, column: str) -> Iterator[str]:
        position = self._heading.index[column]
        for number, cells in self._table.rows():
            cell = cells[position] if number > self._heading.row and position < len(cells) else None
            if isinstance(cell, str):
                yield from amounts_in(cell) if column == "applies_to" else (cell.strip(),)
