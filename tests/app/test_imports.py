"""An issuer's own imports: asked for, done by a job that may die anywhere, told, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from data.demo.einvoice import document_xml, zip_as_mailed
from portal.app import jobs
from portal.app.importing import asking, doing, undoing
from portal.app.importing.asking import Busy, Key, KeyReused, ask_import
from portal.app.importing.register import import_page, list_imports, open_import, refused_file, watch_import
from portal.app.importing.templates import Template, template_file
from portal.app.importing.undoing import restore_import, withdraw_import
from portal.app.jobs import run_job
from portal.app.people import end_grant, staff_of_issuer
from portal.app.portal import Portal
from portal.app.taking_back import annul_document, list_withdrawn, restore_document, withdraw_document, withdraw_now
from portal.domain.access import Actor
from portal.domain.roles import Role
from portal.errors import LedgerBroken, NotFound, Refused
from portal.importers.sheets import read_sheet
from portal.ledger import outbox
from portal.ledger.audit import Event
from portal.ledger.import_runs import DONE, REFUSED, WAITING, Run
from portal.ledger.tables import documents
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text
from tests.app.people import BOSS, noted, staff
from tests.app.test_import_files import HEAD, ROW, electronic
from tests.factories import OTRA, bring, facts
from tests.ledger.balances import balances, laws
from tests.signed_in import issuer_named

SHEET = HEAD + ROW.format(n="FE-1", total="1000,00") + ROW.format(n="FE-2", total="500,00")
RECEIPT = "recibo;RC-1;900100200;Ejemplar S.A.S.;900555666;ABC;2026-03-05;400,00;FE-1\n"


@pytest.fixture
def issuer(portal: Portal) -> int:
    bring(portal, facts("FE-0", 10))
    return issuer_named(portal, "Ejemplar S.A.S.")


@pytest.fixture
def collector(portal: Portal, issuer: int) -> Actor:
    return staff(portal, issuer, Role.COLLECTOR)


def asked(portal: Portal, actor: Actor, issuer: int, *files: tuple[str, bytes | str]) -> int:
    sent = [(name, data.encode() if isinstance(data, str) else data) for name, data in files]
    return ask_import(portal, actor, issuer, sent)


def done(portal: Portal, actor: Actor, issuer: int, *files: tuple[str, bytes | str]) -> Run:
    run_id = asked(portal, actor, issuer, *files)
    run_job(portal, run_id)
    return watch_import(portal, actor, run_id)


def told(portal: Portal, actor: Actor, run: Run, outcome: str) -> list[str | None]:
    return [one.number or str(one.reason) for one in import_page(portal, actor, run.id, outcome, 100)]


def undo(portal: Portal) -> None:
    """The jobs that wait for their turn."""
    with portal.ledger.read() as conn:
        waiting = conn.execute(outbox.outbox.select().where(outbox.outbox.c.done_at.is_(None))).all()
    for row in waiting:
        run_job(portal, row.id)


def number(portal: Portal, name: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(documents.select().where(documents.c.number == name)).one().id)


class TestBringing:
    def test_what_came_what_was_there_and_what_was_refused_is_told(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        files = ("ventas.csv", SHEET), ("a.xml", document_xml(electronic())), ("roto.xml", b"<Invoice")
        run = done(portal, collector, issuer, *files)
        assert (run.state, run.imported, run.problems, run.files) == (DONE, 3, 1, 3)
        assert told(portal, collector, run, "imported") == ["FE-1", "FE-2", "SETP1"]
        again = done(portal, collector, issuer, ("otra.csv", SHEET), ("b.zip", zip_as_mailed(electronic())))
        assert (again.imported, again.duplicates, again.enriched) == (0, 2, 1)
        assert [one.run.id for one in list_imports(portal, collector, issuer, 10).rows] == [again.id, run.id]

    def test_only_what_the_issuer_issued_comes_in(self, portal: Portal, collector: Actor, issuer: int) -> None:
        foreign = SHEET.replace("900100200", "900300400")
        bring(portal, facts("X-1", issuer=OTRA))
        run = done(portal, collector, issuer, ("ajena.csv", foreign))
        assert (run.imported, run.problems) == (0, 2)
        assert "Trae solo lo que emitió Ejemplar" in str(told(portal, collector, run, "problems")[0])

    def test_a_run_that_was_killed_goes_on_and_tells_what_it_would_have_told(
        self, portal: Portal, collector: Actor, issuer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        files = ("a.csv", SHEET), ("b.csv", SHEET.replace("FE-2", "FE-3")), ("c.csv", "nada")
        run_id = asked(portal, collector, issuer, *files)

        def dies(*_: object, **__: object) -> None:
            raise MemoryError

        with monkeypatch.context() as patch:
            patch.setattr(doing.runs, "end_run", dies)
            run_job(portal, run_id)
        assert watch_import(portal, collector, run_id).state == WAITING
        portal.clock.forward(seconds=60)  # type: ignore[attr-defined]
        run_job(portal, run_id)
        run = watch_import(portal, collector, run_id)
        assert (run.state, run.imported, run.duplicates, run.problems) == (DONE, 3, 1, 1)
        assert told(portal, collector, run, "imported") == ["FE-1", "FE-2", "FE-3"]
        run_job(portal, run_id)
        assert watch_import(portal, collector, run_id) == run
        assert len(noted(portal, Event.IMPORT_DONE)) == 1

    def test_the_job_asks_again_whether_the_asker_may(self, portal: Portal, collector: Actor, issuer: int) -> None:
        run_id = asked(portal, collector, issuer, ("a.csv", SHEET))
        grant = next(one.grant.id for one in staff_of_issuer(portal, BOSS, issuer))
        end_grant(portal, BOSS, grant)
        run_job(portal, run_id)
        assert watch_import(portal, BOSS, run_id).state == REFUSED
        assert balances(portal) == {"FE-0": 1000}

    def test_an_operator_at_the_desk_brings_in_what_that_issuer_issued(self, portal: Portal, issuer: int) -> None:
        assert done(portal, BOSS, issuer, ("a.csv", SHEET)).imported == 2

    def test_files_of_one_name_are_told_apart(self, portal: Portal, collector: Actor, issuer: int) -> None:
        files = ("x/f.csv", SHEET), ("y\\f.csv", SHEET.replace("FE-", "FV-")), ("<b>!a.csv", "x")
        run = done(portal, collector, issuer, *files)
        assert [one.name for one in open_import(portal, collector, run.id).files] == ["f.csv", "f (2).csv", "<b>_a.csv"]
        assert run.imported == 4

    def test_too_much_at_once_is_refused(
        self, portal: Portal, collector: Actor, issuer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "LARGEST", 10)
        monkeypatch.setattr(asking, "MOST_FILES", 2)
        for files, sentence in (
            ([], "Elige los archivos"),
            ([("a", b"x" * 11)], "divídelo"),
            ([("a", b"x")] * 3, "varias veces"),
        ):
            with pytest.raises(Refused, match=sentence):
                ask_import(portal, collector, issuer, files)
        monkeypatch.setattr(asking, "MOST_WAITING", 1)
        asked(portal, collector, issuer, ("a", "x"))
        with pytest.raises(Busy, match="en espera"):
            asked(portal, collector, issuer, ("a", "x"))

    def test_a_key_asked_again_is_the_same_import_and_with_other_content_refused(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        files = [("a.csv", SHEET.encode())]
        first = ask_import(portal, collector, issuer, files, key=Key.of("k1", b"body"))
        assert ask_import(portal, collector, issuer, files, key=Key.of("k1", b"body")) == first
        assert ask_import(portal, collector, issuer, files, key=Key.of("k2", b"body")) != first
        with pytest.raises(KeyReused):
            ask_import(portal, collector, issuer, files, key=Key.of("k1", b"other"))

    def test_the_progress_moves_and_ends_with_what_was_expected(
        self, portal: Portal, collector: Actor, issuer: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(doing, "TOLD_EVERY", 0.0)
        run = done(portal, collector, issuer, ("a.csv", SHEET), ("b.xml", document_xml(electronic())))
        assert (run.done, run.expected) == (3, 3)

    def test_the_refused_list_is_a_file(self, portal: Portal, collector: Actor, issuer: int) -> None:
        run = done(portal, collector, issuer, ("=x.csv", SHEET.replace("500,00", "mil")))
        file = refused_file(portal, collector, run.id, Labels())
        head, row = file.data.decode("utf-8-sig").splitlines()
        assert head == "Archivo,Dónde,Por qué" and row.startswith("'=x.csv,\"fila 3")

    @pytest.mark.parametrize("language", ["es", "en"])
    def test_the_empty_sheet_is_one_that_the_import_reads(self, language: str) -> None:
        for kind in Template:
            file = template_file(kind, Labels(language=language))
            assert list(read_sheet(file.name, file.data, None)) == []


class TestTakingBack:
    def test_a_whole_import_is_withdrawn_with_a_reason_and_restored(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        run = done(portal, collector, issuer, ("ventas.csv", SHEET + RECEIPT))
        assert balances(portal) == {"FE-0": 1000, "FE-1": 60000, "FE-2": 50000, "RC-1": 0}
        with pytest.raises(Refused, match="motivo"):
            withdraw_import(portal, collector, run.id, "  ")
        withdraw_import(portal, collector, run.id, "Archivo equivocado")
        with pytest.raises(Refused, match="ya se está"):
            restore_import(portal, collector, run.id)
        undo(portal)
        assert open_import(portal, collector, run.id).standing == {"withdrawn": 3}
        assert list_withdrawn(portal, collector, issuer, 10).rows[0].reason == "Archivo equivocado"
        restore_import(portal, collector, run.id)
        undo(portal)
        assert balances(portal)["FE-1"] == 60000 and laws(portal) == []
        assert open_import(portal, collector, run.id).standing == {"active": 3}
        assert watch_import(portal, collector, run.id).undoing is None

    @pytest.mark.parametrize("error", [LedgerBroken(Text("ley")), IntegrityError("", {}, Exception("number"))])
    def test_one_document_that_fails_keeps_none_of_its_neighbours(
        self, portal: Portal, collector: Actor, issuer: int, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        run = done(portal, collector, issuer, ("ventas.csv", SHEET))
        first = number(portal, "FE-1")

        def withdraws(unit: Unit, row: Any, reason: str) -> None:
            if row.id == first:
                raise error
            withdraw_now(unit, row, reason)

        monkeypatch.setattr(undoing, "withdraw_now", withdraws)
        withdraw_import(portal, collector, run.id, "x")
        undo(portal)
        assert open_import(portal, collector, run.id).standing == {"active": 1, "withdrawn": 1}
        assert watch_import(portal, collector, run.id).undoing is None

    def test_one_whose_job_was_given_up_is_not_under_way_and_may_be_asked_for_again(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        run = done(portal, collector, issuer, ("ventas.csv", SHEET))
        withdraw_import(portal, collector, run.id, "x")
        assert watch_import(portal, collector, run.id).undoing == "withdraw"
        with portal.ledger.write("test") as unit:
            unit.conn.execute(
                outbox.outbox.update().where(outbox.outbox.c.job == "undo_import").values(failed_at=unit.now)
            )
            unit.commit()
        assert watch_import(portal, collector, run.id).undoing is None
        withdraw_import(portal, collector, run.id, "otra vez")
        assert watch_import(portal, collector, run.id).undoing == "withdraw"
        undo(portal)
        assert open_import(portal, collector, run.id).standing == {"withdrawn": 2}

    def test_the_same_bytes_bring_back_what_was_withdrawn(self, portal: Portal, collector: Actor, issuer: int) -> None:
        done(portal, collector, issuer, ("ventas.csv", SHEET))
        withdraw_document(portal, collector, number(portal, "FE-1"), "prueba")
        run = done(portal, collector, issuer, ("ventas.csv", SHEET))
        assert (run.enriched, run.duplicates) == (1, 1)

    def test_one_document_is_withdrawn_and_restored_and_the_audit_says_why(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        done(portal, collector, issuer, ("ventas.csv", SHEET))
        withdraw_document(portal, collector, number(portal, "FE-1"), " duplicada ")
        with pytest.raises(Refused, match="ya no está activo"):
            withdraw_document(portal, collector, number(portal, "FE-1"), "otra vez")
        (entry,) = noted(portal, Event.DOCUMENT_WITHDRAWN)
        assert entry.detail == '{"number": "FE-1", "reason": "duplicada"}'
        restore_document(portal, collector, number(portal, "FE-1"))
        with pytest.raises(Refused, match="no está retirado"):
            restore_document(portal, collector, number(portal, "FE-1"))
        assert laws(portal) == []

    def test_an_electronic_invoice_is_never_annulled_and_another_is(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        done(portal, collector, issuer, ("ventas.csv", SHEET), ("a.xml", document_xml(electronic())))
        annul_document(portal, collector, number(portal, "FE-1"), "talonario dañado")
        assert balances(portal)["FE-1"] == 0
        with pytest.raises(Refused, match="nota crédito"):
            annul_document(portal, collector, number(portal, "SETP1"), "x")

    def test_a_number_that_was_taken_meanwhile_keeps_the_withdrawn_one_out(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        done(portal, collector, issuer, ("ventas.csv", SHEET))
        old = number(portal, "FE-1")
        withdraw_document(portal, collector, old, "valor equivocado")
        done(portal, collector, issuer, ("ventas.csv", SHEET.replace("1000,00", "1100,00")))
        with pytest.raises(Refused, match="Ya llegó otro documento FE-1"):
            restore_document(portal, collector, old)

    def test_only_who_imports_at_the_issuer_may_do_any_of_it(
        self, portal: Portal, collector: Actor, issuer: int
    ) -> None:
        run = done(portal, collector, issuer, ("ventas.csv", SHEET))
        document = number(portal, "FE-1")
        bring(portal, facts("X-1", issuer=OTRA))
        other = staff(portal, issuer_named(portal, OTRA.name), Role.OWNER)
        reader = replace(staff(portal, issuer, Role.READER))
        for actor in (other, reader):
            for act in (
                lambda who: asked(portal, who, issuer, ("a", "x")),
                lambda who: list_imports(portal, who, issuer, 10),
                lambda who: list_withdrawn(portal, who, issuer, 10),
                lambda who: open_import(portal, who, run.id),
                lambda who: import_page(portal, who, run.id, "imported", 10),
                lambda who: refused_file(portal, who, run.id, Labels()),
                lambda who: withdraw_import(portal, who, run.id, "x"),
                lambda who: restore_import(portal, who, run.id),
                lambda who: withdraw_document(portal, who, document, "x"),
                lambda who: annul_document(portal, who, document, "x"),
                lambda who: restore_document(portal, who, document),
            ):
                with pytest.raises(NotFound):
                    act(actor)
        assert {"run_import", "undo_import"} <= set(jobs.WORK)
