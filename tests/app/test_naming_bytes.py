"""Bytes that somebody deletes between their being put and their being named are there all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from portal.app.attachments import Upload
from portal.app.export_keeping import remove_export
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import export_file
from portal.app.exports_at_once import ask_file
from portal.app.importing.asking import ask_import
from portal.app.portal import Portal
from portal.app.statements.files import issued_file
from portal.app.statements.issuing import Wish, issue
from portal.domain.issued import StatementFormat
from portal.domain.roles import Role
from portal.ledger.import_runs import files_of
from portal.views import store as views
from portal.views.build import build
from tests.app.people import staff
from tests.app.statements.account import account_of, owner
from tests.factories import bring, facts

PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture(autouse=True)
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "build_apart", build)


@pytest.fixture
def wish(portal: Portal) -> Wish:
    bring(portal, facts("FE-1"))
    return Wish(*account_of(portal, "FE-1"), "COP", date(2026, 1, 1), date(2026, 3, 31))


def meanwhile(portal: Portal, monkeypatch: pytest.MonkeyPatch, deletes: Callable[[str], None]) -> None:
    """The first bytes that are put are deleted before whoever put them goes on."""
    put, first = portal.files.put, list[str]()

    def puts(data: bytes) -> str:
        sha256 = put(data)
        if not first:
            first.append(sha256)
            deletes(sha256)
        return sha256

    monkeypatch.setattr(portal.files, "put", puts)


def test_a_list_that_is_brought_in_while_its_export_is_removed_is_kept(
    portal: Portal, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = staff(portal, wish.issuer_id, Role.OWNER)
    export_id = ask_file(portal, boss, DocumentsRequest(Format.CSV))
    data = export_file(portal, boss, export_id).data
    meanwhile(portal, monkeypatch, lambda _sha256: remove_export(portal, boss, export_id))
    run_id = ask_import(portal, boss, wish.issuer_id, [("documentos.csv", data)])
    with portal.ledger.read() as conn:
        (kept,) = files_of(conn, run_id)
    assert portal.files.get(kept.sha256) == data


def test_a_file_of_a_statement_is_kept(portal: Portal, wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = issue(portal, owner(wish), wish)
    meanwhile(portal, monkeypatch, portal.files.remove)
    assert issued_file(portal, issued, StatementFormat.CSV, "es").data.startswith(b"\xef\xbb\xbf")


def test_what_is_uploaded_is_kept(portal: Portal, wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(portal, monkeypatch, portal.files.remove)
    upload = Upload(portal, "pago.pdf", PDF)
    with portal.ledger.write("test") as unit:
        upload.attach(unit, wish.issuer_id, wish.customer_id, "proof")
        unit.commit()
    assert portal.files.get(upload.sha256) == PDF
