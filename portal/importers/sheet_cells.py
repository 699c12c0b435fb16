"""Cells of a table, whatever file it comes from, and a row of them that knows its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from portal.errors import Refused
from portal.text import Text

LONGEST_CELL = 32_767  # characters; Excel's own limit
LAST_ROW = 1_048_576  # Excel's own limit; what lies below is not read
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula whose result was not saved; `coordinate` as in 'I12'."""

    coordinate: str


Cell: TypeAlias = str | int | float | datetime | date | time | timedelta | Uncomputed | None


class Table(Protocol):
    def rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Every row from the first one, with its number as a spreadsheet shows it. May be called again.

        Raises Refused when the file can't be read on.
        """
        ...


class RefusedAt(Refused):
    """A refusal that knows its place in the file: 'fila 12, columna «total»'."""

    def __init__(self, text: Text, place: str) -> None:
        super().__init__(text)
        self.place = place


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `index` and `titles` are those of its heading; `memory` is the sheet's."""

    number: int
    cells: Sequence[Cell]
    index: dict[str, int]
    titles: dict[str, str]
    memory: dict[object, Any] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether no known column holds anything."""
        return all(self.cell(column) is None for column in self.index)

    def cell(self, column: str) -> Cell:
        """What a column holds, text without blanks around it; None where there is no column or nothing in it."""
        position = self.index.get(column)
        if position is None or position >= len(self.cells):
            return None
        cell = self.cells[position]
        if type(cell) is str:
            return cell.strip() or None
        return cell

    def get(self, column: str, read: Callable[[Cell], T]) -> T | None:
        """What `read` makes of a cell, None if it is empty; a refusal gets the place of the cell."""
        cell = self.cell(column)
        if cell is None:
            return None
        try:
            if type(cell) is not str or len(cell) > LONGEST_CELL:
                _refuse_unreadable(cell)
            return read(cell)
        except Refused as refused:
            raise self.refusal(column, refused.text) from refused

    def need(self, column: str, read: Callable[[Cell], T]) -> T:
        """Like `get`, for a cell that may not be empty."""
        value = self.get(column, read)
        if value is None:
            raise self.refusal(column, Text("La celda está vacía: llénala o borra la fila."))
        return value

    def once(self, columns: Sequence[str], read: Callable[[], T], given: str = "") -> T:
        """What `read` makes of these columns and of `given`: rows of a sheet that have them in common read once."""
        key = (columns, given, *map(self.cell, columns))
        if key not in self.memory:
            self.memory[key] = read()
        return cast(T, self.memory[key])

    def refusal(self, column: str, text: Text) -> RefusedAt:
        """A refusal placed at a column of this row."""
        return RefusedAt(text, f"fila {self.number}, columna «{self.titles.get(column, column)}»")


def _refuse_unreadable(cell: Cell) -> None:
    if isinstance(cell, str):
        raise Refused(Text("La celda tiene más de {limit} caracteres: acórtala.", limit=LONGEST_CELL))
    if isinstance(cell, Uncomputed):
        raise Refused(
            Text(
                "La celda {cell} tiene una fórmula sin resultado guardado: abre el archivo en Excel y guárdalo, "
                "o pega el valor.",
                cell=cell.coordinate,
            )
        )
