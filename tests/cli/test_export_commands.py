"""`export` and `statement`: every format says the same, within what that user may take along."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from portal.app.packages import making
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.cli import cli, exporting
from portal.cli.exporting import read_instant
from portal.config import Settings
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.errors import Refused
from portal.ledger.audit import Event
from tests.app.people import give, issuer_of, noted, person
from tests.app.test_packages import HerePress
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, bring, facts, pays
from tests.ledgers import copy_empty_ledger

WHO, READER = "ana@abc.example", "lee@ejemplar.example"
Run = Callable[..., Result]


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_ledger: Path) -> Portal:
    """Documents of two issuers; a customer's person who may see but not download XYZ's, and an issuer's reader."""
    copy_empty_ledger(empty_ledger, tmp_path / "home")
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    made = build(Settings.load())
    monkeypatch.setattr(exporting, "open_portal", lambda: made)  # made once, not for every command
    bring(
        made,
        facts("FE-1", "1190000.50", due_date=date(2026, 3, 10)),
        facts("RC-1", 190000, Kind.RECEIPT, references=pays("FE-1"), issue_date=date(2026, 3, 5)),
        facts("EX-1", 3000, currency="USD"),
        facts("FE-2", 500, customer=XYZ),
        facts("OT-1", 700, issuer=OTRA),
    )
    with made.ledger.read() as conn:
        abc = conn.exec_driver_sql("SELECT id FROM customers WHERE name LIKE 'Empresa ABC%' ORDER BY id").first()
    assert abc is not None
    issuer = issuer_of(made, abc[0])
    give(made, person(made, WHO), issuer, abc[0])
    give(made, person(made, READER), issuer, role=Role.READER)
    return made


@pytest.fixture
def run(portal: Portal) -> Run:
    return lambda *arguments: CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)


def exported(run: Run, kind: str, *more: str, who: str = READER) -> Path:
    out = Path(f"lista.{kind}")
    result = run("export", "--as", who, "--format", kind, "--out", out, "--json", *more)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["file"] == str(out)
    return out


def csv_rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def numbers(path: Path) -> list[str]:
    return sorted(row["number"] for row in csv_rows(path))


def test_every_format_holds_the_same_rows_and_figures(run: Run) -> None:
    told = csv_rows(exported(run, "csv"))
    assert [row["number"] for row in told] == ["RC-1", "FE-2", "EX-1", "FE-1"]
    assert (told[3]["outstanding"], told[3]["paid"]) == ("1000000.50", "190000.00")
    lines = [json.loads(line) for line in exported(run, "jsonl").read_text("utf-8").splitlines()]
    assert [{name: _text(value) for name, value in line.items()} for line in lines] == told
    table = pq.read_table(exported(run, "parquet"))
    assert table.column_names == list(told[0]) and str(table.schema.field("total").type) == "decimal128(28, 4)"
    for typed, row in zip(table.to_pylist(), told, strict=True):
        assert typed["total"] == Decimal(row["total"]) and typed["issue_date"] == date.fromisoformat(row["issue_date"])
        assert typed["overdue"] is (row["overdue"] == "true") and typed["number"] == row["number"]
    sheet = load_workbook(exported(run, "xlsx")).active
    assert [cell.value for cell in sheet["C"]][:5] == ["number", *(row["number"] for row in told)]


def _text(value: Any) -> str:
    return "" if value is None else {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ((), ["EX-1", "FE-1", "FE-2", "RC-1"]),
        (("--kind", "invoice", "--currency", "cop"), ["FE-1", "FE-2"]),
        (("--kind", "receipt", "--kind", "credit_note"), ["RC-1"]),
        (("--settlement", "part"), ["FE-1"]),
        (("--from", "2026-03-02", "--to", "2026-03-05"), ["RC-1"]),
        (("--issuer", EJEMPLAR.tax_id, "--customer", XYZ.tax_id), ["FE-2"]),
        (("--issuer", OTRA.tax_id), []),
        (("--search", "fe-2"), ["FE-2"]),
        (("--overdue",), ["EX-1", "FE-1", "FE-2"]),
    ],
)
def test_filters_narrow_the_list(run: Run, asked: tuple[str, ...], found: list[str]) -> None:
    assert numbers(exported(run, "csv", *asked)) == found


def test_each_sees_only_what_is_theirs_and_the_audit_says_who_took_it(run: Run, portal: Portal) -> None:
    assert numbers(exported(run, "csv", who=WHO)) == ["EX-1", "FE-1", "RC-1"]
    assert [one.actor.split(":")[0] for one in noted(portal, Event.EXPORT_ASKED)] == ["user"]
    person(portal, "nadie@x.example")
    refused = run("export", "--as", "nadie@x.example", "--format", "csv", "--out", "nada.csv")
    assert refused.exit_code == 1 and not Path("nada.csv").exists()


