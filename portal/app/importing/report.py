"""What an import tells: what came in, what was known, what was refused and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.domain.documents import Facts
from portal.domain.money import plain
from portal.importers.found import Problem

ROWS_SHOWN = 1_000  # a spreadsheet above this reports counts instead of rows


@dataclass(frozen=True, slots=True)
class Row:
    """One document in the report; the words are the command line's contract."""

    file: str
    kind: str
    issuer: str
    customer: str
    number: str
    total: str
    currency: str

    @classmethod
    def of(cls, facts: Facts, file: str) -> Row:
        total = plain(facts.total_minor, facts.currency)
        return cls(file, facts.kind, facts.issuer.tax_id, facts.customer.tax_id, facts.number, total, facts.currency)


@dataclass
class ImportReport:
    """Rows per outcome; counts hold what is not listed row by row."""

    imported: list[Row] = field(default_factory=list)
    enriched: list[Row] = field(default_factory=list)
    duplicates: list[Row] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)  # by spreadsheet: outcome → rows

    def count(self, file: str, outcome: str, rows: int = 1) -> None:
        """Count rows of a spreadsheet instead of listing them."""
        by_outcome = self.counts.setdefault(file, {})
        by_outcome[outcome] = by_outcome.get(outcome, 0) + rows

    def total(self, outcome: str) -> int:
        """How many documents had this outcome, listed or counted."""
        return len(getattr(self, outcome, ())) + sum(c.get(outcome, 0) for c in self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The contract's JSON."""
        listed = {
            name: [_fields(row) for row in getattr(self, name)] for name in ("imported", "enriched", "duplicates")
        }
        told = {name: [_told(p) for p in getattr(self, name)] for name in ("warnings", "problems")}
        return {**listed, **told, **({"counts": self.counts} if self.counts else {})}


def _fields(row: Row) -> dict[str, str]:
    return {name: getattr(row, name) for name in Row.__dataclass_fields__}


def _told(problem: Problem) -> dict[str, str]:
    return {"file": problem.file, "place": problem.place, "reason": str(problem.reason)}
