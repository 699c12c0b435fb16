"""Which row holds the headings, which column stands where, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from portal.domain.folding import fold_text
from portal.importers.sheet_cells import Cell
from portal.importers.sheet_columns import BALANCES, DOCUMENTS, Column, fold_heading
from portal.text import Text

_FEWEST = 2  # a row with fewer known headings is not taken for a row of headings


@dataclass(frozen=True, slots=True)
class Heading:
    """The row of headings. `index`: column name → position; `titles`: column name → heading as written."""

    row: int
    width: int
    columns: tuple[Column, ...]
    index: dict[str, int]
    titles: dict[str, str]
    repeated: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def holds_balances(self) -> bool:
        return self.columns is BALANCES

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required and column.name not in self.index)

    @property
    def complete(self) -> bool:
        return not self.missing


def read_heading(row: int, cells: Sequence[Cell]) -> Heading | None:
    """The headings in these cells, or None when they are not headings."""
    written = {position: cell.strip() for position, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()}
    folded = {position: fold_heading(text) for position, text in written.items()}
    columns = _columns_for(set(folded.values()))
    places = {column.name: found for column in columns if (found := _places(column, folded))}
    if len(places) < _FEWEST:
        return None
    known = frozenset().union(*map(_all_names, columns))
    return Heading(
        row,
        len(cells),
        columns,
        index={name: found[0] for name, found in places.items()},
        titles={name: written[found[0]] for name, found in places.items()},
        repeated=tuple(written[found[1]] for found in places.values() if len(found) > 1),
        unknown=tuple(text for position, text in written.items() if folded[position] and folded[position] not in known),
    )


def heading_problem(heading: Heading) -> Text | None:
    """Why these headings can't be used, if so: a column twice, or a mandatory one missing (near misses named)."""
    if heading.repeated:
        return Text("La columna «{column}» está dos veces: deja solo una.", column=heading.repeated[0])
    if heading.complete:
        return None
    missing = ", ".join(f"«{column.spanish}»" for column in heading.missing)
    near = _near_misses(heading)
    if near:
        return Text(
            "Faltan las columnas {missing}: escribe sus encabezados como en la lista de docs/spreadsheets.md "
            "(parecidos: {near}).",
            missing=missing,
            near=near,
        )
    return Text("Faltan las columnas {missing}: agrégalas según la lista de docs/spreadsheets.md.", missing=missing)


@lru_cache(maxsize=64)
def _names(column: Column) -> tuple[frozenset[str], frozenset[str]]:
    """The column's own headings, which win, and the other ones taken for it."""
    own = frozenset(map(fold_heading, (column.spanish, column.english)))
    return own, frozenset(map(fold_heading, column.aliases)) - own


def _all_names(column: Column) -> frozenset[str]:
    return frozenset().union(*_names(column))


def _places(column: Column, folded: dict[int, str]) -> list[int]:
    """The positions of a column's own headings; of the other ones only where there is none."""
    own, others = ([p for p, text in folded.items() if text in names] for names in _names(column))
    return own or others


def _columns_for(headings: set[str]) -> tuple[Column, ...]:
    """A sheet of balances has a balance and neither kind nor total."""
    stated = {column.name for column in BALANCES if headings & _all_names(column)}
    documents = {column.name for column in DOCUMENTS if headings & _all_names(column)}
    return BALANCES if "outstanding" in stated and not documents & {"kind", "total"} else DOCUMENTS


def _near_misses(heading: Heading) -> str:
    pairs = ((_near_miss(column, heading.unknown), column) for column in heading.missing)
    return ", ".join(f"«{text}» por «{column.spanish}»" for text, column in pairs if text)


def _near_miss(column: Column, unknown: tuple[str, ...]) -> str | None:
    """An unknown heading that shares all words of one of the column's headings, or is spelt almost like it."""
    folded = {fold_heading(text): text for text in unknown}
    for name in column.headings:
        for text in unknown:
            if _words(text) <= _words(name) or _words(name) <= _words(text):
                return text
        if close := get_close_matches(fold_heading(name), folded, n=1, cutoff=0.8):
            return folded[close[0]]
    return None


def _words(heading: str) -> set[str]:
    return set(re.findall("[0-9a-z]+", fold_text(heading)))
