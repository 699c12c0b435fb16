"""The month-end package: every file it names is in it, with the sum it says; what is missing is said."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import State, export_file, export_state, request_export
from portal.app.files import document_xml
from portal.app.jobs import run_job
from portal.app.packages import making
from portal.app.packages.names import Names
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.documents import Kind
from portal.errors import NotFound
from portal.ledger import documents
from portal.ledger.tables import document_files
from portal.ledger.tables import documents as table
from portal.render.labels import Labels
from portal.render.press import NotDrawn, Print
from portal.views import store
from portal.views.build import build
from portal.views.filters import DocumentFilter
from tests.app.test_exports import BOSS, by_link
from tests.factories import OTRA, XYZ, FrozenClock, bring, facts, pays

PACKAGE = DocumentsRequest(Format.ZIP)


class HerePress:
    """Draws in this process: a child takes a second to start. The real one has a test of its own."""

    def __init__(self, processes: int) -> None:
        self.processes = processes

    def __enter__(self) -> HerePress:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, wanted: Print) -> Any:
        from concurrent.futures import Future

        future: Future[bytes] = Future()
        try:
            future.set_result(b"%PDF-" + wanted.facts.number.encode())
            if wanted.facts.number == "BAD-1":
                raise NotDrawn("no")
        except NotDrawn as refused:
            future = Future()
            future.set_exception(refused)
        return future


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "build_apart", build)
    monkeypatch.setattr(making, "Press", HerePress)
    monkeypatch.setattr(making, "SLICE", 2)


@pytest.fixture
def customer(portal: Portal) -> Actor:
    """ABC: two invoices of 1,000, one of them with its XML and PDF, and a payment of 400; XYZ has an invoice too."""
    bring(portal, facts("FE-1"), facts("FE-2", issue_date=date(2026, 3, 2)), facts("FE-9", customer=XYZ))
    bring(portal, facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1"), issue_date=date(2026, 3, 5)))
    attach(portal, "FE-1", original=b"<Invoice>\xc3\xb1</Invoice>", pdf=b"%PDF-own")
    return by_link(portal, "FE-1")


def attach(portal: Portal, number: str, **parts: bytes) -> None:
    with portal.ledger.write("test") as unit:
        (document_id,) = (row.id for row in unit.conn.execute(table.select().where(table.c.number == number)))
        kept = [
            {"document_id": document_id, "sha256": portal.files.put(data), "size": len(data), "role": role,
             "name": role, "media_type": "x/y"}
            for role, data in parts.items()
        ]  # fmt: skip
        documents.keep_files(unit, kept)
        unit.commit()


def packed(portal: Portal, actor: Actor, request: DocumentsRequest = PACKAGE) -> zipfile.ZipFile:
    export_id = request_export(portal, actor, request)
    run_job(portal, export_id)
    assert export_state(portal, actor, export_id).error is None
    return zipfile.ZipFile(io.BytesIO(export_file(portal, actor, export_id).data))


def table_in(package: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(package.read(name).decode("utf-8-sig"), newline="")))


def test_every_document_is_there_with_what_came_or_what_the_portal_makes(portal: Portal, customer: Actor) -> None:
    package = packed(portal, customer)
    assert package.testzip() is None
    assert sorted(package.namelist()) == [
        "900100200/factura-de-venta-FE-1.pdf", "900100200/factura-de-venta-FE-1.xml",
        "900100200/factura-de-venta-FE-2.pdf", "900100200/factura-de-venta-FE-2.xml",
        "900100200/recibo-de-caja-RC-1.pdf", "900100200/recibo-de-caja-RC-1.xml", "LEEME.txt", "SHA256SUMS",
        "estado-de-cuenta-EC-000001-900555666-2026-03-01-2026-03-15.pdf", "estados-de-cuenta.csv",
        "estados-de-cuenta.xlsx", "index.csv",
    ]  # fmt: skip
    assert package.read("900100200/factura-de-venta-FE-1.xml") == b"<Invoice>\xc3\xb1</Invoice>"
    assert package.read("900100200/factura-de-venta-FE-1.pdf") == b"%PDF-own"
    with portal.ledger.read() as conn:
        (other,) = (row.id for row in conn.execute(table.select().where(table.c.number == "FE-2")))
    assert package.read("900100200/factura-de-venta-FE-2.xml") == document_xml(portal, customer, other, Labels()).data
    told = package.read("LEEME.txt").decode()
    assert "Documentos: 3." in told and "PDF dibujados por el portal: 2" in told and "faltan" not in told


def test_the_index_names_each_file_with_its_sum(portal: Portal, customer: Actor) -> None:
    package = packed(portal, customer)
    rows = table_in(package, "index.csv")
    assert [row["Número"] for row in rows] == ["RC-1", "FE-2", "FE-1"]
    for row in rows:
        for file in ("PDF", "XML"):
            data = package.read(row[f"Archivo {file}"])
            assert hashlib.sha256(data).hexdigest() == row[f"SHA-256 del {file}"]
    assert [row["XML hecho por el portal"] for row in rows] == ["Sí", "Sí", "No"]
    assert (rows[2]["Total"], rows[2]["Saldo pendiente"]) == ("1000.00", "600.00")


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="coreutils")
def test_sha256sum_checks_every_member(portal: Portal, customer: Actor, tmp_path: Path) -> None:
    package = packed(portal, customer)
    package.extractall(tmp_path / "out")
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True, text=True, check=True
    )
    assert checked.stdout.count(": OK") == len(package.namelist()) - 1
    (tmp_path / "out" / "index.csv").write_bytes(b"changed")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", capture_output=True).returncode == 1


def test_the_accounts_of_all_customers_in_the_view_are_summed_up(portal: Portal, customer: Actor) -> None:
    bring(portal, facts("US-1", 5, currency="USD", issue_date=date(2026, 2, 1)), facts("OT-1", 7, issuer=OTRA))
    package = packed(portal, BOSS)
    rows = table_in(package, "estados-de-cuenta.csv")
    told = [
        tuple(row[name] for name in ("NIT del emisor", "Moneda", "Saldo inicial", "Cargos", "Abonos", "Saldo final"))
        for row in rows
        if row["NIT o documento del cliente"] == "900555666"
    ]
    assert sorted(told) == [
        ("900100200", "COP", "0.00", "2000.00", "400.00", "1600.00"),
        ("900100200", "USD", "5.00", "0.00", "0.00", "5.00"),
        (OTRA.tax_id, "COP", "0.00", "7.00", "0.00", "7.00"),
    ]
    assert not [name for name in package.namelist() if name.endswith(".pdf") and "/" not in name]
    sheet = openpyxl.load_workbook(io.BytesIO(package.read("estados-de-cuenta.xlsx"))).active
    assert [row[4] for row in sheet.iter_rows(values_only=True)][-2:] == ["COP", "USD"]


def test_the_period_of_the_filter_is_that_of_the_statements(portal: Portal, customer: Actor) -> None:
    wanted = DocumentFilter(issued_from=date(2026, 3, 3), issued_to=date(2026, 3, 10))
    package = packed(portal, customer, DocumentsRequest(Format.ZIP, wanted))
    assert [row["Número"] for row in table_in(package, "index.csv")] == ["RC-1"]
    (row,) = table_in(package, "estados-de-cuenta.csv")
    assert (row["Saldo inicial"], row["Abonos"], row["Saldo final"]) == ("2000.00", "400.00", "1600.00")
    assert "2026-03-03-2026-03-10.pdf" in " ".join(package.namelist())


def test_a_package_reads_as_things_were_known_when_it_was_asked_for(
    portal: Portal, clock: FrozenClock, customer: Actor
) -> None:
    export_id = request_export(portal, customer, PACKAGE)
    clock.forward(seconds=1)
    bring(portal, facts("FE-3"), facts("RC-2", 300, Kind.RECEIPT, references=pays("FE-1")))
    run_job(portal, export_id)
    package = zipfile.ZipFile(io.BytesIO(export_file(portal, customer, export_id).data))
    rows = {row["Número"]: row for row in table_in(package, "index.csv")}
    assert set(rows) == {"FE-1", "FE-2", "RC-1"}
    assert (rows["FE-1"]["Abonado"], rows["FE-1"]["Saldo pendiente"]) == ("400.00", "600.00")
    assert rows["FE-1"]["Estado"] == "Abonada en parte" and rows["RC-1"]["Estado"] == "Saldada"
    (account,) = table_in(package, "estados-de-cuenta.csv")
    assert account["Saldo final"] == "1600.00"


def test_what_is_missing_is_said_and_the_rest_is_there(portal: Portal, customer: Actor) -> None:
    bring(portal, facts("BAD-1"))
    with portal.ledger.read() as conn:
        (sha256,) = (row.sha256 for row in conn.execute(document_files.select().where(document_files.c.role == "pdf")))
    portal.files.remove(sha256)
    export_id = request_export(portal, customer, PACKAGE)
    run_job(portal, export_id)
    ready = export_state(portal, customer, export_id)
    assert ready.state is State.READY and "LEEME.txt" in str(ready.note)
    package = zipfile.ZipFile(io.BytesIO(export_file(portal, customer, export_id).data))
    told = package.read("LEEME.txt").decode()
    assert "FE-1: PDF" in told and "BAD-1: PDF" in told and "faltan: 2" in told
    rows = {row["Número"]: row for row in table_in(package, "index.csv")}
    assert rows["BAD-1"]["Archivo PDF"] == "" and rows["BAD-1"]["Archivo XML"]


def test_an_empty_view_is_a_package_that_says_so(portal: Portal, customer: Actor) -> None:
    package = packed(portal, customer, DocumentsRequest(Format.ZIP, DocumentFilter(search="nada de esto")))
    assert sorted(package.namelist()) == [
        "LEEME.txt", "SHA256SUMS", "estados-de-cuenta.csv", "estados-de-cuenta.xlsx", "index.csv"
    ]  # fmt: skip
    assert table_in(package, "index.csv") == [] and "Documentos: 0." in package.read("LEEME.txt").decode()


def test_more_than_a_package_takes_is_refused_with_a_sentence(
    portal: Portal, customer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST", 2)
    export_id = request_export(portal, customer, PACKAGE)
    run_job(portal, export_id)
    ended = export_state(portal, customer, export_id)
    assert ended.state is State.FAILED and "filtra por fechas" in str(ended.error)
    with pytest.raises(NotFound):
        export_file(portal, customer, export_id)


def test_a_package_made_twice_is_the_same_one(portal: Portal, customer: Actor) -> None:
    first, second = packed(portal, customer), packed(portal, customer)
    assert first.read("SHA256SUMS") == second.read("SHA256SUMS")


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("FE-1", "900/factura-FE-1"),
        ("fe 00012", "900/factura-fe-00012"),
        ("../../etc/passwd", "900/factura-etc-passwd-7"),
        ("C:\\CON", "900/factura-C-CON-7"),
        ("ÑÑ-1", "900/factura-NN-1-7"),
        ("=1|2?*", "900/factura-1-2-7"),
        ("漢", "900/factura--7"),
        ("9" * 200, f"900/factura-{'9' * 60}-7"),
    ],
)
def test_names_are_safe_everywhere(number: str, name: str) -> None:
    assert Names().of(1, "900", "Factura", number, 7) == name


def test_two_issuers_with_one_tax_id_have_folders_of_their_own() -> None:
    names = Names()
    assert names.of(1, "900", "Factura", "FE-1", 7) == "900/factura-FE-1"
    assert names.of(2, "900", "Factura", "FE-1", 8) == "900-2/factura-FE-1"
    assert names.of(1, "900", "Factura", "FE-2", 9) == "900/factura-FE-2"
