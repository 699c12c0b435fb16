"""What the portal relies on, whichever the provider: doors, queries, money given back, secrets kept."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.payments import Order, ProviderDown, ProviderRefused, Question, Standing
from portal.errors import PortalError, Refused
from portal.providers import api
from portal.providers.registry import make_providers
from tests.contract.conftest import make_order, paid, told
from tests.emulators.base import Emulator
from tests.emulators.registry import EMULATORS

NOBODY = "http://127.0.0.1:9"  # nothing listens there
ENDINGS = ("approved", "declined")
FAULTS = ("500", "429", "html", "half", "odd", "bare")


def test_every_provider_of_the_outside_world_has_an_emulator() -> None:
    assert EMULATORS.keys() == make_providers().keys()
    assert {name: emulator().provider.name for name, emulator in EMULATORS.items()} == {
        name: name for name in EMULATORS
    }


# Credentials


def test_credentials_say_whose_account_it_is_and_whether_its_money_is_real(emulator: Emulator) -> None:
    test, live = emulator.provider.facts(emulator.credentials()), emulator.provider.facts(emulator.live_credentials())
    assert (test.live, live.live) == (False, True)
    assert test.receiver
    assert live.receiver


def test_a_missing_credential_is_named(emulator: Emulator) -> None:
    for field in emulator.provider.fields:
        if field.required:
            for without in ({k: v for k, v in emulator.credentials().items() if k != field.name}, {field.name: ""}):
                with pytest.raises(Refused, match=re.escape(str(field.label))):
                    emulator.provider.facts(emulator.credentials() | without if field.name in without else without)


def test_credentials_that_mix_test_and_live_are_refused_by_name(emulator: Emulator) -> None:
    labels = {field.name: str(field.label) for field in emulator.provider.fields}
    for mixed, name in emulator.mixtures():
        with pytest.raises(Refused, match=re.escape(labels[name])):
            emulator.provider.facts(mixed)


def test_a_refusal_of_credentials_tells_none_of_them(emulator: Emulator) -> None:
    for name in emulator.credentials():
        with pytest.raises(Refused) as refusal:
            emulator.provider.facts(dict.fromkeys(emulator.credentials(), "") | {name: "hush hush"})
        assert "hush" not in str(refusal.value)


def test_the_connection_is_tried_without_moving_money(emulator: Emulator) -> None:
    assert str(emulator.provider.probe(emulator.account()))
    assert emulator.approved_by_reference() == {}
    with pytest.raises(ProviderDown):
        emulator.provider.probe(emulator.account(api_url=NOBODY))


def test_a_connection_with_wrong_keys_is_refused_in_a_sentence(emulator: Emulator) -> None:
    account = emulator.account(credentials=(emulator.live_credentials(),))
    with pytest.raises(Refused) as refusal:
        emulator.provider.probe(account)
    assert str(refusal.value).endswith(".")


# Doors


def test_amounts_that_may_be_paid_are_told_by_currency(emulator: Emulator) -> None:
    terms = emulator.provider.terms(emulator.account(), "COP")
    assert terms is not None
    assert terms.minimum % terms.unit == 0
    assert emulator.provider.terms(emulator.account(), "XXX") is None


def test_a_payer_goes_through_the_door_and_the_provider_tells_of_it(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    (known,) = told(emulator, order, door)
    assert (known.id, known.reference, known.amount, known.currency) == (
        transaction_id,
        order.reference,
        order.amount,
        "COP",
    )
    assert (known.standing, known.paid, known.returned, known.live) == (Standing.APPROVED, True, 0, False)
    assert known.receiver in (None, emulator.account().receiver)
    assert known.at
    assert known.at.utcoffset() == timedelta()
    assert json.dumps(known.said, default=str)
    assert emulator.approved_by_reference() == {order.reference: order.amount}


def test_an_order_opens_one_door(emulator: Emulator) -> None:
    order = make_order(emulator)
    assert emulator.provider.open(emulator.account(), order) == emulator.provider.open(emulator.account(), order)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_amount_that_arrives_is_the_amount_that_was_asked(emulator: Emulator, data: st.DataObject) -> None:
    terms = emulator.provider.terms(emulator.account(), "COP")
    assert terms is not None
    least, most = terms.minimum // terms.unit, (terms.maximum or 10**13) // terms.unit
    borders = [least, least + 1, most, *(n for n in (15_005, 11_900_005, 11_900_010, 190_001) if least <= n <= most)]
    amount = data.draw(st.sampled_from(borders) | st.integers(least, most)) * terms.unit
    order, door, _id = paid(emulator, amount=amount)
    assert [known.amount for known in told(emulator, order, door)] == [amount]
    assert emulator.approved_by_reference()[order.reference] == amount


def test_a_used_reference_opens_no_second_door_or_each_payment_of_it_is_told(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    again = make_order(emulator, reference=order.reference, amount=order.amount + 100_000)
    if emulator.reference_once:
        with pytest.raises((AssertionError, ProviderRefused)):
            emulator.pay(emulator.provider.open(emulator.account(), again), "approved")
        assert [known.id for known in told(emulator, order, door)] == [transaction_id]
    else:
        second = emulator.provider.open(emulator.account(), again)
        ids = [transaction_id, emulator.pay(second, "approved")]
        assert [known.id for known in told(emulator, again, second)] == ids


@pytest.mark.parametrize("reference", ["FV-1042", "FV1", "", "A", "FV 1x", "FV-1042-ñ", "x" * 61, "FV-1\n", "FV-1x\n"])
def test_a_reference_ends_in_a_letter(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        Order(reference, 1, "COP", "", datetime.now(UTC), "", "")


# Queries


@pytest.mark.parametrize("outcome", ["approved", "declined", "pending", "expired"])
def test_a_transaction_stands_as_the_provider_says(emulator: Emulator, outcome: str) -> None:
    order, door, _id = paid(emulator, outcome)
    standing = emulator.outcomes[outcome]
    assert [known.standing for known in told(emulator, order, door)] == ([standing] if standing else [])


def test_a_payer_who_is_declined_may_pay_on_the_same_reference(emulator: Emulator) -> None:
    order, door, first = paid(emulator, "declined")
    second = emulator.pay(door, "approved")
    known = told(emulator, order, door)
    assert [one.id for one in known] == [first, second]
    assert [one.standing for one in known] == [Standing.DECLINED, Standing.APPROVED]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_pending_transaction_ends(emulator: Emulator, ending: str) -> None:
    order, door, transaction_id = paid(emulator, "pending")
    emulator.settle(transaction_id, ending)
    assert [(one.id, one.standing) for one in told(emulator, order, door)] == [
        (transaction_id, emulator.outcomes[ending])
    ]


@pytest.mark.parametrize(("amount", "currency"), [(11_800_000, "COP"), (23_800_000, "COP"), (11_900_000, "USD")])
def test_what_was_paid_is_told_not_what_was_asked(emulator: Emulator, amount: int, currency: str) -> None:
    order = make_order(emulator)
    door = emulator.provider.open(emulator.account(), order)
    emulator.pay(door, "approved", amount=amount, currency=currency)
    assert [(one.amount, one.currency) for one in told(emulator, order, door)] == [(amount, currency)]


def test_a_transaction_asked_for_by_its_id_is_told_once_and_under_its_own_reference(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    other, _, other_id = paid(emulator)
    assert [one.id for one in told(emulator, order, door, transaction_id)] == [transaction_id]
    references = {one.id: one.reference for one in told(emulator, order, door, other_id)}
    assert references[transaction_id] == order.reference
    assert references.get(other_id, other.reference) == other.reference


def test_a_checkout_that_nobody_paid_has_no_transactions(emulator: Emulator) -> None:
    order = make_order(emulator)
    door = emulator.provider.open(emulator.account(), order)
    paid(emulator)
    assert told(emulator, order, door) == []


@pytest.mark.parametrize("odd", ["999", "../merchants/info", "..", "a b?c=d", "ñ", "\ud800", "\x00", "", "9" * 10_000])
def test_an_odd_transaction_id_is_no_transaction(emulator: Emulator, odd: str) -> None:
    order, door, transaction_id = paid(emulator)
    assert [one.id for one in told(emulator, order, door, odd)] == [transaction_id]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("later", [0, 1])
def test_an_answer_that_can_not_be_used_is_no_answer(emulator: Emulator, fault: str, later: int) -> None:
    """Also when it is the second of several: a part of the truth is no truth."""
    order, door, _id = paid(emulator, "declined")
    ids = (paid(emulator)[2], paid(emulator)[2])
    emulator.asked.clear()
    told(emulator, order, door, *ids)
    if len(emulator.asked) > later:
        emulator.faults = deque([*["ok"] * later, fault])
        with pytest.raises(ProviderDown):
            told(emulator, order, door, *ids)
        assert not emulator.faults


def test_what_the_provider_does_not_find_is_no_transaction_and_no_error(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    emulator.faults = deque(["missing"] * 9)
    assert told(emulator, order, door, transaction_id) == []


def test_a_provider_that_is_not_there_is_down(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    with pytest.raises(ProviderDown):
        told(emulator, order, door, transaction_id, account=emulator.account(api_url=NOBODY))


@pytest.mark.parametrize("by_cash", [False, True])
def test_when_to_ask_again_never_lies_before_the_checkout_or_the_last_answer(emulator: Emulator, by_cash: bool) -> None:
    created = datetime(2026, 10, 5, 12, tzinfo=UTC)
    first = emulator.provider.may_ask_at(created, None, by_cash)
    second = emulator.provider.may_ask_at(created, first, by_cash)
    assert created <= first < second <= first + timedelta(days=1)


def test_an_answer_that_never_ends_is_no_answer(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    order, door, transaction_id = paid(emulator)
    monkeypatch.setattr(api, "SLOWEST", -1.0)
    with pytest.raises(ProviderDown):
        told(emulator, order, door, transaction_id)


# What was paid on a day


def day(emulator: Emulator) -> tuple[datetime, datetime]:
    return emulator.now - timedelta(hours=1), emulator.now + timedelta(hours=1)


def test_a_company_lists_what_was_paid_or_says_that_it_has_no_list(emulator: Emulator) -> None:
    """The portal's and others', given back since or not; never what was declined or is pending."""
    order, _door, first = paid(emulator)
    second, given_back = paid(emulator)[2], paid(emulator)
    emulator.refund(given_back[2], given_back[0].amount)
    paid(emulator, "declined")
    paid(emulator, "pending")
    listed = emulator.provider.listed(emulator.account(), *day(emulator))
    assert (listed is not None) is emulator.lists
    if listed is not None:
        by_id = {one.id: one for one in listed}
        assert by_id.keys() == {first, second, given_back[2]}
        assert (by_id[first].reference, by_id[first].amount, by_id[first].returned) == (
            order.reference,
            order.amount,
            0,
        )
        assert by_id[given_back[2]].returned == given_back[0].amount


def test_a_list_holds_what_was_paid_from_its_first_instant_until_before_its_last(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    (known,) = told(emulator, order, door)
    assert known.at is not None
    found = [
        emulator.provider.listed(emulator.account(), start, end)
        for start, end in ((known.at, known.at + timedelta(days=1)), (known.at - timedelta(days=1), known.at))
    ]
    assert [[one.id for one in listed or ()] for listed in found] == (
        [[transaction_id], []] if emulator.lists else [[], []]
    )


@pytest.mark.parametrize("fault", [*FAULTS, "missing"])
@pytest.mark.parametrize("later", [0, 1])
def test_a_part_of_a_list_is_no_list(
    emulator: Emulator, fault: str, later: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not emulator.lists:
        return
    monkeypatch.setattr(emulator, "page_size", 1)
    for _ in range(2):
        paid(emulator)
    emulator.faults = deque([*["ok"] * later, fault])
    with pytest.raises(ProviderDown):
        emulator.provider.listed(emulator.account(), *day(emulator))


# Money given back


def test_a_payment_given_back_whole_is_told(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    emulator.refund(transaction_id, order.amount)
    (known,) = told(emulator, order, door)
    assert (known.amount, known.returned, known.paid) == (order.amount, order.amount, True)
    assert emulator.approved_by_reference() == {order.reference: 0}


def test_the_parts_of_a_payment_given_back_are_told_in_all(emulator: Emulator) -> None:
    """Where the provider's queries tell of parts; docs/providers says what to do where they don't."""
    order, door, transaction_id = paid(emulator)
    for returned in (1_000_000, 3_000_000) if emulator.partial_refunds else ():
        emulator.refund(transaction_id, returned - told(emulator, order, door)[0].returned)
        (known,) = told(emulator, order, door)
        assert (known.standing, known.amount, known.returned) == (Standing.APPROVED, order.amount, returned)


def test_a_payment_taken_back_by_the_bank_is_told(emulator: Emulator) -> None:
    order, door, transaction_id = paid(emulator)
    emulator.charge_back(transaction_id)
    (known,) = told(emulator, order, door)
    assert (known.returned, known.paid) == (order.amount, True)


# Secrets


def test_no_secret_is_in_what_is_shown_or_logged(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = emulator.account()
    secrets = {account[field.name] for field in emulator.provider.fields if field.secret}
    order, door, transaction_id = paid(emulator)
    shown = [repr(account), str(account), str(emulator.provider.probe(account)), repr(door)]
    shown += [
        repr(told(emulator, order, door, transaction_id)),
        repr(emulator.provider.read_notice(account, emulator.notices[-1].raw())),
    ]
    for account_tried in (account, emulator.account(credentials=(emulator.live_credentials(),))):
        for fault in ("ok", "echo", *FAULTS):
            emulator.faults = deque([fault])
            try:
                emulator.provider.transactions(
                    account_tried, Question(order.reference, door.session_id, (transaction_id,))
                )
            except PortalError as error:
                shown += [repr(error), "".join(traceback.format_exception(error))]
    secrets |= {value for name, value in emulator.live_credentials().items() if value and value != account[name]}
    secrets -= {emulator.live_credentials()[field.name] for field in emulator.provider.fields if not field.secret}
    assert [secret for secret in secrets if secret and secret in "\n".join([*shown, caplog.text])] == []
