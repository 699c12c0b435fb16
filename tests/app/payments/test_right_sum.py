"""What is asked is what is outstanding now; what is credited is what was paid, once."""

from __future__ import annotations

import pytest

from portal.app.payments.starting import AlreadyPending, SumChanged, start_checkout
from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.domain.documents import Kind
from portal.domain.payments import Standing
from portal.errors import Refused
from portal.ledger.payments import Fact
from tests.app.payments.till import Till
from tests.factories import bring, facts, pays
from tests.ledger.balances import balances, laws


def test_after_a_part_payment_the_residue_is_asked_and_not_the_total(till: Till) -> None:
    bring(till.portal, facts("RC-1", 162, Kind.RECEIPT, references=pays("FE-1")))
    assert till.start("FE-1", "FE-2", "FE-3").amount == (1000 - 162 + 500 + 250) * 100


def test_an_approved_payment_settles_what_it_was_for(till: Till) -> None:
    checkout = till.start("FE-1", "FE-2")
    assert till.approve(checkout) is State.APPROVED
    assert balances(till.portal) == {"FE-1": 0, "FE-2": 0, "FE-3": 25_000}
    assert [(fact.kind, fact.amount, fact.trouble) for fact in till.payments()] == [(Fact.PAYMENT, 150_000, None)]
    assert laws(till.portal) == []


def test_however_often_it_is_told_it_is_credited_once(till: Till) -> None:
    checkout = till.start("FE-1")
    for _ in range(3):
        till.approve(checkout)
        till.notice(checkout)
        till.work()
    assert len(till.payments()) == 1
    assert balances(till.portal)["FE-1"] == 0


def test_a_sum_that_changed_meanwhile_is_not_asked(till: Till) -> None:
    wish = till.wish("FE-1")
    bring(till.portal, facts("NC-1", 100, Kind.CREDIT_NOTE, references=pays("FE-1")))
    with pytest.raises(SumChanged, match=r"900\.00 COP"):
        start_checkout(till.portal, till.payer, wish)


def test_one_press_that_arrives_twice_is_one_checkout(till: Till) -> None:
    wish = till.wish("FE-1")
    first = start_checkout(till.portal, till.payer, wish)
    assert start_checkout(till.portal, till.payer, wish) == first


def test_a_second_payment_beside_a_pending_one_needs_a_plain_word(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING)
    assert till.ask(checkout) is State.PENDING
    with pytest.raises(AlreadyPending):
        till.start("FE-1")
    assert till.start("FE-1", anyway=True).state is State.CREATED


def test_a_part_goes_to_the_document_that_was_chosen(till: Till) -> None:
    checkout = till.start("FE-1", "FE-2", expected=70_000, chosen={till.document("FE-1"): 20_000})
    till.approve(checkout)
    assert balances(till.portal) == {"FE-1": 80_000, "FE-2": 0, "FE-3": 25_000}


def test_more_than_is_outstanding_is_never_asked(till: Till) -> None:
    with pytest.raises(Refused):
        till.start("FE-1", expected=200_000, chosen={till.document("FE-1"): 200_000})


def test_a_residue_within_the_tolerance_is_rounded_away(till: Till) -> None:
    till.provider.unit = 100
    bring(till.portal, facts("FE-4", "119000.37"))
    checkout = till.start("FE-4", expected=11_900_000)
    till.approve(checkout)
    assert balances(till.portal)["FE-4"] == 0
    assert laws(till.portal) == []


