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
SUBJECTS = {
    "Who sees what: probes, sessions, files": ("tests/isolation",),
    "Ways in: guesses, times, storms, limits, starts": ("tests/app/accounts", "tests/web"),
    "Hostile texts in a browser": ("tests/browser",),
    "Kills": ("tests/durability",),
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
    ("The views' tests on the next DuckDB", (*PYTEST, "tests/views"), {"PYTHONPATH": str(NEXT_DUCKDB)}),
)


def main() -> None:
    install = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--upgrade")
    subprocess.run([*install, "--target", str(NEXT_DUCKDB), "duckdb>=2,<3"], check=True)
    told = [f"# The nightly run\n\nMade by `make nightly` on {datetime.now(UTC):%Y-%m-%d}: {machine()}\n"]
    ended = [_run(told, *run) for run in RUNS]
    OUT.write_text("\n".join(told), encoding="utf-8")
    print(f"written to {OUT}")
    sys.exit(max(ended))


def _run(told: list[str], title: str, command: tuple[str, ...], more: dict[str, str]) -> int:
    """Run one of them; keeps its figures, its failures and its last line."""
    print(f"== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=os.environ | more, capture_output=True, text=True, check=False)
    print(done.stdout[-4_000:], done.stderr[-2_000:], flush=True)
    lines = done.stdout.strip().splitlines()
    kept = [line for line in lines if line.startswith(("figure: ", "random choices: ", "FAILED", "ERROR"))]
    minutes = (time.monotonic() - started) / 60
    body = "\n".join(
        [*(f"- {line.removeprefix('figure: ')}" for line in kept), f"- {lines[-1] if lines else 'no answer'}"]
    )
    told.append(f"## {title}\n\n{body} ({minutes:.1f} minutes)\n")
    return 0 if done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED else int(done.returncode)


if __name__ == "__main__":
    main()
