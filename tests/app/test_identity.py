"""Duplicate, enriched, conflict: what happens when a document comes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from portal.app.importing.run import import_found
from portal.app.portal import Portal
from portal.app.voiding import withdraw
from portal.domain.access import Actor, By, operator
from portal.domain.documents import Facts, Kind, Line, Validation
from portal.domain.parties import Party
from portal.errors import Refused
from portal.importers.found import Evidence, EvidenceRole, Found
from portal.ledger.parties import issuer_by_tax_id
from tests.factories import ABC, EJEMPLAR, OTRA, bring, facts
from tests.ledger.balances import balances, laws, owed

CUFE = "c" * 96
LINES = (Line("1", "Papel carta", Decimal(2), Decimal(1000)),)


def xml_of(one: Facts, **more: object) -> Found:
    stated = replace(one, source="xml", cufe=CUFE, cufe_scheme="CUFE-SHA384", lines=LINES, **more)  # type: ignore[arg-type]
    return Found(stated, "a.xml", "a.xml", (Evidence(EvidenceRole.ORIGINAL, "a.xml", "text/xml", b"<Invoice/>"),))


def document_id(portal: Portal, number: str) -> int:
    with portal.ledger.read() as conn:
        query = text("SELECT id FROM documents WHERE number = :n AND state <> 'withdrawn'")
        return int(conn.execute(query, {"n": number}).scalar_one())


def column(portal: Portal, name: str, number: str = "FE-1") -> object:
    with portal.ledger.read() as conn:
        return conn.execute(text(f"SELECT {name} FROM documents WHERE number = :n"), {"n": number}).scalar_one()


class TestTheSameDocument:
    def test_the_same_facts_again_change_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        before = portal.ledger.seq()
        report = bring(portal, facts("FE-1"))
        assert (len(report.duplicates), report.imported) == (1, [])
        assert portal.ledger.seq() == before
        assert owed(portal) == 100000

    @pytest.mark.parametrize("number", ["fe-1", "FE 1", "FE1", "F E-1"])
    def test_a_number_written_otherwise_is_the_same_number(self, portal: Portal, number: str) -> None:
        bring(portal, facts("FE-1"))
        assert len(bring(portal, facts(number)).duplicates) == 1

    def test_a_name_written_otherwise_is_no_other_fact(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        renamed = facts("FE-1", customer=replace(ABC, name="EMPRESA ABC SAS"))
        assert len(bring(portal, renamed).duplicates) == 1

    def test_the_same_number_of_another_kind_or_issuer_is_another_document(self, portal: Portal) -> None:
        bring(portal, facts("1"), facts("1", kind=Kind.CREDIT_NOTE), facts("1", issuer=OTRA))
        assert owed(portal) == 100000

    def test_twice_in_one_folder_is_once(self, portal: Portal) -> None:
        report = bring(portal, facts("FE-1"), facts("FE-1"))
        assert (len(report.imported), len(report.duplicates)) == (1, 1)


class TestEnriched:
    def test_the_xml_after_the_sheet_becomes_the_original(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        report = import_found(portal, operator(), [xml_of(facts("FE-1"), due_date=date(2026, 4, 1))])
        assert len(report.enriched) == 1
        assert column(portal, "cufe") == CUFE
        assert column(portal, "source") == "xml"
        assert "2026-04-01" in str(column(portal, "due_date"))
        assert "papel carta" in str(column(portal, "search"))
        assert owed(portal) == 100000

    def test_the_container_after_the_bare_invoice_adds_the_proof(self, portal: Portal) -> None:
        bare = xml_of(facts("FE-1"))
        import_found(portal, operator(), [bare])
        pdf = Evidence(EvidenceRole.PDF, "a.pdf", "application/pdf", b"%PDF-1.4")
        proven = replace(bare, evidence=(*bare.evidence, pdf), validation=Validation("02", "Validado", CUFE))
        report = import_found(portal, operator(), [proven])
        assert len(report.enriched) == 1
        assert '"02"' in str(column(portal, "validation"))
        assert len(import_found(portal, operator(), [proven]).duplicates) == 1

    def test_the_sheet_after_the_xml_changes_nothing(self, portal: Portal) -> None:
        import_found(portal, operator(), [xml_of(facts("FE-1"))])
        assert len(bring(portal, facts("FE-1")).duplicates) == 1
        assert column(portal, "source") == "xml"

    def test_new_bytes_of_the_same_facts_are_kept_too(self, portal: Portal) -> None:
        first = xml_of(facts("FE-1"))
        other = replace(first, evidence=(Evidence(EvidenceRole.ORIGINAL, "b.xml", "text/xml", b"<Invoice />"),))
        import_found(portal, operator(), [first])
        import_found(portal, operator(), [other])
        with portal.ledger.read() as conn:
            kept = [row[0] for row in conn.execute(text("SELECT sha256 FROM document_files ORDER BY id"))]
        assert [portal.files.get(sha256) for sha256 in kept] == [b"<Invoice/>", b"<Invoice />"]


class TestConflict:
    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"total": Decimal(999)}, "total"),
            ({"issue_date": date(2026, 3, 2)}, "fecha de emisión"),
            ({"currency": "USD"}, "moneda"),
            ({"customer": Party("CO", "31", "900777888", "Otro")}, "cliente"),
        ],
    )
    def test_another_fact_under_the_same_number_is_reported_and_nothing_changes(
        self, portal: Portal, change: dict[str, object], named: str
    ) -> None:
        bring(portal, facts("FE-1"))
        report = bring(portal, replace(facts("FE-1"), **change))  # type: ignore[arg-type]
        assert named in str(report.problems[0].reason)
        assert owed(portal) == 100000

    def test_the_same_cufe_under_another_number_is_a_conflict(self, portal: Portal) -> None:
        import_found(portal, operator(), [xml_of(facts("FE-1"))])
        report = import_found(portal, operator(), [xml_of(facts("FE-2"))])
        assert "número" in str(report.problems[0].reason)

    def test_other_lines_are_a_conflict(self, portal: Portal) -> None:
        import_found(portal, operator(), [xml_of(facts("FE-1"))])
        other = xml_of(facts("FE-1"))
        lines = (Line("1", "Papel oficio", Decimal(2), Decimal(1000)),)
        report = import_found(portal, operator(), [replace(other, facts=replace(other.facts, lines=lines))])
        assert "líneas" in str(report.problems[0].reason)

    def test_good_files_go_in_beside_a_bad_one(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        report = bring(portal, facts("FE-2"), facts("FE-1", 7), facts("FE-3"))
        assert (len(report.imported), len(report.problems)) == (2, 1)
        assert laws(portal) == []


class TestWithdrawn:
    def test_the_same_facts_bring_a_withdrawn_document_back(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        with portal.ledger.write("test") as unit:
            withdraw(unit, document_id(portal, "FE-1"), "prueba")
            unit.commit()
        assert owed(portal) == 0
        bring(portal, facts("FE-1"))
        assert owed(portal) == 100000
        assert laws(portal) == []

    def test_a_corrected_document_may_take_the_number_of_a_withdrawn_one(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 7777))
        with portal.ledger.write("test") as unit:
            withdraw(unit, document_id(portal, "FE-1"), "total equivocado")
            unit.commit()
        bring(portal, facts("FE-1", 1000))
        assert balances(portal) == {"FE-1": 100000}


class TestVoided:
    def test_a_sheet_may_say_that_a_document_was_annulled_from_the_start(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", voided=True))
        assert (column(portal, "state"), owed(portal)) == ("void", 0)

    def test_a_later_sheet_annuls_a_document_that_is_not_electronic(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        bring(portal, facts("FE-1", voided=True))
        assert (column(portal, "state"), owed(portal)) == ("void", 0)
        assert laws(portal) == []

    def test_no_sheet_annuls_an_electronic_invoice(self, portal: Portal) -> None:
        import_found(portal, operator(), [xml_of(facts("FE-1"))])
        report = bring(portal, facts("FE-1", voided=True))
        assert "nota crédito" in str(report.problems[0].reason)
        assert owed(portal) == 100000


class TestWhoMayBringWhat:
    def own(self, portal: Portal) -> Actor:
        bring(portal, facts("FE-0", 1))
        with portal.ledger.read() as conn:
            issuer = issuer_by_tax_id(conn, EJEMPLAR.tax_id)
        assert issuer is not None
        return Actor(By.ISSUER, "issuer:ana", issuer_id=issuer.id)

    def test_an_issuer_brings_in_what_it_issued(self, portal: Portal) -> None:
        assert len(import_found(portal, self.own(portal), [Found(facts("FE-1"), "a.csv")]).imported) == 1

    def test_an_issuer_brings_in_nothing_of_another(self, portal: Portal) -> None:
        report = import_found(portal, self.own(portal), [Found(facts("FE-1", issuer=OTRA), "a.csv")])
        assert "fue emitido por Otra Empresa S.A." in str(report.problems[0].reason)

    def test_the_operator_may_hold_an_import_to_one_issuer(self, portal: Portal) -> None:
        self.own(portal)
        report = bring(portal, facts("FE-1", issuer=OTRA), issuer_tax_id="900.100.200")
        assert len(report.problems) == 1

    def test_an_unknown_issuer_can_not_be_imported_for(self, portal: Portal) -> None:
        with pytest.raises(Refused, match="issuer add"):
            bring(portal, facts("FE-1"), issuer_tax_id="1")

    def test_a_visitor_of_a_link_brings_in_nothing(self, portal: Portal) -> None:
        with pytest.raises(Refused):
            import_found(portal, Actor(By.LINK, "link:1"), [Found(facts("FE-1"), "a.csv")])

    def test_test_documents_stay_out_of_production(self, portal: Portal) -> None:
        object.__setattr__(portal.settings, "env", "production")
        report = bring(portal, facts("FE-1", environment="2"))
        assert "documento de prueba" in str(report.problems[0].reason)
        object.__setattr__(portal.settings, "env", "development")
        assert len(bring(portal, facts("FE-1", environment="2")).imported) == 1


class TestParties:
    def test_consumidor_final_is_kept_and_marked(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", customer=Party("CO", "13", "222222222222", "Consumidor final")))
        with portal.ledger.read() as conn:
            assert conn.execute(text("SELECT anonymous FROM customers")).scalar_one()

    def test_a_customer_belongs_to_one_issuer(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-1", issuer=OTRA))
        with portal.ledger.read() as conn:
            assert conn.execute(text("SELECT COUNT(*), COUNT(DISTINCT issuer_id) FROM customers")).one() == (2, 2)

    def test_a_sheet_that_does_not_know_the_kind_of_id_finds_the_customer_by_number(self, portal: Portal) -> None:
        import_found(portal, operator(), [xml_of(facts("FE-1"))])
        bring(portal, facts("FE-2", customer=replace(ABC, id_type="13")))
        with portal.ledger.read() as conn:
            assert conn.execute(text("SELECT COUNT(*) FROM customers")).scalar_one() == 1
