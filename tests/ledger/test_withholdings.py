"""The rows of withholdings: each press once, told in order, and never of another document, customer or issuer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import Scope
from portal.domain.withholdings import Policy, Rate, Stand, Withheld
from portal.ledger import withholding_policies as policies
from portal.ledger import withholdings as rows
from portal.ledger.tables import documents
from portal.ledger.unit import Unit
from tests.factories import OTRA, FrozenClock, bring, facts
from tests.ledgers import copy_empty_ledger

FUENTE, ICA = Withheld.RETEFUENTE, Withheld.RETEICA


@pytest.fixture
def portal(tmp_path: Path, empty_ledger: Path) -> Iterator[Portal]:
    copy_empty_ledger(empty_ledger, tmp_path)
    built = build(Settings(home=tmp_path), FrozenClock())
    bring(built, facts("FE-1"), facts("FE-2"), facts("OT-1", issuer=OTRA))
    yield built
    built.close()


def document(portal: Portal, number: str) -> Any:
    with portal.ledger.read() as conn:
        return conn.execute(select(documents).where(documents.c.number == number)).one()


def add(unit: Unit, row: Any, state: Stand = Stand.WAITING, key: str = "k", **amounts: int) -> None:
    stated = {row.id: {Withheld(tax): amount for tax, amount in amounts.items()}}
    rows.add_withholdings(
        unit, stated, {row.id: {FUENTE: 7}}, state, issuer_id=row.issuer_id, customer_id=row.customer_id,
        currency="COP", checkout_id=None, start_key=key, name="Ana", email=None, language="es",
    )  # fmt: skip


@pytest.fixture
def unit(portal: Portal) -> Iterator[Unit]:
    with portal.ledger.write("test") as writing:
        yield writing


def test_what_is_zero_is_not_written_and_what_was_suggested_stays_beside_it(portal: Portal, unit: Unit) -> None:
    add(unit, document(portal, "FE-1"), retefuente=5, reteica=0, reteiva=3)
    told = {one.tax: (one.amount, one.suggested) for one in rows.stated_by(unit.conn, "k")}
    assert told == {FUENTE: (5, 7), Withheld.RETEIVA: (3, 0)}


def test_one_press_can_not_state_the_same_twice(portal: Portal, unit: Unit) -> None:
    row = document(portal, "FE-1")
    add(unit, row, retefuente=5)
    with pytest.raises(IntegrityError):
        add(unit, row, retefuente=5)


def test_only_what_waits_or_is_accepted_stands(portal: Portal, unit: Unit) -> None:
    row = document(portal, "FE-1")
    add(unit, row, Stand.HELD, "a", reteica=1)
    add(unit, row, Stand.REJECTED, "b", reteica=2)
    add(unit, row, Stand.WAITING, "c", reteica=4, retefuente=8)
    add(unit, document(portal, "FE-2"), Stand.WAITING, "d", reteica=16)
    assert rows.standing_on(unit.conn, [row.id]) == {row.id: {ICA: 4, FUENTE: 8}}
    assert rows.waiting_on(unit.conn, [row.id]) == {row.id: 12}
    assert rows.kept_on(unit.conn, [row.id]) == {row.item_id: 12}
    assert sum(one.amount for one in rows.waiting_of(unit.conn, row.customer_id, "COP")) == 28
    assert rows.waiting_of(unit.conn, row.customer_id, "USD") == []


def test_an_accepted_one_has_its_item_and_no_other_has(portal: Portal, unit: Unit) -> None:
    row = document(portal, "FE-1")
    add(unit, row, retefuente=5)
    (one,) = rows.stated_by(unit.conn, "k")
    with pytest.raises(IntegrityError):
        rows.decide(unit, one, Stand.ACCEPTED)


def test_a_desk_reads_its_own_issuers_the_longest_waiting_first(portal: Portal, unit: Unit) -> None:
    mine, other = document(portal, "FE-1"), document(portal, "OT-1")
    add(unit, mine, key="a", retefuente=1)
    add(unit, other, key="b", retefuente=2)
    add(unit, mine, Stand.REJECTED, "c", retefuente=3)
    add(unit, mine, key="d", reteica=4)
    scope = Scope(issuers=frozenset({mine.issuer_id}))

    def amounts(states: list[Stand], limit: int = 9, offset: int = 0) -> list[int]:
        return [one.amount for one in rows.withholdings_in(unit.conn, scope, states, limit, offset)]

    assert amounts([Stand.WAITING]) == [1, 4] and amounts([Stand.WAITING], 1, 1) == [4]
    assert amounts(list(Stand)) == [4, 3, 1]
    assert len(rows.withholdings_in(unit.conn, Scope(everything=True), list(Stand), 9)) == 4


def test_a_document_that_ends_takes_what_is_held_or_waits_of_it_and_leaves_the_rest(portal: Portal, unit: Unit) -> None:
    row = document(portal, "FE-1")
    add(unit, row, Stand.HELD, "a", reteica=1)
    add(unit, row, Stand.WAITING, "b", reteica=2)
    add(unit, document(portal, "FE-2"), Stand.WAITING, "c", reteica=4)
    assert rows.end_with(unit, row.id) == set()
    states = [one.state for one in rows.withholdings_in(unit.conn, Scope(everything=True), list(Stand), 9)]
    assert states == [Stand.WAITING, Stand.REJECTED, Stand.REJECTED]


class TestThePolicy:
    def test_nothing_may_be_stated_where_nothing_was_decided(self, portal: Portal, unit: Unit) -> None:
        row = document(portal, "FE-1")
        assert policies.policy_of(unit.conn, row.issuer_id) == Policy()
        policies.set_policy(unit, row.issuer_id, Policy(True, True, False))
        assert policies.policy_of(unit.conn, row.issuer_id) == Policy(True, True, False)
        assert policies.policy_of(unit.conn, document(portal, "OT-1").issuer_id) == Policy()

    @pytest.mark.parametrize("percent", ["0", "0.0001", "0.966", "2.5", "11", "100"])
    def test_a_rate_comes_back_as_it_was_set(self, portal: Portal, unit: Unit, percent: str) -> None:
        issuer = document(portal, "FE-1").issuer_id
        rate = Rate(ICA, Decimal(percent), 12_345, date(2026, 2, 1))
        policies.set_rate(unit, issuer, rate)
        assert [one.rate for one in policies.rates_of(unit.conn, issuer)] == [rate]

    def test_one_rate_a_day_the_newest_day_first(self, portal: Portal, unit: Unit) -> None:
        issuer = document(portal, "FE-1").issuer_id
        for percent, month in ((1, 1), (2, 3), (3, 1)):
            policies.set_rate(unit, issuer, Rate(ICA, Decimal(percent), 0, date(2026, month, 1)))
        assert [int(one.rate.percent) for one in policies.rates_of(unit.conn, issuer)] == [2, 3]

    def test_another_issuer_takes_no_rate_away(self, portal: Portal, unit: Unit) -> None:
        issuer, other = document(portal, "FE-1").issuer_id, document(portal, "OT-1").issuer_id
        policies.set_rate(unit, issuer, Rate(ICA, Decimal(1), 0, date(2026, 1, 1)))
        (kept,) = policies.rates_of(unit.conn, issuer)
        assert policies.drop_rate(unit, other, kept.id) is None
        assert policies.rates_of(unit.conn, issuer) == [kept]
        assert policies.drop_rate(unit, issuer, kept.id) == kept.rate and policies.rates_of(unit.conn, issuer) == []
