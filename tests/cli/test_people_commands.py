"""Accounts, invitations and the shop's QR from the command line, in the words of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from data.demo.einvoice import document_xml
from portal.app.accounts import passwords
from portal.app.accounts.invitations import open_invitations
from portal.app.mail_lists import list_mails
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.cli import cli
from portal.config import Settings
from portal.domain.access import LINK_RIGHTS, operator
from portal.ledger.users import user_by_email
from tests.app.test_import_files import electronic

EJEMPLAR, ABC = "900100200", "900555666"
SECRET = "una frase corta y mía"
Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own, with an invoice of Ejemplar to ABC."""
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(passwords, "ROUNDS", 4)
    (tmp_path / "factura.xml").write_bytes(document_xml(electronic("SETP1")))
    assert CliRunner().invoke(cli, ["import", "factura.xml"], catch_exceptions=False).exit_code == 0
    return tmp_path


@pytest.fixture
def run(home: Path) -> Run:
    def invoke(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(cli, list(arguments), input=typed, catch_exceptions=False)

    return invoke


@pytest.fixture
def portal(home: Path) -> Portal:
    return build(Settings.load())


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def add(run: Run, *arguments: str, typed: str = SECRET + "\n") -> Any:
    return told(run("user", "add", "--password-stdin", "--json", *arguments, typed=typed))


class TestUserAdd:
    def test_a_customers_person_gets_the_rights_that_are_named(self, run: Run, portal: Portal) -> None:
        made = add(run, "--email", " Luz@ABC.example", "--name", "Luz", "--role", "customer", "--issuer", EJEMPLAR,
                   "--customer", f"{ABC}-1", "--rights", "download, comment")  # fmt: skip
        assert (made["email"], made["name"], made["new"], made["operator"]) == ("luz@abc.example", "Luz", True, False)
        assert made["grants"] == [
            {
                "role": "customer",
                "level": None,
                "rights": ["comment", "download", "see"],
                "issuer": EJEMPLAR,
                "customer": ABC,
            }
        ]
        with portal.ledger.read() as conn:
            user = user_by_email(conn, "luz@abc.example")
        assert user is not None and passwords.fits(SECRET, user.password_hash or "")

    def test_rights_left_out_are_those_of_a_link(self, run: Run) -> None:
        made = add(run, "--email", "a@b.example", "--role", "customer", "--issuer", EJEMPLAR, "--customer", ABC)
        assert set(made["grants"][0]["rights"]) == LINK_RIGHTS

    def test_the_first_person_of_an_issuer_owns_it_and_the_next_one_reads(self, run: Run) -> None:
        levels = [
            add(run, "--email", f"{name}@e.example", "--role", "issuer", "--issuer", EJEMPLAR)["grants"][0]["level"]
            for name in ("ana", "leo")
        ]
        assert levels == ["owner", "reader"]

    @pytest.mark.parametrize("level", ["owner", "collector", "reader"])
    def test_a_level_is_taken_as_given(self, run: Run, level: str) -> None:
        made = add(run, "--email", "a@e.example", "--role", "issuer", "--level", level, "--issuer", EJEMPLAR)
        assert (made["grants"][0]["role"], made["grants"][0]["level"]) == ("issuer", level)

    def test_an_analyst_reads_all_of_an_issuer_or_one_customer(self, run: Run) -> None:
        whole = add(run, "--email", "a@e.example", "--role", "analyst", "--issuer", EJEMPLAR)
        single = add(run, "--email", "b@e.example", "--role", "analyst", "--issuer", EJEMPLAR, "--customer", ABC)
        assert [one["grants"][0]["customer"] for one in (whole, single)] == [None, ABC]

    def test_an_operator_belongs_to_no_issuer(self, run: Run) -> None:
        made = add(run, "--email", "jefe@portal.example", "--role", "operator")
        assert (made["operator"], made["grants"]) == (True, [])

    def test_who_has_an_account_gets_another_role_and_keeps_the_password(self, run: Run, portal: Portal) -> None:
        add(run, "--email", "luz@abc.example", "--role", "customer", "--issuer", EJEMPLAR, "--customer", ABC)
        again = told(run("user", "add", "--email", "luz@abc.example", "--role", "operator", "--json"))
        assert (again["new"], again["operator"], len(again["grants"])) == (False, True, 1)
        with portal.ledger.read() as conn:
            user = user_by_email(conn, "luz@abc.example")
        assert user is not None and passwords.fits(SECRET, user.password_hash or "")

    def test_a_password_is_asked_for_twice_where_somebody_types(self, run: Run) -> None:
        result = run("user", "add", "--email", "a@e.example", "--role", "operator", typed=f"{SECRET}\n{SECRET}\n")
        assert (result.exit_code, "Cuenta creada: a@e.example" in result.stdout) == (0, True)
        assert SECRET not in result.output

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--role", "customer", "--issuer", EJEMPLAR), "pide --customer"),
            (("--role", "issuer"), "pide --issuer"),
            (("--role", "operator", "--issuer", EJEMPLAR), "--issuer no va con el rol operator"),
            (("--role", "analyst", "--issuer", EJEMPLAR, "--level", "owner"), "--level no va con el rol analyst"),
            (("--role", "issuer", "--issuer", EJEMPLAR, "--rights", "see"), "--rights no va con el rol issuer"),
            (
                ("--role", "customer", "--issuer", EJEMPLAR, "--customer", ABC, "--rights", "see,book"),
                "book no es un permiso: elige entre see,download,pay,comment,manage",
            ),
            (("--role", "customer", "--issuer", EJEMPLAR, "--customer", "1"), "importa primero sus documentos"),
            (("--role", "issuer", "--issuer", "1"), "Créalo con «issuer add»"),
        ],
    )
    def test_what_does_not_go_together_is_one_sentence_and_no_account(
        self, run: Run, arguments: tuple[str, ...], said: str
    ) -> None:
        result = run("user", "add", "--email", "a@e.example", "--password-stdin", *arguments, typed=SECRET)
        assert (result.exit_code, said in result.output) == (1, True), result.output
        assert told(run("user", "list", "--json")) == []

    @pytest.mark.parametrize("typed", ["", "corta\n", "password1\n"])
    def test_a_poor_password_makes_no_account(self, run: Run, typed: str) -> None:
        result = run("user", "add", "--email", "a@e.example", "--role", "operator", "--password-stdin", typed=typed)
        assert (result.exit_code, "ontraseña" in result.output) == (1, True)
        assert told(run("user", "list", "--json")) == []

    def test_what_is_no_address_makes_no_account(self, run: Run) -> None:
        result = run("user", "add", "--email", "nadie", "--role", "operator", "--password-stdin", typed=SECRET)
        assert (result.exit_code, "no es una dirección de correo" in result.output) == (1, True)

    def test_the_last_owner_does_not_become_a_reader(self, run: Run) -> None:
        add(run, "--email", "ana@e.example", "--role", "issuer", "--issuer", EJEMPLAR)
        result = run("user", "add", "--email", "ana@e.example", "--role", "issuer", "--level", "reader",
                     "--issuer", EJEMPLAR)  # fmt: skip
        assert (result.exit_code, "única persona dueña" in result.output) == (1, True)


