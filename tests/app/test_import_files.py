"""Files of all sorts through the import: good ones go in whole, bad ones stay out with a sentence."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import text

from data.demo.einvoice import attached_document, code_of, document_xml, zip_as_mailed
from portal.app.importing.report import ImportReport
from portal.app.importing.run import Source, import_files
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.documents import Facts, Line
from portal.errors import Refused
from portal.text import Text
from tests.factories import facts
from tests.ledger.balances import balances, laws

HEAD = "tipo;número;emisor NIT;emisor nombre;cliente NIT;cliente nombre;fecha;total;aplica a\n"
ROW = "factura;{n};900100200;Ejemplar S.A.S.;900555666;Empresa ABC S.A.S.;2026-03-01;{total};\n"


def take(portal: Portal, *files: tuple[str, bytes], **options: str) -> ImportReport:
    sources = [Source(name, lambda data=data: data) for name, data in files]  # type: ignore[misc]
    return import_files(portal, operator("test"), sources, **options)


def electronic(number: str = "SETP1", total: str = "1190.00") -> Facts:
    from dataclasses import replace
    from decimal import Decimal

    line = Line("1", "Resma de papel", Decimal(1), Decimal(total), unit="94", unit_price=Decimal(total))
    made = facts(number, total, lines=(line,), line_total=Decimal(total), source="xml", issue_time="10:00:00-05:00")
    return replace(made, cufe=code_of(made))


def kept(portal: Portal, number: str) -> dict[str, bytes]:
    """The bytes kept of a document, by role."""
    query = "SELECT f.role, f.sha256 FROM document_files f JOIN documents d ON d.id = f.document_id WHERE d.number = :n"
    with portal.ledger.read() as conn:
        rows = conn.execute(text(query), {"n": number}).all()
    return {role: portal.files.get(sha256) for role, sha256 in rows}


class TestElectronic:
    def test_a_mailed_zip_brings_the_document_its_proof_and_its_pdf(self, portal: Portal) -> None:
        one = electronic()
        mail = zip_as_mailed(one, pdf=b"%PDF-1.7 own")
        report = take(portal, ("correo.zip", mail))
        assert [row.number for row in report.imported] == ["SETP1"]
        assert report.imported[0].file.startswith("correo.zip!")
        found = kept(portal, "SETP1")
        assert set(found) == {"original", "container", "validation", "pdf"}
        assert found["pdf"] == b"%PDF-1.7 own"
        assert hashlib.sha256(found["original"]).digest() == hashlib.sha256(document_xml(one)).digest()

    def test_the_container_after_the_bare_invoice_enriches_it(self, portal: Portal) -> None:
        one = electronic()
        assert len(take(portal, ("a.xml", document_xml(one))).imported) == 1
        report = take(portal, ("b.xml", attached_document(one)))
        assert (len(report.enriched), report.problems) == (1, [])
        assert set(kept(portal, "SETP1")) == {"original", "container", "validation"}
        assert len(take(portal, ("b.xml", attached_document(one))).duplicates) == 1

    def test_both_in_one_folder_are_one_document(self, portal: Portal) -> None:
        one = electronic()
        report = take(portal, ("a.xml", document_xml(one)), ("b.xml", attached_document(one)))
        assert (len(report.imported), len(report.enriched)) == (1, 1)

    def test_good_files_of_a_folder_go_in_though_others_are_bad(self, portal: Portal) -> None:
        good = [(f"{n}.xml", document_xml(electronic(f"SETP{n}"))) for n in range(3)]
        bad = [("roto.xml", b"<Invoice"), ("nota.txt", b"hola"), ("vacio.xml", b"")]
        report = take(portal, *good, *bad)
        assert len(report.imported) == 3
        assert {problem.file for problem in report.problems} == {"roto.xml", "nota.txt", "vacio.xml"}
        assert all(str(problem.reason).endswith(".") for problem in report.problems)

    def test_many_files_go_in_by_short_transactions_and_tell_their_progress(self, portal: Portal) -> None:
        told: list[int] = []
        sources = [
            Source(f"{n}.xml", lambda n=n: document_xml(electronic(f"SETP{n}")))  # type: ignore[misc]
            for n in range(130)
        ]
        report = import_files(portal, operator("test"), sources, progress=lambda _name, done: told.append(done))
        assert len(report.imported) == sum(told) == 130
        assert portal.ledger.seq() == 2


class TestSheets:
    def sheet(self, *rows: str) -> bytes:
        return (HEAD + "".join(rows)).encode()

    def test_a_sheet_brings_its_documents_and_what_they_pay(self, portal: Portal) -> None:
        receipt = "recibo;RC-1;900100200;Ejemplar S.A.S.;900555666;ABC;2026-03-05;400,00;FE-1\n"
        report = take(portal, ("ventas.csv", self.sheet(ROW.format(n="FE-1", total="1000,00"), receipt)))
        assert len(report.imported) == 2
        assert balances(portal) == {"FE-1": 60000, "RC-1": 0}

    def test_one_bad_row_keeps_the_whole_sheet_out(self, portal: Portal) -> None:
        rows = [ROW.format(n="FE-1", total="1000,00"), ROW.format(n="FE-2", total="mil")]
        report = take(portal, ("ventas.csv", self.sheet(*rows)))
        assert report.imported == []
        assert "fila 3" in report.problems[0].place
        assert balances(portal) == {}

    def test_one_conflict_keeps_the_whole_sheet_out(self, portal: Portal) -> None:
        take(portal, ("a.csv", self.sheet(ROW.format(n="FE-1", total="1000,00"))))
        rows = [ROW.format(n="FE-2", total="5,00"), ROW.format(n="FE-1", total="999,00")]
        report = take(portal, ("b.csv", self.sheet(*rows)))
        assert (report.imported, len(report.problems)) == ([], 1)
        assert balances(portal) == {"FE-1": 100000}

    def test_the_xml_after_the_sheet_is_the_same_document(self, portal: Portal) -> None:
        take(portal, ("a.csv", self.sheet(ROW.format(n="SETP1", total="1190,00"))))
        report = take(portal, ("a.xml", document_xml(electronic())))
        assert len(report.enriched) == 1
        assert balances(portal) == {"SETP1": 119000}

    def test_a_large_sheet_reports_counts_instead_of_rows(self, portal: Portal) -> None:
        rows = [ROW.format(n=f"FE-{n}", total="10,00") for n in range(1_001)]
        report = take(portal, ("ventas.csv", self.sheet(*rows)))
        assert (report.imported, report.total("imported")) == ([], 1_001)
        assert report.as_json()["counts"] == {"ventas.csv": {"imported": 1_001}}
        assert take(portal, ("ventas.csv", self.sheet(*rows))).total("duplicates") == 1_001
        assert laws(portal) == []

    def test_the_bytes_of_every_sheet_that_came_are_kept(self, portal: Portal) -> None:
        data = self.sheet(ROW.format(n="FE-1", total="10,00"))
        take(portal, ("ventas.csv", data))
        with portal.ledger.read() as conn:
            sha256 = conn.execute(text("SELECT sha256 FROM imports")).scalar_one()
        assert portal.files.get(sha256) == data


class TestStatedBalances:
    HEAD = "documento;saldo;fecha;emisor NIT\n"

    def stated(self, portal: Portal, *rows: str) -> ImportReport:
        return take(portal, ("saldos.csv", (self.HEAD + "".join(rows)).encode()))

    @pytest.fixture
    def invoice(self, portal: Portal) -> Portal:
        take(portal, ("a.csv", (HEAD + ROW.format(n="FE-1", total="1000,00")).encode()))
        return portal

    def test_what_the_issuer_says_is_outstanding_becomes_true(self, invoice: Portal) -> None:
        assert self.stated(invoice, "FE-1;350,00;2026-03-10;900100200\n").total("balances") == 1
        assert balances(invoice) == {"FE-1": 35000}
        assert laws(invoice) == []

    def test_saying_it_twice_changes_nothing_more(self, invoice: Portal) -> None:
        for _ in range(2):
            self.stated(invoice, "FE-1;350,00;2026-03-10;900100200\n")
        assert balances(invoice) == {"FE-1": 35000}

    def test_a_higher_balance_takes_the_earlier_statement_back(self, invoice: Portal) -> None:
        self.stated(invoice, "FE-1;350,00;2026-03-10;900100200\n")
        self.stated(invoice, "FE-1;600,00;2026-03-12;900100200\n")
        assert balances(invoice) == {"FE-1": 60000}
        assert laws(invoice) == []

    def test_more_than_the_invoice_is_refused_and_nothing_changes(self, invoice: Portal) -> None:
        report = self.stated(invoice, "FE-1;1000,01;2026-03-10;900100200\n")
        assert "no cuadra" in str(report.problems[0].reason)
        assert balances(invoice) == {"FE-1": 100000}

    @pytest.mark.parametrize("row", ["FE-7;1,00;2026-03-10;900100200\n", "FE-1;1,00;2026-02-10;900100200\n"])
    def test_an_unknown_document_or_a_date_before_it_is_refused_whole(self, invoice: Portal, row: str) -> None:
        report = self.stated(invoice, "FE-1;350,00;2026-03-10;900100200\n", row)
        assert len(report.problems) == 1
        assert balances(invoice) == {"FE-1": 100000}


def test_a_file_that_can_not_be_read_is_told(portal: Portal) -> None:
    def gone() -> bytes:
        raise OSError("gone")

    def large() -> bytes:
        raise Refused(Text("El archivo pesa más de {limit} MB: divídelo.", limit=200))

    report = import_files(portal, operator("test"), [Source("a.xml", gone), Source("b.xml", large)])
    assert [str(p.reason) for p in report.problems] == [
        "No se pudo leer el archivo.",
        "El archivo pesa más de 200 MB: divídelo.",
    ]


def test_every_sample_comes_in_or_is_refused_with_a_sentence(portal: Portal, samples: Path) -> None:
    files = [path for path in sorted(samples.rglob("*")) if path.suffix in (".xml", ".zip")]
    report = take(portal, *[(path.name, path.read_bytes()) for path in files])
    assert (len(report.imported), len(report.enriched), len(report.problems)) == (28, 4, 6)
    assert laws(portal) == []
    again = take(portal, *[(path.name, path.read_bytes()) for path in files])
    assert (again.imported, again.enriched, len(again.duplicates)) == ([], [], 32)
