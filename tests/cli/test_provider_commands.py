"""`provider set|list|test|report|remove` in the words of the contract; a credential is never printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from portal.bootstrap import build
from portal.cli import cli
from portal.clock import BOGOTA
from portal.config import Settings
from portal.domain.payments import Standing
from portal.ledger.sandbox import pay_sandbox
from tests.factories import bring, facts

EJEMPLAR = "900100200"
SECRETS = ("prv_test_NOLODIGAS1", "test_integrity_NOLODIGAS2", "test_events_NOLODIGAS3")
WOMPI = dict(zip(("private_key", "integrity_secret", "events_secret"), SECRETS, strict=True))
WOMPI["public_key"] = "pub_test_X0zDA9xoKdePzhd8a0x9HAez7HgGO2fH"
MERCADO_PAGO = {"access_token": "TEST-7001-112312-0123456789abcdef-44444", "webhook_secret": "NOLODIGAS-0123456789"}
NOWHERE = "http://127.0.0.1:9"
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    portal = build(Settings.load())
    bring(portal, facts())
    portal.close()

    def invoke(*arguments: str, typed: str | None = None) -> Result:
        result = CliRunner().invoke(cli, ["provider", *arguments], input=typed, catch_exceptions=False)
        assert "NOLODIGAS" not in result.output
        return result

    return invoke


def set_(run: Run, credentials: Mapping[str, object] | str, *more: str, provider: str = "wompi") -> Result:
    typed = credentials if isinstance(credentials, str) else json.dumps(credentials)
    return run("set", "--issuer", EJEMPLAR, "--provider", provider, "--from-stdin", *more, typed=typed)


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_account_is_kept_and_its_notice_address_printed(run: Run) -> None:
    made = told(set_(run, WOMPI, "--json"))
    assert made["webhook"] == f"http://localhost:8501/webhooks/wompi/{made['id']}"
    assert (made["provider"], made["live"], made["enabled"], made["issuer"]) == ("wompi", False, True, EJEMPLAR)
    plain = set_(run, WOMPI).stdout
    assert str(made["id"]) in plain and made["webhook"] in plain and "pruebas" in plain
    assert [one["id"] for one in told(run("list", "--issuer", EJEMPLAR, "--json"))] == [made["id"]]
    assert "Wompi" in run("list").stdout


def test_other_keys_for_a_named_account(run: Run) -> None:
    made = told(set_(run, WOMPI, "--json"))
    other = WOMPI | {"public_key": "pub_test_OTRA0xoKdePzhd8a0x9HAez7HgGO2fH"}
    assert told(set_(run, other, "--account", str(made["id"]), "--json"))["id"] == made["id"]
    assert len(told(run("list", "--json"))) == 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "NOLODIGAS",
        '["NOLODIGAS"]',
        '{"NOLODIGAS": "NOLODIGAS"}',
        '{"public_key": ["NOLODIGAS"]}',
        '{"public_key": true}',
        json.dumps(WOMPI | {"private_key": "prv_prod_NOLODIGAS"}),
        json.dumps(WOMPI | {"private_key": "NOLODIGAS"}),
        json.dumps({"public_key": WOMPI["public_key"], "private_key": "prv_test_NOLODIGAS"}),
        "{" * 30_000,
        "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_without_what_was_given(run: Run, typed: str) -> None:
    result = set_(run, typed)
    assert result.exit_code == 1 and result.stderr.startswith("Error: ")
    assert told(run("list", "--json")) == []


def test_numbers_without_quotes_are_taken_as_they_are_written(run: Run) -> None:
    payu = {"merchant_id": 508029, "account_id": 512321, "api_key": "NOLODIGAS4Vj8eK4rloUd272L48hsrarnUA",
            "api_login": "pRRXKOl8ikMmt9u", "algorithm": "SHA256"}  # fmt: skip
    assert told(set_(run, payu, "--json", provider="payu"))["receiver"] == "508029"


def test_an_unknown_provider_or_issuer_says_the_next_step(run: Run) -> None:
    assert "wompi" in set_(run, WOMPI, provider="pesopay").stderr
    other = run("set", "--issuer", "1", "--provider", "wompi", "--from-stdin", typed=json.dumps(WOMPI))
    assert "issuer add" in other.stderr


def test_credentials_come_by_standard_input_only(run: Run) -> None:
    result = run("set", "--issuer", EJEMPLAR, "--provider", "wompi")
    assert result.exit_code == 2 and "--from-stdin" in result.stderr


def test_an_account_is_tried_and_removed(run: Run) -> None:
    made = told(set_(run, {"secret": "NOLODIGAS5"}, "--json", provider="sandbox"))
    tried = told(run("test", str(made["id"]), "--json"))
    assert (tried["ok"], "lista" in tried["found"]) == (True, True)
    assert told(run("list", "--json"))[0]["test_passed"] is True
    gone = told(run("remove", str(made["id"]), "--json"))
    assert (gone["id"], gone["removed"]) == (made["id"], True)
    assert run("remove", str(made["id"])).exit_code == 1


def test_keys_that_are_not_good_end_with_code_1(run: Run) -> None:
    """No test can leave this machine: nothing answers at this address."""
    made = told(set_(run, WOMPI, "--api-url", "http://127.0.0.1:9/v1", "--json"))
    result = run("test", str(made["id"]), "--json")
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)


class TestReport:
    def test_an_account_without_payments_is_equal(self, run: Run) -> None:
        made = told(set_(run, WOMPI, "--json", "--api-url", NOWHERE))
        (row,) = told(run("report", EJEMPLAR, "--date", "2026-03-14", "--json"))
        assert (row["account"], row["day"], row["result"], row["differences"]) == (
            made["id"],
            "2026-03-14",
            "equal",
            [],
        )
        assert "igual (0 pagos)" in run("report", EJEMPLAR).stdout

    def test_a_provider_that_does_not_answer_is_never_equal(self, run: Run) -> None:
        set_(run, MERCADO_PAGO, "--api-url", NOWHERE, provider="mercado_pago")
        result = run("report", EJEMPLAR, "--json")
        (row,) = json.loads(result.stdout)
        assert (result.exit_code, row["result"], bool(row["trouble"])) == (1, "incomplete", True)
        assert "no se pudo comparar" in run("report", EJEMPLAR).stdout

    def test_each_difference_is_told(self, run: Run) -> None:
        made = told(set_(run, {"secret": "hush-hush"}, "--json", provider="sandbox"))
        portal = build(Settings.load())
        with portal.ledger.write("sandbox") as unit:
            day = unit.now
            pay_sandbox(unit, made["id"], "FE1-23456789ABCDX", "COP", 7_000_050, Standing.APPROVED, day)
            unit.commit()
        portal.close()
        date = f"{day.astimezone(ZoneInfo(BOGOTA)):%Y-%m-%d}"
        result = run("report", EJEMPLAR, "--date", date, "--json")
        ((difference,),) = [row["differences"] for row in json.loads(result.stdout)]
        assert (result.exit_code, difference["finding"], difference["recorded"]) == (1, "stray", True)
        assert (difference["there"], difference["here"], difference["currency"]) == ("70000.50", None, "COP")
        assert "Apartado" in run("report", EJEMPLAR, "--date", date).stdout

    @pytest.mark.parametrize("day", ["2999-01-01", "ayer"])
    def test_a_day_to_come_or_no_day_is_refused_with_what_to_do(self, run: Run, day: str) -> None:
        set_(run, WOMPI)
        result = run("report", EJEMPLAR, "--date", day)
        assert (result.exit_code in (1, 2), bool(result.output.strip())) == (True, True)


def test_the_help_says_what_each_provider_asks_for(run: Run) -> None:
    words = run("set", "--help").stdout
    for asked in (
        "public_key private_key integrity_secret events_secret",
        "access_token webhook_secret",
        "payu: merch",
    ):
        assert asked in words
