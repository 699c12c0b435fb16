"""`make nightly`: the long tests, one after the other, and what they counted, into docs/nightly.md."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.measure.table import machine

ROOT = Path(__file__).parents[1]
OUT = ROOT / "docs" / "nightly.md"
NEXT_DUCKDB = ROOT / ".venv" / "duckdb-2"
PYTEST = (sys.executable, "-m", "pytest", "-q", "--timeout", "7200")
NIGHTLY = (*PYTEST, "-m", "nightly")
HEAD = "# The nightly run\n\nMade by `make nightly`; each part says when, how long, and on what machine.\n"
SUBJECTS = {
    "Who sees what: probes, sessions, files": ("tests/isolation",),
    "Ways in: guesses, times, storms, limits, starts": ("tests/app/accounts", "tests/web"),
    "Hostile texts in a browser": ("tests/browser",),
    "Kills": ("tests/durability",),
    "Random histories of paying": ("tests/app/payments",),
}
_TOLD = tuple(f"--ignore={folder}" for folders in SUBJECTS.values() for folder in folders)
RUNS: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    *((title, (*NIGHTLY, *folders), {}) for title, folders in SUBJECTS.items()),
    ("What else is marked nightly", (*NIGHTLY, *_TOLD), {}),
    (
        "2,000 random histories of imports and annulments through the database (SQLite)",
        (*PYTEST, "tests/app/test_histories.py"),
        {"PORTAL_HISTORIES": "2000"},
    ),
    (
        "5,000 random histories of statements: one calculation behind all renderings, and truth over time",
        (*PYTEST, "tests/app/statements/test_truth.py"),
        {"PORTAL_STATEMENTS": "5000"},
    ),
    ("The views' tests on the next DuckDB", (*PYTEST, "tests/views"), {"PYTHONPATH": str(NEXT_DUCKDB)}),
)


def main() -> None:
    """Run what is asked for by words of its title, else all; what did not run keeps its section and its date."""
    asked = [word.lower() for word in sys.argv[1:]]
    runs = [run for run in RUNS if not asked or any(word in run[0].lower() for word in asked)]
    if any("DuckDB" in title for title, _, _ in runs):
        install = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--upgrade")
        subprocess.run([*install, "--target", str(NEXT_DUCKDB), "duckdb>=2,<3"], check=True)
    told, ended = _sections(), 0
    for title, command, more in runs:
        code, told[title] = _run(title, command, more)
        ended = max(ended, code)
        kept = [f"## {one}\n\n{told[one]}" for one, _, _ in RUNS if one in told]
        OUT.write_text("\n".join([HEAD, *kept]), encoding="utf-8")
    print(f"written to {OUT}")
    sys.exit(ended)


def _sections() -> dict[str, str]:
    """What the file says of each run, by its title."""
    parts = OUT.read_text(encoding="utf-8").split("## ")[1:] if OUT.exists() else []
    return {title: body.strip() + "\n" for title, _, body in (part.partition("\n") for part in parts)}


def _run(title: str, command: tuple[str, ...], more: dict[str, str]) -> tuple[int, str]:
    """Run one of them: its exit code; its seed, figures, failures and last line."""
    print(f"== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, check=False)
    print(done.stdout[-4_000:], done.stderr[-2_000:], flush=True)
    lines = done.stdout.strip().splitlines() or ["no answer"]
    kept = [line for line in lines[:-1] if line.startswith(("figure: ", "random choices: ", "FAILED", "ERROR"))]
    minutes = (time.monotonic() - started) / 60
    when = f"{datetime.now(UTC):%Y-%m-%d}, {minutes:.1f} minutes, {machine()}"
    body = "\n".join(f"- {line.removeprefix('figure: ')}" for line in [*kept, lines[-1]])
    code = 0 if done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED else int(done.returncode)
    return code, f"{when}\n\n{body}\n"


if __name__ == "__main__":
    main()
