"""docs/security.md names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOLD = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)+)`", TOLD)))


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_shows_a_claim_exists(named: str) -> None:
    path, *names = named.split("::")
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    for name in names:
        (found,) = [one for one in body if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name]
        body = found.body


def test_every_row_is_shown_by_a_test() -> None:
    rows = [line for line in TOLD.partition("## Limits")[0].splitlines() if line.startswith("| ") and "---" not in line]
    claims = [row for row in rows if not row.startswith("| claim")]
    assert len(claims) > 20 and all("`tests/" in row for row in claims)
