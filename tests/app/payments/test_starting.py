"""A press of the button has one effect, and what was begun before it gives way or warns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from portal.app.payments.opening import PATIENCE, door_of
from portal.app.payments.returning import come_back
from portal.app.payments.starting import AlreadyPending, SumChanged, start_checkout
from portal.domain.checkouts import State
from portal.domain.documents import Kind
from portal.domain.payments import Standing
from portal.errors import NotFound, Refused
from tests.app.payments.till import Till
from tests.factories import XYZ, bring, facts, pays
from tests.ledger.balances import balances, laws


def test_a_press_that_arrives_twenty_times_at_once_is_one_checkout_and_one_door(till: Till) -> None:
    wish = till.wish("FE-1")
    with ThreadPoolExecutor(10) as many:
        made = list(many.map(lambda _: start_checkout(till.portal, till.payer, wish), range(20)))
    assert len(set(made)) == 1
    till.work()
    assert len(till.provider.opened) == 1


def test_the_same_key_for_two_bills_of_a_basket_is_two_checkouts(till: Till) -> None:
    long = "x" * 200
    wish = till.wish("FE-1", start_key=long)
    bring(till.portal, facts("US-1", 10, currency="USD"))
    other = till.wish("US-1", start_key=long)
    first, second = (start_checkout(till.portal, till.payer, one) for one in (wish, replace(other)))
    assert first != second


def test_credit_alone_is_used_once_however_often_the_press_arrives(till: Till) -> None:
    bring(till.portal, facts("AN-1", 500, Kind.ADVANCE))
    wish = till.wish("FE-1", expected=0, use_credit=True, chosen={till.document("FE-1"): 20_000})
    for _ in range(3):
        assert start_checkout(till.portal, till.payer, wish) is None
    assert (balances(till.portal)["FE-1"], balances(till.portal)["AN-1"]) == (80_000, 30_000)


def test_a_residue_that_no_provider_takes_is_rounded_away_also_when_credit_alone_settles(till: Till) -> None:
    till.provider.unit = 100
    bring(till.portal, facts("FE-4", "300.37"), facts("AN-1", 300, Kind.ADVANCE))
    assert start_checkout(till.portal, till.payer, till.wish("FE-4", expected=0, use_credit=True)) is None
    assert (balances(till.portal)["FE-4"], balances(till.portal)["AN-1"]) == (0, 0)
    assert laws(till.portal) == []


def test_who_begins_anew_has_the_credit_again_that_the_first_attempt_reserved(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    first = till.start("FE-1", expected=70_000, use_credit=True)
    assert till.bill("FE-1")[1].in_favour == 30_000
    assert till.bill("FE-2")[1].in_favour == 0
    second = till.start("FE-1", expected=70_000, use_credit=True)
    assert till.checkout(first.id).state is State.CANCELLED
    till.approve(second)
    assert (balances(till.portal)["FE-1"], balances(till.portal)["AN-1"]) == (0, 0)
    assert laws(till.portal) == []


def test_credit_alone_also_ends_what_had_reserved_it(till: Till) -> None:
    bring(till.portal, facts("AN-1", 1000, Kind.ADVANCE))
    first = till.start("FE-1", "FE-2", expected=50_000, use_credit=True)
    assert start_checkout(till.portal, till.payer, till.wish("FE-1", expected=0, use_credit=True)) is None
    assert till.checkout(first.id).state is State.CANCELLED
    assert (balances(till.portal)["FE-1"], balances(till.portal)["AN-1"]) == (0, 0)


def test_what_another_person_reserved_stays_reserved(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    till.start("FE-1", expected=70_000, use_credit=True)
    other = till.another_payer()
    assert till.bill("FE-1", payer=other)[1].in_favour == 0
    with pytest.raises(SumChanged):
        till.start("FE-1", payer=other, expected=70_000, use_credit=True)


def test_two_payers_of_one_document_are_both_recorded_and_the_second_is_in_favour(till: Till) -> None:
    other = till.another_payer()
    mine, theirs = till.start("FE-1"), till.start("FE-1", payer=other)
    till.approve(mine)
    till.approve(theirs, id="t2")
    assert balances(till.portal)["FE-1"] == 0
    assert till.bill("FE-2")[1].in_favour == 100_000
    assert till.checkout(mine.id).state is till.checkout(theirs.id).state is State.APPROVED


def test_a_document_that_was_settled_or_taken_away_meanwhile_is_not_asked_for(till: Till) -> None:
    wish = till.wish("FE-1", "FE-2")
    bring(till.portal, facts("RC-1", 500, Kind.RECEIPT, references=pays("FE-2")))
    with pytest.raises(SumChanged):
        start_checkout(till.portal, till.payer, wish)
    bring(till.portal, facts("RC-2", 1000, Kind.RECEIPT, references=pays("FE-1")))
    with pytest.raises(Refused, match="ya no tienen saldo"):
        start_checkout(till.portal, till.payer, wish)


def test_money_on_its_way_shuts_the_door(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    door_of(till.portal, till.payer, checkout.id)
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    with pytest.raises(Refused, match="en proceso"):
        door_of(till.portal, till.payer, checkout.id)
    assert till.checkout(checkout.id).state is State.PENDING


def test_what_a_notice_claims_shuts_the_door_too(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    till.notice(checkout)
    till.work()
    with pytest.raises(Refused, match="en proceso"):
        door_of(till.portal, till.payer, checkout.id)


def test_money_on_its_way_outlives_a_balance_that_changed(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    bring(till.portal, facts("RC-1", 1000, Kind.RECEIPT, references=pays("FE-1")))
    with pytest.raises(Refused):
        door_of(till.portal, till.payer, checkout.id)
    assert till.checkout(checkout.id).state is State.PENDING


def test_after_a_refusal_one_begins_anew_with_another_reference_and_both_may_still_pay(till: Till) -> None:
    first = till.start("FE-1")
    till.work()
    till.told(first, Standing.DECLINED)
    till.ask(first)
    with pytest.raises(Refused, match="rechazó"):
        door_of(till.portal, till.payer, first.id)
    second = till.start("FE-1")
    assert second.reference != first.reference
    till.approve(first, id="late")
    till.approve(second, id="t2")
    assert [fact.amount for fact in till.payments()] == [100_000, 100_000]
    assert balances(till.portal)["FE-1"] == 0


def test_a_provider_that_never_opens_ends_the_checkout_and_gives_its_credit_free(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    till.provider.down = True
    checkout = till.start("FE-1", expected=70_000, use_credit=True)
    for _ in range(PATIENCE):
        till.work()
        till.clock.forward(minutes=2)
    assert till.checkout(checkout.id).state is State.FAILED
    assert till.waiting() == []
    assert till.bill("FE-2")[1].in_favour == 30_000


def test_who_comes_back_after_the_time_is_asked_about_all_the_same(till: Till) -> None:
    checkout = till.start("FE-1")
    till.clock.forward(hours=2)
    assert till.ask(checkout) is State.EXPIRED
    till.told(checkout)
    come_back(till.portal, till.payer, checkout.id)
    till.work()
    assert till.checkout(checkout.id).state is State.APPROVED


def test_a_claim_that_is_not_confirmed_warns_before_another_is_begun(till: Till) -> None:
    checkout = till.start("FE-1")
    till.notice(checkout)
    till.work()
    with pytest.raises(AlreadyPending):
        till.start("FE-1")
    till.start("FE-1", anyway=True)
    assert till.checkout(checkout.id).open


def test_nobody_pays_for_another_customer_with_a_basket_of_their_own(till: Till) -> None:
    bring(till.portal, facts("XY-1", 10, customer=XYZ))
    with pytest.raises(NotFound):
        till.bill("XY-1")
