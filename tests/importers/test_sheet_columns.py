import re
from pathlib import Path

import pytest

from portal.importers.sheet_columns import BALANCES, DOCUMENTS, Column
from portal.importers.sheets import MOST_ROWS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "spreadsheets.md").read_text(encoding="utf-8")


def table(heading: str) -> list[str]:
    """The rows of the table under a heading of the page."""
    lines = PAGE.split(f"## {heading}", 1)[1].split("\n## ", 1)[0].splitlines()
    return [line for line in lines if line.startswith("| ")][2:]


def line(column: Column) -> str:
    must = "yes" if column.required else ""
    return f"| {column.spanish} | {column.english} | {must} | {column.meaning} | {', '.join(column.aliases)} |"


@pytest.mark.parametrize(("heading", "columns"), [("Documents", DOCUMENTS), ("Balances", BALANCES)])
def test_the_page_lists_the_columns_that_are_read(heading: str, columns: tuple[Column, ...]) -> None:
    assert table(heading) == [line(column) for column in columns]


def test_the_page_names_the_limit_of_rows_and_every_example() -> None:
    assert f"{MOST_ROWS:,} rows" in PAGE
    linked = set(re.findall(r"\(examples/([a-z]+\.\w+)\)", PAGE))
    assert linked == {path.name for path in (DOCS / "examples").iterdir() if path.suffix in {".csv", ".xlsx"}}
