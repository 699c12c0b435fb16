"""The way to the provider is opened by a job: once, again after a silence, never after a clear no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.app.payments.asking import ask_again, look_due
from portal.app.payments.opening import NotOpenYet, door_of
from portal.domain.checkouts import State
from portal.domain.documents import Kind
from portal.domain.payments import ProviderRefused, Standing
from portal.errors import NotFound, Refused
from tests.app.payments.till import Till
from tests.factories import bring, facts, pays


def test_the_job_opens_it_and_the_payer_goes_through(till: Till) -> None:
    checkout = till.start("FE-1")
    with pytest.raises(NotOpenYet):
        door_of(till.portal, till.payer, checkout.id)
    till.work()
    assert till.checkout(checkout.id).state is State.READY
    assert "amount=100000" in door_of(till.portal, till.payer, checkout.id).url
    assert till.checkout(checkout.id).state is State.REDIRECTED


def test_a_silent_provider_is_asked_again_and_the_payer_is_told(till: Till) -> None:
    till.provider.down = True
    checkout = till.start("FE-1")
    till.work()
    with pytest.raises(NotOpenYet) as told:
        door_of(till.portal, till.payer, checkout.id)
    assert told.value.slow
    till.provider.down = False
    till.clock.forward(minutes=1)
    till.work()
    assert door_of(till.portal, till.payer, checkout.id)
    assert till.provider.opened == [checkout.reference]


def test_a_clear_no_ends_it_and_gives_the_credit_free(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ProviderRefused("cuenta cerrada")

    monkeypatch.setattr(till.provider, "open", refuse)
    checkout = till.start("FE-1")
    till.work()
    assert till.checkout(checkout.id).state is State.FAILED
    with pytest.raises(Refused):
        door_of(till.portal, till.payer, checkout.id)


def test_the_way_of_an_expired_checkout_is_shut(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    till.clock.forward(hours=2)
    with pytest.raises(Refused):
        door_of(till.portal, till.payer, checkout.id)


def test_nobody_else_goes_through(till: Till) -> None:
    checkout = till.start("FE-1")
    stranger = till.payer.narrowed(1)
    with pytest.raises(NotFound):
        door_of(till.portal, stranger, checkout.id)


def test_a_notice_finds_the_checkout_and_the_provider_is_asked(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    till.notice(checkout)
    till.work()
    assert till.checkout(checkout.id).state is State.APPROVED
    assert till.checkout(checkout.id).claimed is None


def test_what_a_notice_claims_is_shown_until_the_provider_may_be_asked(till: Till) -> None:
    till.provider.patience = timedelta(minutes=7)
    checkout = till.start("FE-1")
    till.told(checkout)
    till.notice(checkout)
    till.work()
    assert (till.checkout(checkout.id).claimed, till.checkout(checkout.id).state) == ("approved", State.READY)
    assert till.provider.asked == 0
    till.clock.forward(minutes=8)
    assert look_due(till.portal) == 1
    till.work()
    assert till.checkout(checkout.id).state is State.APPROVED


def test_who_would_pay_what_is_paid_already_is_stopped_at_the_door(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    bring(till.portal, facts("RC-1", 1, Kind.RECEIPT, references=pays("FE-1")))
    with pytest.raises(Refused):
        door_of(till.portal, till.payer, checkout.id)
    assert till.checkout(checkout.id).state is State.CANCELLED


def test_pressing_again_and_again_asks_once(till: Till) -> None:
    checkout = till.start("FE-1")
    for _ in range(5):
        ask_again(till.portal, till.payer, checkout.id)
    till.work()
    assert till.provider.asked == 1


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.UNKNOWN])
def test_nobody_waits_longer_than_a_month_and_what_comes_then_is_still_money(till: Till, standing: Standing) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    checkout = till.start("FE-1", expected=70_000, use_credit=True)
    till.told(checkout, standing)
    till.ask(checkout)
    till.clock.forward(days=29)
    assert till.ask(checkout) is not State.EXPIRED
    till.clock.forward(days=2)
    assert till.ask(checkout) is State.EXPIRED
    assert till.bill("FE-2")[1].in_favour == 30_000
    assert till.approve(checkout) is State.APPROVED