def test_the_list_tells_everybodys_roles(run: Run) -> None:
    assert "Todavía no hay cuentas" in run("user", "list").stdout
    add(run, "--email", "jefe@portal.example", "--role", "operator")
    add(run, "--email", "luz@abc.example", "--role", "customer", "--issuer", EJEMPLAR, "--customer", ABC)
    lines = run("user", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["jefe@portal.example", "luz@abc.example"]
    assert lines[0].endswith("operator") and lines[1].endswith(f"customer {EJEMPLAR}/{ABC}")
    assert [one["email"] for one in told(run("user", "list", "--json"))] == ["jefe@portal.example", "luz@abc.example"]


class TestIssuerAdd:
    ADD = ("issuer", "add", "--tax-id", "901234567", "--name", "Otra S.A.S.", "--json", "--email")

    def test_the_owner_is_invited_by_mail(self, run: Run, portal: Portal) -> None:
        made = told(run(*self.ADD, "duena@otra.example"))
        assert made["invited"] is True
        (invitation,) = open_invitations(portal, operator())
        assert (invitation.email, invitation.offer.role, invitation.offer.issuer_id) == (
            "duena@otra.example",
            "owner",
            made["id"],
        )
        assert [mail.recipient for mail in list_mails(portal, operator(), 10)] == ["duena@otra.example"]

    def test_an_address_that_can_not_be_written_to_makes_no_issuer(self, run: Run) -> None:
        result = run(*self.ADD, "dueña")
        assert (result.exit_code, "no es una dirección de correo" in result.output) == (1, True)
        assert "901234567" not in run("issuer", "list", "--json").stdout

    def test_where_too_many_were_invited_the_issuer_is_made_and_it_is_told(self, run: Run) -> None:
        for number in range(5):
            run("issuer", "add", "--tax-id", f"80{number}", "--name", "X", "--email", "duena@otra.example")
        assert told(run(*self.ADD, "duena@otra.example"))["invited"] is False
        assert "901234567" in run("issuer", "list", "--json").stdout


class TestQr:
    @pytest.mark.parametrize(
        ("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<svg"), ("pdf", b"%PDF"), ("pdf --paper a5", b"%PDF")]
    )
    def test_the_file_is_written_and_its_address_told(self, run: Run, home: Path, kind: str, start: bytes) -> None:
        made = told(run("qr", "--issuer", "900.100.200-8", "--format", *kind.split(), "--out", "qr.bin", "--json"))
        data = (home / "qr.bin").read_bytes()
        assert data.startswith(start)
        assert made == {"file": "qr.bin", "bytes": len(data), "address": "http://localhost:8501/q/ejemplar-s-a-s"}

    def test_a_place_that_can_not_be_written_to_is_one_sentence(self, run: Run, home: Path) -> None:
        result = run("qr", "--issuer", EJEMPLAR, "--format", "png", "--out", str(home / "no" / "qr.png"))
        assert (result.exit_code, "elige otro lugar" in result.output) == (1, True)

    def test_a_picture_is_large_enough_to_print(self, run: Run, home: Path) -> None:
        run("qr", "--issuer", EJEMPLAR, "--format", "png", "--out", "qr.png")
        assert Image.open(BytesIO((home / "qr.png").read_bytes())).width >= 800


def test_the_register_of_links_tells_who_made_each_and_from_where_it_was_last_used(run: Run) -> None:
    told(run("link", "create", "--issuer", EJEMPLAR, "--customer", ABC, "--json"))
    (link,) = told(run("link", "list", "--json"))
    assert (link["created_by"], link["last_used_at"], link["last_used_from"]) == ("operator:cli", None, None)
