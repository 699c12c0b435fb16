"""Notices: kept once, believed never; what they are worth is found by asking."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.app.payments import noticing
from portal.domain.checkouts import State
from portal.domain.payments import NotGenuine, ProviderRefused, RawNotice, Standing
from portal.errors import NotFound
from portal.ledger.outbox import dead_letters
from tests.app.payments.till import Till
from tests.ledger.balances import balances


def test_one_event_delivered_many_times_at_once_is_one_row_and_one_payment(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    with ThreadPoolExecutor(10) as many:
        list(many.map(lambda _: till.notice(checkout), range(30)))
    assert [row.times for row in till.notices()] == [30]
    till.work()
    assert len(till.payments()) == 1


def test_a_known_key_that_says_something_else_does_not_silence_the_genuine_notice(till: Till) -> None:
    mine, other = till.start("FE-1"), till.start("FE-2")
    till.notice(other, key="e1")  # replayed under another reference, before the genuine one
    till.told(mine)
    for _ in range(2):
        till.notice(mine, key="e1")
    assert [row.times for row in till.notices()] == [1, 2]
    till.work()
    assert balances(till.portal)["FE-1"] == 0


def test_forgeries_are_kept_up_to_a_number_and_all_refused(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "KEPT_FORGERIES", 5)
    for n in range(12):
        with pytest.raises(NotGenuine):
            till.post(b"no %d" % n)
    assert len(till.notices("forged")) == 5
    till.notice(till.start("FE-1"))
    assert len(till.notices("genuine")) == 1
    till.clock.forward(days=2)
    with pytest.raises(NotGenuine):
        till.post(b"no, later")
    assert len(till.notices("forged")) == 6


def test_a_signature_sent_for_ever_under_invented_ids_fills_nothing_and_money_is_found_all_the_same(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "KEPT_OF_ONE", 5)
    checkout = till.start("FE-1")
    for n in range(20):
        till.notice(checkout, id=f"x{n}")
    till.told(checkout)
    till.notice(checkout)
    assert len(till.notices()) == 5
    till.clock.forward(minutes=6)
    till.look()
    assert till.checkout(checkout.id).state is State.APPROVED


def test_an_accounts_notice_can_not_speak_of_another_accounts_checkout(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    other = till.open_account("sucursal")
    till.notice(checkout, account_id=other)
    till.work()
    assert [row.verdict for row in till.notices()] == ["foreign"]
    assert till.payments() == []


def test_a_notice_that_names_only_a_transaction_finds_its_checkout_when_the_provider_knows_it(till: Till) -> None:
    checkout = till.start("FE-1")
    till.notice(checkout, reference=None)
    till.work()
    assert [row.verdict for row in till.notices()] == ["genuine"]
    till.told(checkout)
    till.clock.forward(minutes=1)
    till.work()
    assert (till.checkout(checkout.id).state, till.notices()[0].checkout_id) == (State.APPROVED, checkout.id)


def test_a_provider_that_speaks_to_us_no_more_makes_no_notice_foreign(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)

    def refuse(*_: object) -> None:
        raise ProviderRefused("HTTP 401")

    with monkeypatch.context() as patch:
        patch.setattr(till.provider, "transactions", refuse)
        till.notice(checkout, reference=None)
        till.work()
    assert [row.verdict for row in till.notices()] == ["genuine"]
    till.clock.forward(minutes=1)
    till.work()
    assert till.checkout(checkout.id).state is State.APPROVED


def test_a_notice_of_known_money_finds_its_checkout_while_the_provider_is_silent(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.told(checkout, refunded=checkout.amount)
    till.provider.down = True
    till.notice(checkout, "voided", reference=None)
    till.work()
    assert (till.waiting(), [row.checkout_id for row in till.notices()]) == ([], [checkout.id])
    till.provider.down = False
    till.clock.forward(minutes=6)
    till.look()
    assert balances(till.portal)["FE-1"] == checkout.amount


def test_a_provider_that_stays_silent_leaves_no_dead_job_and_its_money_is_found(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    till.provider.down = True
    till.notice(checkout, reference=None)
    for _ in range(5):
        till.work()
        till.clock.forward(minutes=30)
    with till.portal.ledger.read() as conn:
        assert dead_letters(conn) == []
    assert ([row.verdict for row in till.notices()], till.waiting()) == (["genuine"], [])
    till.provider.down = False
    till.clock.forward(hours=1)
    till.look()
    assert till.checkout(checkout.id).state is State.APPROVED


def test_a_claim_that_comes_late_is_not_shown_on_what_has_ended(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.told(checkout, Standing.VOIDED)
    till.notice(checkout)
    till.work()
    assert till.checkout(checkout.id).claimed is None


def test_an_account_of_another_provider_takes_no_notice(till: Till) -> None:
    with pytest.raises(NotFound):
        noticing.receive_notice(till.portal, "wompi", till.account_id, RawNotice(b"{}"), "203.0.113.5")
