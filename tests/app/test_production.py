"""A production portal does not start on data that are not real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from portal.app.checking import diagnose
from portal.app.importing.run import import_found
from portal.app.payments.accounts import remove_account, set_account, switch_account
from portal.app.payments.sandboxing import Outcome, play
from portal.app.portal import Portal
from portal.app.production import refuse_trial_data
from portal.app.seeding import seed
from portal.app.voiding import withdraw
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.errors import SettingsError
from portal.importers.found import Found
from portal.ledger.tables import documents
from tests.app.payments.till import open_till
from tests.app.test_reading import change, document_id
from tests.factories import FrozenClock, bring, facts


def in_production(portal: Portal) -> Portal:
    return replace(portal, settings=portal.settings.model_copy(update={"env": "production"}))


def refusal(portal: Portal) -> str:
    with pytest.raises(SettingsError) as refused:
        refuse_trial_data(in_production(portal))
    assert refused.value.problems == [str(one) for one in diagnose(in_production(portal))]
    return "\n".join(refused.value.problems)


def test_real_documents_are_welcome(portal: Portal) -> None:
    bring(portal, facts())
    refuse_trial_data(in_production(portal))


def test_seeded_documents_are_refused(portal: Portal) -> None:
    seed(portal, operator("seed"), 20, 1, 2, 1)
    assert "demo or seeded" in refusal(portal)


def test_what_the_demo_brought_is_refused(portal: Portal) -> None:
    import_found(portal, operator("demo"), [Found(facts(), "demo.csv")])
    assert "demo or seeded" in refusal(portal)


def test_documents_of_the_test_environment_are_named_until_they_are_withdrawn(portal: Portal) -> None:
    bring(portal, facts("SETT-1", environment="2"))
    assert "(SETT-1)" in refusal(portal)
    change(portal, withdraw, document_id(portal, "SETT-1"), "prueba")
    refuse_trial_data(in_production(portal))


def test_an_account_of_test_money_is_refused_until_it_is_switched_off(portal: Portal, clock: FrozenClock) -> None:
    bring(portal, facts("FE-1"))
    account = sandbox_at(portal, "FE-1")
    assert f"{account} (sandbox)" in refusal(portal)
    switch_account(portal, operator(), account, False)
    refuse_trial_data(in_production(portal))
    switch_account(portal, operator(), account, True)
    remove_account(portal, operator(), account)
    refuse_trial_data(in_production(portal))


def test_payments_of_test_money_are_refused_whatever_becomes_of_their_account(
    portal: Portal, clock: FrozenClock
) -> None:
    bring(portal, facts("FE-1"))
    till = replace(open_till(portal, clock), account_id=sandbox_at(portal, "FE-1"))
    checkout = till.start("FE-1")
    play(portal, till.payer, checkout.id, Outcome.APPROVED)
    till.ask(checkout)
    (payment,) = till.payments()
    remove_account(portal, operator(), till.account_id)
    assert f"test money ({payment.transaction_id})" in refusal(portal)


def test_test_money_that_never_reached_an_account_is_no_obstacle(portal: Portal, clock: FrozenClock) -> None:
    bring(portal, facts("FE-1"))
    till = open_till(portal, clock)
    till.approve(till.start("FE-1"), live=False)
    assert till.payments(troubled=True)
    refuse_trial_data(in_production(portal))


def sandbox_at(portal: Portal, number: str) -> int:
    """The sandbox's account of the issuer of a document."""
    with portal.ledger.read() as conn:
        issuer_id = conn.execute(select(documents.c.issuer_id).where(documents.c.number == number)).scalar_one()
    return set_account(portal, operator(), issuer_id, "sandbox", {"secret": "hush-hush"}).row.id


def test_in_development_all_of_it_may_be_there(portal: Portal) -> None:
    bring(portal, facts("SETT-1", environment="2"))
    refuse_trial_data(portal)


def test_the_questions_are_answered_from_small_indexes(tmp_path: Path) -> None:
    asked = (
        "documents WHERE test = 1 AND state <> 'withdrawn'",
        "imports WHERE person IN ('operator:demo', 'operator:seed')",
    )
    built = build(Settings(home=tmp_path))
    with built.ledger.read() as conn:
        plans = [conn.execute(text(f"EXPLAIN QUERY PLAN SELECT id FROM {one} LIMIT 1")).all()[0][3] for one in asked]
    built.close()
    assert ["ix_documents_test" in plans[0], "ix_imports_trial" in plans[1]] == [True, True]
