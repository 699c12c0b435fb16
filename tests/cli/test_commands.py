"""The command line as a person or a program outside uses it: words, JSON and exit codes of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from data.demo.einvoice import document_xml
from portal.cli import cli
from tests.app.test_import_files import electronic
from tests.importers.signing import cast, trusted_file

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
EJEMPLAR, ABC = "900100200", "900555666"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a home of its own."""
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, [str(one) for one in arguments], catch_exceptions=False)


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "factura.xml"
    path.write_bytes(document_xml(electronic("SETP1")))
    return path


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


class TestImport:
    def test_a_document_that_came_in_is_told_with_the_words_of_the_contract(self, run: Run, invoice: Path) -> None:
        report = told(run("import", invoice, "--json"))
        assert report["imported"] == [
            {
                "file": "factura.xml",
                "kind": "invoice",
                "issuer": EJEMPLAR,
                "customer": ABC,
                "number": "SETP1",
                "total": "1190.00",
                "currency": "COP",
            }
        ]
        assert {name: report[name] for name in ("enriched", "duplicates", "problems")} == {
            "enriched": [],
            "duplicates": [],
            "problems": [],
        }

    def test_the_same_file_again_is_a_duplicate_and_no_problem(self, run: Run, invoice: Path) -> None:
        run("import", invoice)
        report = told(run("import", invoice, "--json"))
        assert (len(report["duplicates"]), report["imported"]) == (1, [])

    def test_a_refused_file_ends_with_two_and_the_good_ones_are_in(
        self, run: Run, invoice: Path, tmp_path: Path
    ) -> None:
        bad = tmp_path / "malo.xml"
        bad.write_text("<!DOCTYPE x><Invoice/>")
        result = run("import", bad, invoice, "--json")
        assert result.exit_code == 2
        report = json.loads(result.stdout)
        assert [one["file"] for one in report["problems"]] == ["malo.xml"]
        assert [one["number"] for one in report["imported"]] == ["SETP1"]

    def test_a_folder_brings_all_its_files_but_no_hidden_ones_and_no_links(
        self, run: Run, invoice: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "entrada"
        (folder / "junio").mkdir(parents=True)
        invoice.rename(folder / "junio" / "factura.xml")
        (folder / ".oculto.xml").write_text("<x/>")
        (folder / "enlace.xml").symlink_to(folder / "junio" / "factura.xml")
        report = told(run("import", folder, "--json"))
        assert [one["file"] for one in report["imported"]] == ["entrada/junio/factura.xml"]
        assert report["duplicates"] == []

    def test_what_another_issuer_issued_stays_out_when_one_is_named(self, run: Run, invoice: Path) -> None:
        told(run("issuer", "add", "--tax-id", "901234567", "--name", "Otra", "--email", "o@otra.example", "--json"))
        result = run("import", "--issuer", "901234567-7", invoice)
        assert result.exit_code == 2
        assert f"fue emitido por Ejemplar S.A.S. ({EJEMPLAR}), no por Otra" in result.output

    def test_an_issuer_that_is_not_there_is_told_with_the_next_step(self, run: Run, invoice: Path) -> None:
        result = run("import", "--issuer", "999", invoice)
        assert result.exit_code == 1
        assert "Créalo con «issuer add»" in result.output

    @pytest.mark.parametrize("name", ["documentos.csv", "documentos.xlsx", "documents.csv"])
    def test_the_examples_of_the_docs_come_in_whole(self, run: Run, name: str) -> None:
        report = told(run("import", EXAMPLES / name, "--json"))
        kinds = {one["kind"] for one in report["imported"]}
        assert kinds == {"invoice", "debit_note", "credit_note", "advance", "receipt"}
        assert told(run("verify", "--json")) == {"ok": True, "broken": []}

    @pytest.mark.parametrize(("first", "then"), [("documentos.csv", "saldos.csv"), ("documents.csv", "balances.csv")])
    def test_the_examples_of_balances_follow_their_documents(self, run: Run, first: str, then: str) -> None:
        told(run("import", EXAMPLES / first, "--json"))
        assert told(run("import", EXAMPLES / then, "--json"))["problems"] == []


class TestIssuersOfOtherCountries:
    @pytest.fixture
    def peruvian(self, run: Run) -> Run:
        add = ("issuer", "add", "--tax-id", "20100070970", "--country", "PE", "--timezone", "America/Lima")
        told(run(*add, "--name", "Lima S.A.", "--email", "caja@lima.example", "--json"))
        return run

    @pytest.mark.parametrize("stated", ["20100070970", "PE:20100070970", "pe: 20100070970"])
    def test_their_sheets_come_in_by_the_number_alone_or_with_the_country(
        self, peruvian: Run, tmp_path: Path, stated: str
    ) -> None:
        sheet = tmp_path / "recibos.csv"
        sheet.write_text(
            "tipo,número,cliente NIT,fecha,moneda,total\n"
            "factura,F001-1,20555666777,2026-01-05,PEN,118.00\nrecibo,R-1,20555666777,2026-01-09,PEN,118.00\n"
        )
        report = told(peruvian("import", "--issuer", stated, sheet, "--json"))
        assert {one["issuer"] for one in report["imported"]} == {"20100070970"}
        assert report["problems"] == []

    def test_a_sheet_may_name_its_issuers_country(self, run: Run, tmp_path: Path) -> None:
        sheet = tmp_path / "facturas.csv"
        sheet.write_text(
            "tipo,número,emisor NIT,emisor país,cliente NIT,fecha,moneda,total\n"
            "factura,F001-1,20100070970,PE,20555666777,2026-01-05,PEN,118.00\n"
        )
        told(run("import", sheet, "--json"))
        link = told(run("link", "create", "--issuer", "PE:20100070970", "--customer", "20555666777", "--json"))
        assert link["issuer"] == "20100070970"

    def test_a_zone_that_does_not_exist_is_refused(self, run: Run) -> None:
        add = ("issuer", "add", "--tax-id", "1", "--name", "X", "--email", "x@x.example")
        result = run(*add, "--timezone", "Bogota")
        assert (result.exit_code, "no es una zona horaria" in result.output) == (1, True)


class TestLinks:
    @pytest.fixture
    def link(self, run: Run, invoice: Path) -> dict[str, Any]:
        told(run("import", invoice, "--json"))
        made: dict[str, Any] = told(
            run("link", "create", "--issuer", "900.100.200-8", "--customer", ABC, "--days", "30", "--json")
        )
        return made

    def test_a_link_is_made_for_one_customer_at_one_issuer(self, link: dict[str, Any]) -> None:
        assert link["url"].startswith("http://localhost:8501/l/")
        assert (link["issuer"], link["customer"], link["state"], link["uses"]) == (EJEMPLAR, ABC, "open", 0)

    def test_rotating_gives_another_address_under_the_same_id(self, run: Run, link: dict[str, Any]) -> None:
        rotated = told(run("link", "rotate", link["id"], "--json"))
        assert (rotated["id"] == link["id"], rotated["url"] == link["url"]) == (True, False)

    def test_a_revoked_link_stays_in_the_register(self, run: Run, link: dict[str, Any]) -> None:
        told(run("link", "revoke", link["id"], "--json"))
        assert [one["state"] for one in told(run("link", "list", "--json"))] == ["revoked"]

    def test_a_customer_that_is_not_there_is_told_with_the_next_step(self, run: Run, link: dict[str, Any]) -> None:
        result = run("link", "create", "--issuer", EJEMPLAR, "--customer", "1")
        assert (result.exit_code, "importa primero sus documentos" in result.output) == (1, True)


class TestOperations:
    def test_migrating_twice_changes_nothing(self, run: Run) -> None:
        first = told(run("migrate", "--json"))
        assert told(run("migrate", "--json")) == {"before": first["after"], "after": first["after"]}

    def test_a_fresh_portal_is_in_order(self, run: Run) -> None:
        assert told(run("doctor", "--json")) == {"ok": True, "problems": []}

    def test_doctor_names_settings_that_can_not_be(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PORTAL_PORT", "ochenta")
        result = run("doctor")
        assert (result.exit_code, "PORTAL_PORT" in result.output) == (1, True)

    def test_doctor_names_a_file_of_certificates_that_can_not_be_used(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PORTAL_SIGNING_CAS", str(trusted_file(tmp_path / "cas.pem", cast().below)))
        assert told(run("doctor", "--json"))["ok"]
        monkeypatch.setenv("PORTAL_SIGNING_CAS", str(trusted_file(tmp_path / "cas.pem")))
        result = run("doctor")
        assert (result.exit_code, "holds no certificates in PEM" in result.output) == (1, True)

    def test_seeded_documents_prove_right(self, run: Run) -> None:
        sown = told(run("seed", "--documents", 300, "--issuers", 3, "--customers", 20, "--json"))
        assert sown["documents"] == 300
        assert told(run("verify", "--json")) == {"ok": True, "broken": []}

    def test_every_command_says_what_it_is_for(self, run: Run) -> None:
        for name, command in cli.commands.items():
            assert command.help, name
            assert run(name, "--help").exit_code == 0
