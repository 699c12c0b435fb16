from pathlib import Path

import pytest
from click.testing import CliRunner

from workers.__main__ import main


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    monkeypatch.delenv("PORTAL_REDIS_URL", raising=False)
    return CliRunner()


def test_without_redis_it_says_what_to_set(runner: CliRunner) -> None:
    answer = runner.invoke(main, [])
    assert answer.exit_code == 1 and "PORTAL_REDIS_URL must be set" in answer.output


def test_an_unknown_queue_is_refused_by_name(runner: CliRunner) -> None:
    answer = runner.invoke(main, ["paymints"])
    assert answer.exit_code == 2 and "paymints" in answer.output and "payments" in answer.output
