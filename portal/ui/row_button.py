"""A button in the rows of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.text import Text


@dataclass(frozen=True, slots=True)
class Button:
    """`rows` says in which rows it stands, in all unless given; a `strong` one is what most people come for."""

    name: Text
    rows: Sequence[bool] | None = None
    strong: bool = False

    def stands_in(self, row: int) -> bool:
        """Whether this row has it."""
        return self.rows is None or self.rows[row]
