"""When a provider is asked, and which of its answers counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.app.payments.asking import ask_about, begin_look, record
from portal.app.payments.noticing import PATIENCE
from portal.app.payments.schedule import LEASE, WAITING, next_look
from portal.domain.checkouts import State
from portal.domain.payments import Account, Method, ProviderRefused, Question, Standing, Transaction
from portal.ledger.payments import Fact
from tests.app.payments.till import Till
from tests.ledger.balances import balances, laws


def test_an_older_answer_that_comes_later_undoes_nothing(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    look, before = begin_look(till.portal, checkout.id), list(till.provider.book[checkout.reference])
    assert look is not None
    till.approve(checkout, refunded=40_000)
    assert record(till.portal, look, before) is None
    assert balances(till.portal)["FE-1"] == 40_000
    assert [fact.kind for fact in till.payments()] == [Fact.PAYMENT, Fact.REFUND]


def test_an_answer_counts_while_no_other_question_has_gone_out(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    book = till.provider.book[checkout.reference]
    first, second = begin_look(till.portal, checkout.id), begin_look(till.portal, checkout.id)
    assert first is not None and second is not None
    assert record(till.portal, first, book) is None
    assert record(till.portal, second, book) is State.APPROVED


def test_a_providers_limits_hold_for_questions_that_are_still_out(till: Till) -> None:
    till.provider.patience = timedelta(minutes=10)
    checkout = till.start("FE-1")
    till.clock.forward(minutes=10)
    assert begin_look(till.portal, checkout.id) is not None
    till.clock.forward(minutes=9)
    assert begin_look(till.portal, checkout.id) is None
    assert till.checkout(checkout.id).next_look_at == till.clock.now() + timedelta(minutes=1)


def test_a_question_whose_worker_died_is_asked_again_after_a_lease(till: Till) -> None:
    checkout = till.start("FE-1")
    begin_look(till.portal, checkout.id)
    till.told(checkout)
    assert till.look() == 0
    till.clock.forward(seconds=LEASE.total_seconds())
    assert till.look() == 1
    assert till.checkout(checkout.id).state is State.APPROVED


def test_cash_that_is_awaited_is_asked_about_as_its_provider_wants_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr(
        till.provider, "may_ask_at", lambda created, _asked, by_cash: (asked.append(by_cash), created)[1]
    )
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING, method=Method.CASH_POINT)
    till.ask(checkout)
    till.ask(checkout)
    assert asked == [False, True]


def test_transactions_that_were_ever_told_are_asked_for_by_name(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING, id="t9")
    till.ask(checkout)
    asked: list[Question] = []

    def transactions(_account: Account, question: Question) -> Sequence[Transaction]:
        asked.append(question)
        return []

    monkeypatch.setattr(till.provider, "transactions", transactions)
    ask_about(till.portal, checkout.id, "t10")
    assert asked[0].transaction_ids == ("t9", "t10")


def test_a_provider_that_is_silent_about_paid_money_is_asked_again_within_the_hour(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.clock.forward(days=20)
    till.provider.down = True
    till.ask(checkout)
    row = till.checkout(checkout.id)
    assert row.next_look_at is not None
    assert row.next_look_at - till.clock.now() <= timedelta(hours=1.1)
    assert (row.state, row.trouble) == (State.APPROVED, "apagado")


def test_even_after_the_last_look_a_silent_provider_is_asked_until_it_answers(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    row, late = till.checkout(checkout.id), till.clock.now() + timedelta(days=400)
    assert next_look(row, late) is None
    assert next_look(row, late, silent=True) is not None


def test_looks_are_frequent_at_first_and_never_stop_while_money_may_come(till: Till) -> None:
    row = till.start("FE-1")
    gaps = []
    for passed in (0, 60, 600, 3_600, 86_400, 20 * 86_400):
        now = row.created_at + timedelta(seconds=passed)
        gaps.append((next_look(row, now) or now) - now)
    assert gaps[:4] == sorted(gaps[:4]) and gaps[0] < timedelta(seconds=12)
    assert all(gap <= WAITING[-1] * 1.1 for gap in gaps)
    ended = replace(row, state=State.EXPIRED)
    assert next_look(ended, row.created_at + timedelta(days=29)) is not None


def test_credentials_that_open_nothing_any_more_lose_no_job_and_no_money(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    blind = replace(till.portal, secret=b"x" * 32)
    assert ask_about(blind, checkout.id) is None
    assert "clave secreta" in (till.checkout(checkout.id).trouble or "")
    assert till.ask(checkout) is State.APPROVED
    assert till.checkout(checkout.id).trouble is None


def test_a_refusal_to_answer_is_no_answer(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)

    def refuse(*_: object) -> Sequence[Transaction]:
        raise ProviderRefused("HTTP 401")

    with monkeypatch.context() as patch:
        patch.setattr(till.provider, "transactions", refuse)
        till.clock.forward(days=1)
        assert till.ask(checkout) is None
    assert till.checkout(checkout.id).state is State.PENDING


def test_a_provider_that_lags_behind_its_notice_is_asked_again_soon(till: Till) -> None:
    checkout = till.start("FE-1")
    till.notice(checkout)
    till.work()
    assert till.payments() == []
    till.told(checkout)
    till.clock.forward(minutes=1)
    till.work()
    assert [fact.amount for fact in till.payments()] == [100_000]


def test_a_refund_that_lags_behind_its_notice_is_found_soon_too(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.notice(checkout, "voided")
    till.work()
    till.told(checkout, Standing.VOIDED)
    till.clock.forward(minutes=1)
    till.work()
    assert balances(till.portal)["FE-1"] == 100_000


def test_a_notice_about_what_its_provider_never_knows_ends_quietly_as_a_replay(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    for invented in ("x1", "x2", "x3"):
        till.notice(checkout, id=invented)
    for _ in range(PATIENCE):
        till.work()
        till.clock.forward(minutes=30)
    assert till.waiting() == []
    assert [(row.transaction_id, row.reason is None) for row in till.notices()] == [
        ("x1", False),
        ("x2", False),
        ("x3", False),
    ]
    assert len(till.payments()) == 1
    assert laws(till.portal) == []
