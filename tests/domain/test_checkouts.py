"""The sum of a checkout, and the order of its states."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.domain.checkouts import (
    ENDED,
    Due,
    Favour,
    Rules,
    State,
    default_rules,
    may_become,
    new_reference,
    next_state,
    oldest_first,
    plan,
)
from portal.domain.payments import Standing, Terms
from portal.errors import Refused

DAY = date(2026, 3, 1)
SUMS = st.integers(1, 50_000_000)
dues = st.lists(st.tuples(SUMS, st.integers(0, 90)), min_size=1, max_size=8).map(
    lambda drawn: [Due(n, 100 + n, sum_, DAY + timedelta(days=late)) for n, (sum_, late) in enumerate(drawn)]
)
favours = st.lists(SUMS, max_size=4).map(lambda drawn: [Favour(900 + n, sum_) for n, sum_ in enumerate(drawn)])
UNITS = st.sampled_from([1, 100])


def due(outstanding: int, id: int = 1, late: int = 0) -> Due:
    return Due(id, 100 + id, outstanding, DAY + timedelta(days=late))


@given(dues, favours, UNITS, st.data())
def test_what_is_asked_and_the_credit_are_what_was_wanted_less_what_the_provider_can_not_take(
    owed: list[Due], credit: list[Favour], unit: int, data: st.DataObject
) -> None:
    some = data.draw(st.sets(st.sampled_from([one.document_id for one in owed])))
    chosen = {one.document_id: data.draw(st.integers(1, one.outstanding)) for one in owed if one.document_id in some}
    wanted = sum(chosen.get(one.document_id, one.outstanding) for one in owed)
    assume(wanted >= unit)
    made = plan(owed, credit, chosen, Rules(), Terms(unit))
    assert made.amount % unit == 0
    assert made.amount + made.credit == wanted - (wanted - made.credit) % unit
    assert made.credit == min(wanted, sum(one.available for one in credit))
    for part in made.parts:
        of_credit = sum(share.amount for share in made.shares if share.debit_id == part.due.item_id)
        assert part.amount >= 0 and part.amount + of_credit <= part.due.outstanding
    for one in credit:
        assert sum(share.amount for share in made.shares if share.credit_id == one.item_id) <= one.available


@given(dues, favours)
def test_without_a_choice_everything_is_settled(owed: list[Due], credit: list[Favour]) -> None:
    made = plan(owed, credit, {}, Rules(), Terms())
    assert made.amount + made.credit == sum(one.outstanding for one in owed)
    assert all(part.whole for part in made.parts)


def test_the_oldest_debt_comes_first_and_credit_goes_to_it() -> None:
    made = plan([due(500, 1, late=9), due(300, 2)], [Favour(900, 400)], {}, Rules(), Terms())
    assert [part.due.document_id for part in made.parts] == [2, 1]
    assert [(share.debit_id, share.amount) for share in made.shares] == [(102, 300), (101, 100)]


def test_what_the_provider_can_not_take_is_cut_from_the_last_and_is_whole_within_the_tolerance() -> None:
    made = plan([due(11_900_037), due(250_063, 2, late=5)], [], {}, Rules(tolerance=100), Terms(unit=100))
    assert [part.amount for part in made.parts] == [11_900_037, 250_063]
    made = plan([due(11_900_037), due(250_050, 2, late=5)], [], {}, Rules(tolerance=100), Terms(unit=100))
    assert [(part.amount, part.whole) for part in made.parts] == [(11_900_037, True), (249_963, True)]
    made = plan([due(11_900_037), due(250_050, 2, late=5)], [], {}, Rules(tolerance=10), Terms(unit=100))
    assert [part.whole for part in made.parts] == [True, False]


@given(dues, st.data())
def test_a_sum_goes_to_the_oldest_and_is_asked_to_the_last_cent(owed: list[Due], data: st.DataObject) -> None:
    total = data.draw(st.integers(1, sum(one.outstanding for one in owed)))
    made = plan(owed, [], oldest_first(owed, total), Rules(), Terms())
    assert made.amount == total
    *paid, last = made.parts
    assert all(part.whole for part in paid)
    left_out = {one.document_id for one in owed} - {part.due.document_id for part in made.parts}
    assert all(one.payable_on >= last.due.payable_on for one in owed if one.document_id in left_out)


def test_a_document_of_which_nothing_is_chosen_is_left_out() -> None:
    made = plan([due(500), due(300, 2)], [Favour(900, 400)], {1: 0}, Rules(parts=False), Terms())
    assert [part.due.document_id for part in made.parts] == [2]
    assert [(share.debit_id, share.amount) for share in made.shares] == [(102, 300)]


@pytest.mark.parametrize("chosen", [0, -5, 1_001, 10**12])
def test_a_part_that_is_none_is_refused(chosen: int) -> None:
    with pytest.raises(Refused):
        plan([due(1_000)], [], {1: chosen}, Rules(), Terms())


def test_the_issuers_rules_about_parts_hold_and_all_is_always_welcome() -> None:
    for rules in (Rules(parts=False), Rules(smallest=600)):
        with pytest.raises(Refused):
            plan([due(1_000)], [], {1: 500}, rules, Terms())
        assert plan([due(1_000)], [], {1: 1_000}, rules, Terms()).amount == 1_000


def test_nothing_to_pay_is_refused() -> None:
    with pytest.raises(Refused):
        plan([due(99)], [], {}, Rules(), Terms(unit=100))


@given(st.sampled_from(State), st.lists(st.sampled_from(Standing), max_size=4), st.booleans())
def test_an_approval_is_believed_at_any_time_and_nothing_follows_it(
    now: State, told: list[Standing], expired: bool
) -> None:
    after = next_state(now, told, expired)
    assert after is now or may_become(now, after)
    if now is State.APPROVED or {Standing.APPROVED, Standing.VOIDED} & set(told):
        assert after is State.APPROVED
    elif after in ENDED and now not in ENDED:
        assert after is State.EXPIRED and expired


def test_silence_and_doubt_end_nothing_before_the_time() -> None:
    assert next_state(State.REDIRECTED, [], expired=False) is State.REDIRECTED
    assert next_state(State.REDIRECTED, [Standing.UNKNOWN], expired=True) is State.REDIRECTED
    assert next_state(State.REDIRECTED, [], expired=True) is State.EXPIRED
    assert next_state(State.PENDING, [Standing.PENDING], expired=True) is State.PENDING


@given(st.text(max_size=40))
def test_a_reference_is_plain_ends_in_a_letter_and_never_comes_again(number: str) -> None:
    made = {new_reference(number) for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(r"[A-Z0-9]{1,14}-[A-Z0-9]{12}X", one) for one in made)


def test_one_peso_is_rounded_away_and_no_cent_elsewhere() -> None:
    assert (default_rules("COP").tolerance, default_rules("USD").tolerance) == (100, 0)
