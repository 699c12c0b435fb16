import logging
import re
from pathlib import Path

import pytest

from tests.web.https_portal import https_portal


def test_what_nobody_foresaw_is_a_calm_page_whose_reference_is_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with https_portal(tmp_path) as (_, browser), caplog.at_level(logging.ERROR):
        answer = browser.get("/l/-broken")
    assert answer.status_code == 500 and answer.headers["content-type"].startswith("text/html")
    assert not re.search(r"SELECT|RuntimeError|Traceback|/var/lib", answer.text)
    found = re.search(r"referencia ([2-9A-Z]{8})\.", answer.text)
    assert found and f"reference {found[1]}" in caplog.text and "RuntimeError" in caplog.text


def test_a_foreseen_error_says_its_own_sentence_and_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with https_portal(tmp_path) as (_, browser):
        answer = browser.get("/l/-missing", headers={"Accept-Language": "en"})
    assert answer.status_code == 404 and "We can&#x27;t find what you are looking for" in answer.text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_two_failures_have_two_references(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (_, browser):
        assert browser.get("/l/-broken").text != browser.get("/l/-broken").text


def test_a_lost_ledger_is_calm_too_and_lets_nobody_in(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (portal, browser):
        with portal.ledger.engine.begin() as conn:
            conn.exec_driver_sql("DROP TABLE sessions")
        browser.cookies.set("__Host-portal", "x" * 43, domain="portal.example", path="/")
        answer = browser.get("/")
        assert answer.status_code == 500 and "sessions" not in answer.text
