"""A notice is believed only when it is signed, whichever the provider; and nothing that comes in makes a crash."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.payments import Account, NotGenuine, Notice, Question, RawNotice
from tests.contract.conftest import paid
from tests.emulators.base import Emulator

SIGNATURES = [
    "",
    " ",
    "0" * 64,
    "x" * 64,
    "é" * 64,
    "\x00",
    "\ud800",
    "a" * 10_000,
    "v1=",
    "ts=,v1=",
    "ts=²,v1=" + "0" * 64,
]
fuzzed = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(emulator: Emulator, raw: RawNotice, account: Account | None = None) -> Notice:
    """Reading asks nobody: the provider's address leads nowhere here."""
    account = account or emulator.account()
    return emulator.provider.read_notice(replace(account, api_url="http://127.0.0.1:9"), raw)


def not_genuine(emulator: Emulator, raw: RawNotice, account: Account | None = None) -> None:
    with pytest.raises(NotGenuine) as refusal:
        read(emulator, raw, account)
    assert not [secret for secret in emulator.credentials().values() if secret and secret in str(refusal.value)]


@pytest.mark.parametrize("outcome", ["approved", "declined"])
def test_a_genuine_notice_says_what_to_ask_about(emulator: Emulator, outcome: str) -> None:
    order, _door, transaction_id = paid(emulator, outcome)
    notice = read(emulator, emulator.notices[-1].raw())
    assert notice.transaction_id == transaction_id
    assert notice.reference in (None, order.reference)
    assert notice.claimed in (None, emulator.outcomes[outcome])
    assert notice.live in (None, False)
    assert not notice.ignored


def test_what_a_notice_says_is_enough_to_find_its_transaction(emulator: Emulator) -> None:
    """Though it may name the transaction alone, and the checkout be found by asking."""
    order, _door, transaction_id = paid(emulator)
    paid(emulator)
    notice = read(emulator, emulator.notices[0].raw())
    question = Question(notice.reference or "", None, (str(notice.transaction_id),))
    known = {one.id: one.reference for one in emulator.provider.transactions(emulator.account(), question)}
    assert known == {transaction_id: order.reference}


def test_a_repeated_notice_has_one_key_and_each_state_its_own(emulator: Emulator) -> None:
    order, _door, transaction_id = paid(emulator, "pending")
    emulator.settle(transaction_id, "approved")
    emulator.refund(transaction_id, order.amount)
    paid(emulator, "declined")
    keys = [[read(emulator, sent.raw()).key for _ in range(2)] for sent in emulator.notices]
    assert all(first == second for first, second in keys)
    assert len({first for first, _ in keys}) == len(emulator.notices)


def test_a_forged_notice_is_not_genuine(emulator: Emulator) -> None:
    not_genuine(emulator, emulator.forged(paid(emulator)[2]).raw())


@pytest.mark.parametrize("signature", [None, *SIGNATURES], ids=ascii)
def test_an_odd_or_missing_signature_is_not_genuine(emulator: Emulator, signature: str | None) -> None:
    paid(emulator)
    not_genuine(emulator, emulator.resigned(emulator.notices[-1], signature))


def test_a_signature_told_twice_is_not_genuine(emulator: Emulator) -> None:
    paid(emulator)
    not_genuine(emulator, emulator.doubled(emulator.notices[-1]))


def test_what_is_signed_can_not_be_changed(emulator: Emulator) -> None:
    paid(emulator)
    assert emulator.tampered(emulator.notices[-1])
    for raw in emulator.tampered(emulator.notices[-1]):
        not_genuine(emulator, raw)


def test_a_notice_that_nobody_answers_comes_again(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its address leads nowhere, or hears it and says nothing."""
    monkeypatch.setattr(type(emulator), "patience", 0.05)
    paid(emulator)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        for port in (9, deaf.getsockname()[1]):
            emulator.waiting.clear()
            notice = replace(emulator.notices[-1], url=f"http://127.0.0.1:{port}/")
            assert not emulator.deliver(notice)
            assert emulator.advance(emulator.retries[0]) == 1
            assert [retry for _when, retry, _notice in emulator.waiting] == [2]


def test_after_a_rotation_both_secrets_hold_until_the_old_one_is_dropped(emulator: Emulator) -> None:
    paid(emulator)
    old, before = emulator.credentials(), emulator.notices[-1].raw()
    emulator.rotate()
    paid(emulator)
    new, after = emulator.credentials(), emulator.notices[-1].raw()
    assert old != new
    both, only_new = emulator.account(credentials=(new, old)), emulator.account(credentials=(new,))
    assert len({read(emulator, raw, both).key for raw in (before, after)}) == 2
    assert read(emulator, after, only_new)
    not_genuine(emulator, before, only_new)
    not_genuine(emulator, after, emulator.account(credentials=(old,)))


@pytest.mark.parametrize("given_as", ["empty", "absent"])
def test_without_a_secret_nothing_is_genuine(emulator: Emulator, given_as: str) -> None:
    """Nor what somebody signed with the empty secret."""
    known = emulator.credentials() | {emulator.signing: ""}
    if given_as == "absent":
        del known[emulator.signing]
    account = emulator.account(credentials=(known,))
    paid(emulator)
    _order, _door, transaction_id = paid(emulator, "pending")
    not_genuine(emulator, emulator.notices[-1].raw(), account)
    emulator.rotate("")
    emulator.settle(transaction_id, "approved")
    not_genuine(emulator, emulator.notices[-1].raw(), account)


headers = st.lists(
    st.tuples(
        st.sampled_from(["x-event-checksum", "x-signature", "x-request-id", "content-type"]), st.text(max_size=90)
    )
).map(tuple)
query = st.lists(st.tuples(st.sampled_from(["data.id", "id", "type", "topic"]), st.text(max_size=40))).map(tuple)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20)
words = (
    "event data transaction signature properties checksum timestamp id status type action live_mode merchant_id "
    "reference_sale value currency state_pol sign transaction_id test"
)
names = st.sampled_from(words.split())
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6))
bodies = (
    st.binary(max_size=400)
    | anything.map(lambda told: json.dumps(told).encode())
    | st.lists(st.tuples(names, st.text(max_size=20))).map(lambda pairs: urlencode(pairs, errors="replace").encode())
)


@fuzzed
@given(body=bodies, headers=headers, query=query)
def test_whatever_comes_in_is_refused_or_ignored(emulator: Emulator, body: bytes, headers: tuple, query: tuple) -> None:
    with suppress(NotGenuine):
        assert read(emulator, RawNotice(body, headers, query)).ignored


@fuzzed
@given(data=st.data())
def test_a_genuine_notice_with_any_bytes_changed_makes_no_crash(emulator: Emulator, data: st.DataObject) -> None:
    if not emulator.notices:
        paid(emulator)
    raw = emulator.notices[0].raw()
    start = data.draw(st.integers(0, len(raw.body)))
    end = data.draw(st.integers(start, min(len(raw.body), start + 40)))
    body = (
        raw.body[:start]
        + data.draw(st.binary(max_size=40) | st.sampled_from([b"{", b"\\ud800", b"\x00"]))
        + raw.body[end:]
    )
    with suppress(NotGenuine):
        assert read(emulator, replace(raw, body=body)).key
