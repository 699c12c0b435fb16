from pathlib import Path

from tests.web.https_portal import https_portal


def test_a_whole_portal_is_alive_and_ready(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (_, browser):
        assert browser.get("/healthz").json() == {"alive": True}
        answer = browser.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


def test_a_portal_on_an_old_schema_is_alive_but_not_ready_and_says_why(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (portal, browser):
        with portal.ledger.engine.begin() as conn:
            conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        assert browser.get("/healthz").status_code == 200
        answer = browser.get("/readyz")
        assert answer.status_code == 503
        assert answer.json() == {"ready": False, "reasons": ["ledger: schema is not the newest, run migrate"]}


def test_a_lost_ledger_is_told_without_its_address(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (portal, browser):
        portal.ledger.engine.dispose()
        for file in tmp_path.glob("ledger.sqlite*"):
            file.unlink()
        (tmp_path / "ledger.sqlite").mkdir()
        answer = browser.get("/readyz")
        assert answer.status_code == 503 and "ledger: unreachable" in answer.json()["reasons"]
        assert str(tmp_path) not in answer.text


def test_many_askers_cost_one_check(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (portal, browser):
        assert browser.get("/readyz").status_code == 200
        with portal.ledger.engine.begin() as conn:
            conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
        assert browser.get("/readyz").status_code == 200
