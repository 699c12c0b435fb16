"""What is odd about money that came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.checkouts import State
from portal.domain.crediting import Asked, Trouble, judge
from portal.domain.payments import Standing, Transaction

ASKED = Asked("FE1-ABCDEFGHJKMNX", "tienda", True, "COP", 11_900_000, State.REDIRECTED, paid=False)
TOLD = Transaction("1", ASKED.reference, Standing.APPROVED, ASKED.amount, "COP", True, receiver="tienda")


def test_just_what_was_asked_is_not_odd() -> None:
    assert judge(ASKED, TOLD) is None
    assert judge(ASKED, replace(TOLD, receiver=None)) is None


@pytest.mark.parametrize(
    ("odd", "trouble"),
    [
        ({"reference": "FE1-ABCDEFGHJKMNY"}, Trouble.REFERENCE),
        ({"receiver": "otra"}, Trouble.RECEIVER),
        ({"live": False}, Trouble.TEST_MONEY),
        ({"currency": "USD"}, Trouble.CURRENCY),
        ({"amount": 1_190_000_000}, Trouble.UNIT),
        ({"amount": 119_000}, Trouble.UNIT),
        ({"amount": 11_899_999}, Trouble.LESS),
        ({"amount": 11_900_001}, Trouble.MORE),
    ],
)
def test_each_oddity_has_its_name(odd: dict[str, object], trouble: Trouble) -> None:
    assert judge(ASKED, replace(TOLD, **odd)) is trouble  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [State.EXPIRED, State.CANCELLED, State.FAILED])
def test_money_after_the_end_is_late(state: State) -> None:
    assert judge(replace(ASKED, state=state), TOLD) is Trouble.LATE


def test_a_second_payment_is_told_before_its_sum() -> None:
    assert judge(replace(ASKED, paid=True), replace(TOLD, amount=1)) is Trouble.SECOND


@given(st.integers(1, 10**15), st.sampled_from(State), st.booleans())
def test_no_other_sum_passes_for_what_was_asked(amount: int, state: State, paid: bool) -> None:
    trouble = judge(replace(ASKED, state=state, paid=paid), replace(TOLD, amount=amount))
    if amount != ASKED.amount:
        assert trouble is not None


def test_what_is_kept_apart_is_whatever_can_not_be_this_customers_money() -> None:
    apart = {Trouble.CURRENCY, Trouble.RECEIVER, Trouble.TEST_MONEY, Trouble.REFERENCE, Trouble.UNIT, Trouble.UNKNOWN}
    assert {one for one in Trouble if one.apart} == apart
