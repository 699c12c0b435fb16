"""The layers hold; and the contracts that say so would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
MODULES = (
    "workers",
    "portal/ui",
    "portal/web",
    "portal/cli",
    "portal/bootstrap",
    "portal/app",
    *(f"portal/{name}" for name in ("ledger", "views", "importers", "render", "providers", "mail", "files")),
    *(f"portal/{name}" for name in ("ports", "domain", "config", "errors", "clock", "text", "sealing")),
)


def lint(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(LINT, cwd=directory, capture_output=True, text=True, check=False)


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """An empty house with the portal's packages and the portal's contracts."""
    for module in ("portal", *MODULES):
        (tmp_path / module).mkdir(exist_ok=True)
        (tmp_path / module / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold() -> None:
    answer = lint(ROOT)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_an_empty_house_keeps_its_contracts(skeleton: Path) -> None:
    answer = lint(skeleton)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("portal/domain", "portal.ledger"),
        ("portal/ledger", "portal.views"),
        ("portal/providers", "portal.mail"),
        ("portal/app", "portal.bootstrap"),
        ("portal/web", "portal.ui"),
        ("portal/cli", "workers"),
        ("portal/ports", "portal.app"),
        ("portal/config", "portal.domain"),
        ("portal/domain", "sqlalchemy"),
        ("portal/app", "streamlit"),
        ("workers", "streamlit"),
    ],
)
def test_a_planted_import_breaks_a_contract(skeleton: Path, module: str, imported: str) -> None:
    (skeleton / module / "planted.py").write_text(f"import {imported}\n")
    answer = lint(skeleton)
    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout


@pytest.mark.parametrize(
    ("line", "banned"),
    [
        ("import sqlalchemy", "sqlalchemy"),
        ("from portal.ledger import uow", "portal.ledger"),
        ("import streamlit as st\n\nst.session_state.user = 1", "streamlit.session_state"),
        ("import streamlit as st\n\nst.download_button()", "streamlit.download_button"),
    ],
)
def test_a_page_can_not_reach_around_its_layer(tmp_path: Path, line: str, banned: str) -> None:
    (tmp_path / "pages").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copy(ROOT / "pages" / "ruff.toml", tmp_path / "pages")
    (tmp_path / "pages" / "planted.py").write_text(f"{line}\n")
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "TID251", "pages"]
    answer = subprocess.run(ruff, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert f"`{banned}` is banned" in answer.stdout
