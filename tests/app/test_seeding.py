"""Synthetic documents are documents like any other: same facts, same search text, same laws, a realistic spread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from portal.app.portal import Portal
from portal.app.seeding import seed
from portal.app.synthetic_parties import LARGEST_ISSUER, population, zipf
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import Actor, By, operator
from portal.domain.documents import dump_facts, load_facts, search_text
from portal.errors import NotFound, Refused
from tests.factories import FrozenClock
from tests.ledger.balances import laws

SIZE = 3_000
ME = operator("test")


def ask(portal: Portal, sql: str) -> Sequence[Any]:
    with portal.ledger.read() as conn:
        return conn.execute(text(sql)).all()


def one(portal: Portal, sql: str) -> Any:
    return ask(portal, sql)[0][0]


@pytest.fixture
def sown(portal: Portal) -> Portal:
    seed(portal, ME, SIZE, 8, 100, 1)
    return portal


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """A ledger of more than one batch, only read."""
    portal = build(Settings(home=tmp_path_factory.mktemp("sown")), FrozenClock())
    seed(portal, ME, 30_000, 20, 1_080, 1)
    return portal


def test_every_law_holds_and_every_document_is_there(sown: Portal) -> None:
    assert laws(sown) == []
    assert one(sown, "SELECT COUNT(*) FROM documents") == SIZE
    assert one(sown, "SELECT COUNT(*) FROM documents WHERE item_id IS NULL") == 0


def test_a_second_run_adds_new_numbers_to_the_same_parties(sown: Portal) -> None:
    parties = one(sown, "SELECT COUNT(*) FROM customers"), one(sown, "SELECT COUNT(*) FROM issuers")
    seed(sown, ME, SIZE, 8, 100, 1)
    assert laws(sown) == []
    assert one(sown, "SELECT COUNT(*) FROM documents") == 2 * SIZE
    assert parties == (one(sown, "SELECT COUNT(*) FROM customers"), one(sown, "SELECT COUNT(*) FROM issuers"))


def test_each_batch_is_one_change_that_the_counter_knows(big: Portal) -> None:
    assert one(big, "SELECT COUNT(DISTINCT seq) FROM documents") == 2
    assert one(big, "SELECT MAX(seq) FROM entries") == big.ledger.seq()


def test_stored_facts_are_what_the_domain_would_write(sown: Portal) -> None:
    for facts_json, search, total, currency in ask(sown, "SELECT facts, search, total, currency FROM documents"):
        facts = load_facts(facts_json)
        assert dump_facts(facts) == facts_json
        assert search_text(facts) == search
        assert (facts.total_minor, facts.currency) == (total, currency)


def test_columns_repeat_the_facts(sown: Portal) -> None:
    columns = "number, folded_number, cufe, kind, term, method, CAST(issue_date AS TEXT), CAST(due_date AS TEXT)"
    for facts_json, *row in ask(sown, f"SELECT facts, {columns} FROM documents WHERE kind <> 'receipt'"):
        facts = load_facts(facts_json)
        due = facts.due_date.isoformat() if facts.due_date else None
        told = [facts.number, facts.folded_number, facts.cufe, facts.kind, facts.term, facts.method]
        assert row == [*told, facts.issue_date.isoformat(), due]


def test_what_a_credit_names_is_what_it_was_applied_to(sown: Portal) -> None:
    named = ask(sown, "SELECT document_id, target_id, amount FROM document_references ORDER BY 1, 2, 3")
    applied = ask(
        sown,
        """SELECT a.document_id, d.id, a.amount FROM allocations a JOIN documents d ON d.item_id = a.debit_id
           ORDER BY 1, 2, 3""",
    )
    assert named == applied
    assert len(named) > SIZE / 3


def test_no_row_points_to_nothing(big: Portal) -> None:
    assert ask(big, "PRAGMA foreign_key_check") == []


def test_nothing_is_dated_or_recorded_in_the_future(big: Portal) -> None:
    assert one(big, "SELECT MAX(issue_date) FROM documents") <= "2026-03-15"
    now = 1_773_586_800_000_000
    assert one(big, "SELECT MAX(recorded_at) FROM entries") <= now
    assert one(big, "SELECT MIN(issue_date) FROM documents") < "2024-03-01"


def test_the_spread_is_that_of_a_real_ledger(big: Portal) -> None:
    issuers = [row[0] for row in ask(big, "SELECT COUNT(*) FROM documents GROUP BY issuer_id ORDER BY 1 DESC")]
    customers = [row[0] for row in ask(big, "SELECT COUNT(*) FROM documents GROUP BY customer_id ORDER BY 1 DESC")]
    assert 0.10 <= issuers[0] / 30_000 <= 0.20
    assert customers[0] == 3_000
    assert 20 <= customers[len(customers) // 2] <= 30
    assert one(big, "SELECT COUNT(DISTINCT currency) FROM documents") == 3
    assert one(big, "SELECT COUNT(DISTINCT kind) FROM documents") == 5
    assert 0.68 <= one(big, "SELECT AVG(kind = 'invoice') FROM documents") <= 0.72


def test_seven_debits_in_ten_are_settled_others_in_part_or_overdue(big: Portal) -> None:
    paid = "COALESCE((SELECT SUM(amount) FROM allocations WHERE debit_id = d.item_id), 0)"
    debits = (
        f"(SELECT total, due_date, total - {paid} AS owed FROM documents d WHERE kind IN ('invoice', 'debit_note'))"
    )
    assert 0.65 <= one(big, f"SELECT AVG(owed = 0) FROM {debits}") <= 0.75
    assert one(big, f"SELECT AVG(owed > 0 AND owed < total) FROM {debits}") > 0.03
    assert one(big, f"SELECT AVG(owed > 0 AND due_date < '2026-03-15') FROM {debits}") > 0.1


def test_the_same_number_gives_the_same_documents(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = build(Settings(home=tmp_path_factory.mktemp("other")), FrozenClock())
    for each in (portal, other):
        seed(each, ME, 500, 3, 20, 7)
    facts = "SELECT facts FROM documents ORDER BY folded_number"
    assert sorted(ask(portal, facts)) == sorted(ask(other, facts))


def test_progress_tells_every_document(portal: Portal) -> None:
    told: list[int] = []
    seed(portal, ME, 500, 3, 20, 1, told.append)
    assert sum(told) == 500


@pytest.mark.parametrize(("documents", "issuers", "customers"), [(10, 0, 5), (10, 6, 5), (10, 2, 11)])
def test_numbers_that_do_not_fit_each_other_are_refused(
    portal: Portal, documents: int, issuers: int, customers: int
) -> None:
    with pytest.raises(Refused, match="no cuadran"):
        seed(portal, ME, documents, issuers, customers, 1)
    assert one(portal, "SELECT COUNT(*) FROM issuers") == 0


def test_only_the_operator_sows(portal: Portal) -> None:
    with pytest.raises(NotFound):
        seed(portal, Actor(By.LINK, "link:1"), 10, 1, 1, 1)


@given(st.integers(1, 60))
def test_issuer_shares_add_up_and_fall(size: int) -> None:
    shares = zipf(size)
    assert shares.sum() == pytest.approx(1)
    assert shares[0] == pytest.approx(max(LARGEST_ISSUER, 1 / size), abs=0.01)
    assert all(one >= other for one, other in pairwise(shares))


@given(st.integers(1, 8), st.integers(0, 30), st.integers(0, 500), st.integers(0, 99))
def test_every_customer_has_documents_and_together_they_have_all(
    issuers: int, more_customers: int, more_documents: int, number: int
) -> None:
    customers = issuers + more_customers
    documents = customers + more_documents
    people = population(documents, issuers, customers, np.random.default_rng(number))
    assert people.documents.sum() == documents
    assert people.documents.min() >= 1
    assert len(people.customers) == len(people.issuer_of) == customers
    assert {party.key for party in people.issuers}.isdisjoint(party.key for party in people.customers)
