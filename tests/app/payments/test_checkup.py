"""What `doctor` says about paying: one sentence for each trouble, none where all is well."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.app.checking import diagnose
from portal.app.jobs import run_job
from portal.app.payments.accounts import set_account, switch_account
from portal.app.payments.daily import compare_by_hand
from portal.app.payments.opening import door_of
from portal.domain.payments import NotGenuine, Standing
from portal.ledger.outbox import claim, give_up
from tests.app.payments.till import Till
from tests.app.people import BOSS

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


def said(till: Till) -> list[str]:
    return [str(one) for one in diagnose(till.portal)]


def used(till: Till) -> None:
    """Somebody went to pay, and that was hours ago."""
    checkout = till.start("FE-1")
    till.work()
    door_of(till.portal, till.payer, checkout.id)
    till.clock.forward(hours=2)
    till.look()


def test_all_is_well_with_a_new_account_and_with_one_that_works(till: Till) -> None:
    assert said(till) == []
    used(till)
    till.notice(till.checkouts()[0])
    till.work()
    assert said(till) == []


def test_credentials_of_another_secret_key_are_named_with_the_way_out(till: Till) -> None:
    other = replace(till.portal, secret=b"another secret key of thirty-two", previous_secret=None)
    (sentence,) = [str(one) for one in diagnose(other)]
    assert "Falsa de Ejemplar S.A.S." in sentence and f"cuenta {till.account_id}" in sentence
    assert "PORTAL_SECRET_KEY_PREVIOUS" in sentence
    rotated = replace(other, previous_secret=till.portal.secret)
    assert list(diagnose(rotated)) == []


def test_an_account_in_use_that_hears_nothing_is_told_where_its_notices_belong(till: Till) -> None:
    used(till)
    (sentence,) = said(till)
    assert f"/webhooks/fake/{till.account_id}" in sentence
    switch_account(till.portal, BOSS, till.account_id, False)
    assert said(till) == []


def test_a_last_notice_whose_signature_failed_is_told_until_a_good_one_comes(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    with suppress(NotGenuine):
        till.post(b"nonsense")
    (sentence,) = said(till)
    assert "firma" in sentence and "provider set" in sentence
    till.told(checkout)
    till.notice(checkout)
    till.work()
    assert said(till) == []


def test_the_sandbox_needs_no_notices(till: Till, issuer: int) -> None:
    switch_account(till.portal, BOSS, till.account_id, False)
    account = set_account(till.portal, BOSS, issuer, "sandbox", {"secret": "hush-hush"}).row.id
    used(replace(till, account_id=account))
    assert said(till) == []


def test_checkouts_and_jobs_that_nobody_sees_to_are_counted(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    till.told(checkout, Standing.PENDING)
    till.look()
    till.clock.forward(days=32)
    job_id = _job(till)
    till.clock.forward(minutes=16)
    sentences = said(till)
    assert [one.partition(":")[0] for one in sentences][1:] == [
        "Cobros que siguen abiertos después de 31 días",
        "Cobros por los que se debió preguntar hace más de una hora",
        "Trabajos de pagos que esperan desde hace más de 15 minutos",
    ]
    run_job(till.portal, job_id)
    till.look()
    assert len(said(till)) == 1  # nobody compares its days either


def test_an_account_whose_days_nobody_compares_is_named(till: Till, issuer: int) -> None:
    till.clock.forward(days=3)
    assert said(till) == []
    till.clock.forward(hours=1)
    (sentence,) = said(till)
    assert f"cuenta {till.account_id}) no se comparan desde hace más de 3 días" in sentence
    compare_by_hand(till.portal, BOSS, issuer)
    assert said(till) == []


def test_a_job_of_paying_that_was_given_up_is_told(till: Till) -> None:
    used(till)
    till.notice(till.checkouts()[0])
    job_id = till.waiting()[0]
    with till.portal.ledger.write("test") as unit:
        job = claim(unit, job_id, timedelta(minutes=1), 5)
        assert job is not None
        give_up(unit, job, "broken")
        unit.commit()
    assert [one.partition(":")[0] for one in said(till)] == ["Trabajos de pagos que se abandonaron"]


def _job(till: Till) -> int:
    """A job of paying that nobody has begun."""
    with till.portal.ledger.write("test") as unit:
        job_id = unit.job("payments", "probe_account", {"account": till.account_id})
        unit.commit()
    return job_id
