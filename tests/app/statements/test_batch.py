"""All of an issuer's statements in one file: a PDF each and an index, with the figures that each has alone."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date

import pytest

from portal.app.export_making import make_export
from portal.app.export_requests import StatementsRequest
from portal.app.exports import State, export_file, export_state, request_export
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.statements import batch
from portal.app.statements.issuing import Wish, issue
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.documents import Kind
from portal.domain.issued import Stamp
from portal.domain.roles import RIGHTS, Role
from portal.domain.statement import Statement
from portal.errors import NotFound
from portal.ledger.statement_tables import issued_statements
from tests.app.people import staff
from tests.app.statements.account import customer
from tests.factories import OTRA, XYZ, FrozenClock, bring, facts
from tests.render.papers import text_of

QUARTER = (date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture
def analyst(portal: Portal, wish: Wish) -> Actor:
    return staff(portal, wish.issuer_id, Role.ANALYST)


def made(portal: Portal, actor: Actor, wish: Wish, owing: bool = False) -> dict[str, bytes]:
    export_id = request_export(portal, actor, StatementsRequest(wish.issuer_id, *QUARTER, owing))
    run_job(portal, export_id)
    state = export_state(portal, actor, export_id)
    assert state.state is State.READY and state.address == f"/exports/{export_id}", state.error
    with zipfile.ZipFile(io.BytesIO(export_file(portal, actor, export_id).data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def index(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["indice.csv"].decode("utf-8-sig"))))


def count_issued(portal: Portal) -> int:
    with portal.ledger.read() as conn:
        return len(conn.execute(issued_statements.select()).all())


def test_each_account_has_its_paper_and_its_row(portal: Portal, wish: Wish, analyst: Actor) -> None:
    bring(portal, facts("FE-7", 300, currency="USD"), facts("FE-8", issuer=OTRA))
    files = made(portal, analyst, wish)
    rows = index(files)
    assert [(row["NIT o documento del cliente"], row["Moneda"], row["Saldo final"]) for row in rows] == [
        ("52123456", "COP", "1000.00"), ("900555666", "COP", "1600.00"), ("900555666", "USD", "300.00"),
    ]  # fmt: skip
    assert set(files) == {"indice.csv", *(row["Archivo"] for row in rows)} and len(files) == 4
    for row in rows:
        text = text_of(files[row["Archivo"]])
        assert row["Número"] in text and row["Huella"][:4] in text
    alone = issue(portal, analyst, wish)
    assert [row["Huella"] for row in rows if row["Saldo final"] == "1600.00"] == [alone.fingerprint]


def test_no_movement_waits_for_the_index(
    portal: Portal, wish: Wish, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, row = list[int](), batch.IndexRow

    def keeps(stamp: Stamp, told: Statement, file: str) -> batch.IndexRow:
        kept.append(len(told.movements))
        return row(stamp, told, file)

    monkeypatch.setattr(batch, "IndexRow", keeps)
    assert [one["Cargos"] for one in index(made(portal, analyst, wish))] == ["1000.00", "2000.00"] and kept == [0, 0]


def test_those_who_owe_nothing_are_left_out_if_that_is_wished(portal: Portal, wish: Wish, analyst: Actor) -> None:
    bring(portal, facts("RC-9", 1_500, Kind.RECEIPT, customer=XYZ))
    rows = index(made(portal, analyst, wish, owing=True))
    assert [row["NIT o documento del cliente"] for row in rows] == ["900555666"]


def test_made_again_it_issues_none_twice(portal: Portal, clock: FrozenClock, wish: Wish, analyst: Actor) -> None:
    first = index(made(portal, analyst, wish))
    clock.forward(hours=1)
    assert index(made(portal, analyst, wish)) == first and count_issued(portal) == 2


def test_a_worker_that_dies_half_way_leaves_no_gap_and_no_second(
    portal: Portal, clock: FrozenClock, wish: Wish, analyst: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_TOGETHER", 1)
    export_id = request_export(portal, analyst, StatementsRequest(wish.issuer_id, *QUARTER, False))
    write, calls = portal.files.put, list[int]()

    def dies(data: bytes) -> str:
        calls.append(len(data))
        if len(calls) == 3:
            raise OSError("the disk is full")
        return write(data)

    monkeypatch.setattr(portal.files, "put", dies)
    with pytest.raises(OSError, match="full"):
        make_export(portal, export_id)
    assert count_issued(portal) == 1
    clock.forward(days=1)
    make_export(portal, export_id)
    with portal.ledger.read() as conn:
        assert sorted(row.number for row in conn.execute(issued_statements.select())) == [1, 2]


def test_it_is_for_who_may_take_all_of_an_issuer_along(portal: Portal, wish: Wish) -> None:
    request = StatementsRequest(wish.issuer_id, *QUARTER, False)
    of_one = Actor(By.USER, "user:1", (Grant(wish.issuer_id, wish.customer_id, RIGHTS[Role.ANALYST]),), user_id=1)
    less = Actor(By.USER, "user:1", (Grant(wish.issuer_id, None, frozenset({Right.SEE, Right.EXPORT})),), user_id=1)
    for actor in (customer(wish), of_one, less):
        with pytest.raises(NotFound):
            request_export(portal, actor, request)


def test_where_nobody_has_anything_it_says_so(portal: Portal, wish: Wish, analyst: Actor) -> None:
    export_id = request_export(
        portal, analyst, StatementsRequest(wish.issuer_id, date(2020, 1, 1), date(2020, 2, 1), False)
    )
    run_job(portal, export_id)
    assert "Ningún cliente" in str(export_state(portal, analyst, export_id).error)