def test_chosen_credit_is_reserved_then_used_with_the_payment(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    checkout = till.start("FE-1", expected=70_000, use_credit=True)
    assert till.bill("FE-2")[1].in_favour == 0  # nobody can use it twice
    till.approve(checkout)
    assert (balances(till.portal)["FE-1"], balances(till.portal)["AN-1"]) == (0, 0)


def test_credit_is_free_again_when_the_checkout_ends(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    checkout = till.start("FE-1", expected=70_000, use_credit=True)
    till.clock.forward(hours=2)
    assert till.ask(checkout) is State.EXPIRED
    assert till.bill("FE-1")[1].in_favour == 30_000


def test_credit_alone_needs_no_provider(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    assert start_checkout(till.portal, till.payer, till.wish("FE-3", expected=0, use_credit=True)) is None
    assert (balances(till.portal)["FE-3"], balances(till.portal)["AN-1"]) == (0, 5_000)


@pytest.mark.parametrize(
    ("paid", "trouble", "left"), [(99_999, Trouble.LESS, 1), (60_000, Trouble.LESS, 40_000), (130_000, Trouble.MORE, 0)]
)
def test_another_sum_is_booked_as_it_came_and_somebody_looks_at_it(
    till: Till, paid: int, trouble: Trouble, left: int
) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, amount=paid)
    assert [(fact.amount, fact.trouble) for fact in till.payments(troubled=True)] == [(paid, trouble)]
    assert balances(till.portal)["FE-1"] == left
    assert laws(till.portal) == []


@pytest.mark.parametrize(
    ("odd", "trouble"),
    [
        ({"currency": "USD"}, Trouble.CURRENCY),
        ({"receiver": "otra"}, Trouble.RECEIVER),
        ({"live": False}, Trouble.TEST_MONEY),
        ({"amount": 10_000_000}, Trouble.UNIT),
        ({"amount": 1_000}, Trouble.UNIT),
        ({"reference": "FE1-OTRAX"}, Trouble.REFERENCE),
    ],
)
def test_what_can_not_be_for_this_is_kept_apart(till: Till, odd: dict[str, object], trouble: Trouble) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, **odd)
    assert [(fact.trouble, fact.item_id) for fact in till.payments(troubled=True)] == [(trouble, None)]
    assert balances(till.portal)["FE-1"] == 100_000
    assert till.checkout(checkout.id).state is not State.APPROVED
    till.ask(checkout)
    assert len(till.payments()) == 1


def test_declined_then_approved_is_paid_once(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.DECLINED, id="t1")
    assert till.ask(checkout) is State.DECLINED
    till.told(checkout, Standing.APPROVED, id="t2")
    assert till.ask(checkout) is State.APPROVED
    till.told(checkout, Standing.DECLINED, id="t3")
    assert till.ask(checkout) is State.APPROVED
    assert len(till.payments()) == 1


def test_money_that_comes_after_the_end_is_money(till: Till) -> None:
    checkout = till.start("FE-1")
    till.clock.forward(hours=2)
    assert till.ask(checkout) is State.EXPIRED
    till.clock.forward(days=2)
    assert till.approve(checkout) is State.APPROVED
    assert [fact.trouble for fact in till.payments()] == [Trouble.LATE]
    assert balances(till.portal)["FE-1"] == 0


def test_a_second_approved_transaction_is_saldo_a_favor_and_somebody_looks_at_it(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.approve(checkout, id="t2")
    assert [fact.trouble for fact in till.payments()] == [None, Trouble.SECOND]
    assert till.bill("FE-2")[1].in_favour == 100_000
    assert laws(till.portal) == []


def test_a_refund_takes_back_what_it_paid_and_comes_once(till: Till) -> None:
    checkout = till.start("FE-1", "FE-2")
    till.approve(checkout)
    for _ in range(2):
        till.approve(checkout, refunded=60_000)
    assert (balances(till.portal)["FE-1"], balances(till.portal)["FE-2"]) == (10_000, 50_000)
    till.approve(checkout, refunded=150_000)
    assert (balances(till.portal)["FE-1"], balances(till.portal)["FE-2"]) == (100_000, 50_000)
    assert [(fact.kind, fact.amount) for fact in till.payments()] == [
        (Fact.PAYMENT, 150_000),
        (Fact.REFUND, 60_000),
        (Fact.REFUND, 90_000),
    ]
    assert laws(till.portal) == []


def test_a_chargeback_that_the_issuer_wins_pays_again(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    for _ in range(2):
        till.approve(checkout, charged_back=100_000)
        assert balances(till.portal)["FE-1"] == 100_000
        till.approve(checkout)
        assert balances(till.portal)["FE-1"] == 0
    assert laws(till.portal) == []


def test_voided_before_it_was_seen_as_approved_leaves_nothing(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.VOIDED)
    till.ask(checkout)
    till.ask(checkout)
    assert balances(till.portal)["FE-1"] == 100_000
    assert [(fact.kind, fact.item_id) for fact in till.payments()] == [(Fact.PAYMENT, None), (Fact.REFUND, None)]


def test_a_provider_that_is_down_changes_nothing(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    till.provider.down = True
    till.clock.forward(hours=3)
    assert till.ask(checkout) is None
    assert till.checkout(checkout.id).state is State.CREATED
    till.provider.down = False
    assert till.ask(checkout) is State.APPROVED
