"""docs/payments-cases.md has all 65 cases and names tests that are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOLD = (ROOT / "docs" / "payments-cases.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (.+) \| (.+) \|$", TOLD, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", TOLD)))
CASES = ROOT / "tests" / "app" / "payments" / "cases"


def names_in(path: Path) -> set[str]:
    body = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {one.name for one in body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}


def test_every_case_has_a_row_that_names_a_test() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 66))
    assert all("`tests/" in shown for _, _, shown in ROWS)


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_shows_a_case_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert name in names_in(ROOT / path)


def test_every_test_that_is_called_after_a_case_stands_in_its_row() -> None:
    shown = {int(number): names for number, _, names in ROWS}
    for path in CASES.glob("test_*.py"):
        for name in names_in(path):
            for number in re.findall(r"_(\d\d)_", name):
                assert name in shown[int(number)]