def test_an_unknown_account_and_a_place_that_can_not_be_written_are_one_sentence(run: Run) -> None:
    unknown = run("export", "--as", "x@x.example", "--format", "csv", "--out", "lista.csv")
    assert unknown.exit_code == 1 and "user add" in unknown.output
    nowhere = run("export", "--as", READER, "--format", "csv", "--out", "no/hay/lista.csv")
    assert nowhere.exit_code == 1 and "elige otro lugar" in nowhere.output
    alone = run("export", "--as", READER, "--customer", ABC.tax_id, "--format", "csv", "--out", "lista.csv")
    assert alone.exit_code == 2 and not list(Path().glob("*lista*"))


def asked_statement(run: Run, kind: str, *more: str, who: str = WHO) -> Result:
    whose = ("--issuer", EJEMPLAR.tax_id, "--customer", ABC.tax_id, "--from", "2026-03-01", "--to", "2026-03-31")
    return run("statement", "--as", who, *whose, "--format", kind, "--out", f"cuenta.{kind}", "--json", *more)


def test_the_statement_says_the_same_in_every_format(run: Run) -> None:
    assert asked_statement(run, "json", "--currency", "cop").exit_code == 0
    told = json.loads(Path("cuenta.json").read_text("utf-8"))
    assert (told["issuer"], told["customer"], told["currency"]) == (EJEMPLAR.tax_id, ABC.tax_id, "COP")
    (closing,) = (row for row in told["rows"] if row["section"] == "closing")
    assert (closing["debit"], closing["credit"], closing["balance"]) == ("1190000.50", "190000.00", "1000000.50")
    for kind in ("csv", "xlsx", "pdf"):
        assert asked_statement(run, kind, "--currency", "COP").exit_code == 0
    assert csv_rows(Path("cuenta.csv")) == [
        {name: _text(value) for name, value in row.items()} for row in told["rows"]
    ]  # fmt: skip
    assert Path("cuenta.pdf").read_bytes().startswith(b"%PDF-")


def test_a_statement_as_known_before_anything_was_recorded_is_empty(run: Run) -> None:
    assert asked_statement(run, "json", "--currency", "COP", "--known-at", "2026-01-01").exit_code == 0
    told = json.loads(Path("cuenta.json").read_text("utf-8"))
    assert [row["balance"] for row in told["rows"] if row["section"] == "closing"] == ["0.00"]


def test_what_has_to_be_said_is_said_in_a_sentence(run: Run) -> None:
    several = asked_statement(run, "csv")
    assert several.exit_code == 1 and "COP, USD" in several.output
    backwards = asked_statement(run, "csv", "--currency", "COP", "--from", "2026-05-01")
    assert backwards.exit_code == 1 and "corrige las fechas" in backwards.output
    assert asked_statement(run, "csv", "--currency", "COP", "--known-at", "ayer").exit_code == 1
    assert not list(Path().glob("*cuenta*"))


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-06-30", datetime(2026, 7, 1, 4, 59, 59, 999_999, UTC)),
        ("2026-06-30T18:00:00", datetime(2026, 6, 30, 23, tzinfo=UTC)),
        ("2026-06-30T18:00:00+02:00", datetime(2026, 6, 30, 16, tzinfo=UTC)),
    ],
)
def test_an_instant_without_an_offset_is_the_issuers_and_a_day_is_its_end(typed: str, instant: datetime) -> None:
    assert read_instant(typed) == instant


@pytest.mark.parametrize("typed", ["", "ayer", "2026-13-01", "30/06/2026"])
def test_what_is_no_instant_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_instant(typed)


def test_the_package_is_the_same_list_with_the_papers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "Press", HerePress)
    with ZipFile(exported(run, "zip", "--issuer", EJEMPLAR.tax_id, "--customer", ABC.tax_id)) as package:
        index = list(csv.DictReader(StringIO(package.read("index.csv").decode("utf-8-sig"), newline="")))
        assert [row["number"] for row in index] == ["RC-1", "EX-1", "FE-1"]
        assert all(row["pdf"] in package.namelist() and row["xml"] in package.namelist() for row in index)
        sums = package.read("SHA256SUMS").decode().splitlines()
        assert len(sums) == len(package.namelist()) - 1


def test_columns_and_the_way_csv_is_written_are_chosen(run: Run) -> None:
    whose = ("--issuer", EJEMPLAR.tax_id, "--customer", ABC.tax_id, "--kind", "invoice", "--currency", "COP")
    path = exported(run, "csv", "--columns", "number, total", "--no-bom", "--decimal-comma", *whose)
    assert path.read_bytes() == b"number;total\r\nFE-1;1190000,50\r\n"
    refused = run("export", "--as", READER, "--format", "csv", "--columns", "nada", "--out", "nada.csv")
    assert refused.exit_code == 1 and "«nada»" in refused.output
