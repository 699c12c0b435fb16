"""`verify` names what is broken: each law has a planted break."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from portal.app.checking import check_portal, diagnose
from portal.app.importing.run import import_found
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import Actor, By, operator
from portal.domain.documents import Kind
from portal.errors import NotFound
from portal.importers.found import Evidence, EvidenceRole, Found
from tests.factories import XYZ, FrozenClock, bring, facts, pays
from tests.ledger.balances import laws


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    built = build(Settings(home=tmp_path), FrozenClock())
    bring(
        built,
        facts("FE-1", 1000),
        facts("FE-2", 500, customer=XYZ),
        facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1")),
    )
    with built.ledger.write("test") as unit:
        for table in ("entries", "allocations"):
            for verb in ("update", "delete"):
                unit.conn.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        unit.commit()
    yield built
    built.close()


def break_by(portal: Portal, statement: str) -> list[str]:
    with portal.ledger.write("test") as unit:
        unit.conn.execute(text(statement))
        unit.commit()
    return laws(portal)


def test_a_whole_ledger_breaks_no_law(portal: Portal) -> None:
    assert laws(portal) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE allocations SET amount = 200000", "saldo negativo"),
        ("UPDATE entries SET amount = amount + 1 WHERE amount > 0", "asentó"),
        ("UPDATE allocations SET debit_id = (SELECT item_id FROM documents WHERE number = 'FE-2')", "cruza"),
        ("UPDATE entries SET currency = 'USD'", "misma emisor, cliente y moneda|no es del mismo emisor"),
        ("UPDATE documents SET item_id = NULL WHERE number = 'FE-2'", "no tiene partida"),
        ("UPDATE documents SET currency = 'USD' WHERE number = 'FE-2'", "no son del mismo emisor"),
        ("UPDATE documents SET state = 'withdrawn' WHERE number = 'FE-2'", "todavía suma"),
        ("UPDATE entries SET effective_on = '2027-01-01' WHERE amount > 0", "habría tenido un saldo negativo"),
        ("UPDATE documents SET seq = 99", "posterior al contador"),
    ],
)
def test_each_planted_break_is_named(portal: Portal, statement: str, told: str) -> None:
    import re

    broken = break_by(portal, statement)
    assert any(re.search(told, sentence) for sentence in broken), broken


def test_an_undo_larger_than_what_was_applied_is_named(portal: Portal) -> None:
    columns = "issuer_id, customer_id, currency, credit_id, debit_id, cause, effective_on, recorded_at, person, seq"
    undo = f"INSERT INTO allocations (id, amount, undoes, {columns}) SELECT 1, -50000, id, {columns} FROM allocations"
    assert any("deshace más" in sentence for sentence in break_by(portal, undo))


class TestTheWholePortal:
    def told(self, portal: Portal) -> list[str]:
        return [str(one) for one in check_portal(portal, operator())]

    def test_all_is_well(self, portal: Portal) -> None:
        assert self.told(portal) == []
        assert list(diagnose(portal)) == []

    def test_a_file_that_is_gone_or_cut_is_named(self, portal: Portal) -> None:
        kept = (Evidence(EvidenceRole.PDF, "a.pdf", "application/pdf", b"%PDF-1.4"),)
        import_found(portal, operator(), [Found(facts("FE-9"), "a.csv", evidence=kept)])
        path = next(p for p in (portal.settings.home / "files").rglob("*") if p.is_file())
        path.write_bytes(b"%PDF")
        assert "no tiene el tamaño" in self.told(portal)[0]
        path.unlink()
        assert "Falta el archivo" in self.told(portal)[0]

    def test_only_the_operator_may_ask(self, portal: Portal) -> None:
        with pytest.raises(NotFound):
            list(check_portal(portal, Actor(By.LINK, "link:1")))
