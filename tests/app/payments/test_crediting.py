"""Odd orders of events: nothing is paid twice, nothing that went back stays, and no fact is lost over another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.app.payments.starting import start_checkout
from portal.app.voiding import restore, void, withdraw
from portal.domain.book import Cause
from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.domain.documents import Kind, Prepayment, Reference, Role
from portal.domain.payments import Standing
from portal.ledger.books import load_book
from portal.ledger.payments import Fact, trail_of
from portal.ledger.tables import entries
from tests.app.payments.till import Till
from tests.factories import bring, facts, pays
from tests.ledger.balances import balances, laws


def told(till: Till, checkout_id: int) -> list[tuple[str, str]]:
    """What the trail keeps of the provider's words: transaction and standing."""
    with till.portal.ledger.read() as conn:
        lines = [line.detail for line in trail_of(conn, checkout_id) if line.what == "told"]
    return [(line["transaction"], line["standing"]) for line in lines]


def in_ledger(till: Till) -> list[tuple[Fact, int, Trouble | None]]:
    return [(fact.kind, fact.amount, fact.trouble) for fact in till.payments()]


def test_a_second_payment_of_a_part_is_not_set_against_the_rest_of_the_document(till: Till) -> None:
    checkout = till.start("FE-1", expected=20_000, chosen={till.document("FE-1"): 20_000})
    till.approve(checkout)
    till.approve(checkout, id="t2")
    assert balances(till.portal)["FE-1"] == 80_000
    assert till.bill("FE-2")[1].in_favour == 20_000
    assert in_ledger(till)[1] == (Fact.PAYMENT, 20_000, Trouble.SECOND)


def test_a_second_payment_pays_what_the_first_left_open_and_no_more(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, amount=60_000)
    till.approve(checkout, id="t2", amount=60_000)
    assert balances(till.portal)["FE-1"] == 0
    assert till.bill("FE-2")[1].in_favour == 20_000


def test_one_cent_less_is_never_paid_in_full(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, amount=99_999)
    assert balances(till.portal)["FE-1"] == 1


def test_what_was_rounded_away_is_owed_again_when_the_money_goes_back_and_not_when_it_comes_again(till: Till) -> None:
    till.provider.unit = 100
    bring(till.portal, facts("FE-4", "119000.37"))
    checkout = till.start("FE-4", expected=11_900_000)
    for _ in range(2):
        till.approve(checkout)
        assert balances(till.portal)["FE-4"] == 0
        till.approve(checkout, charged_back=11_900_000)
        assert balances(till.portal)["FE-4"] == 11_900_037
    till.approve(checkout, charged_back=11_900_000, refunded=0)
    assert laws(till.portal) == []


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.DECLINED, Standing.EXPIRED, Standing.UNKNOWN])
def test_an_answer_that_takes_an_approval_back_without_a_return_changes_nothing(till: Till, standing: Standing) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, refunded=30_000)
    till.told(checkout, standing)
    assert till.ask(checkout) is State.APPROVED
    assert balances(till.portal)["FE-1"] == 30_000
    assert [kind for kind, *_ in in_ledger(till)] == [Fact.PAYMENT, Fact.REFUND]


def test_more_never_goes_back_than_came(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.approve(checkout, amount=250_000, refunded=250_000)
    assert balances(till.portal)["FE-1"] == 100_000
    assert in_ledger(till)[1:] == [(Fact.REFUND, 100_000, None)]


def test_a_return_that_the_account_no_longer_holds_is_recorded_and_a_person_decides(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    (payment,) = till.payments()
    with till.portal.ledger.write("test") as unit:  # somebody took it out by hand
        book = load_book(unit.conn, [payment.item_id or 0], with_rows=True)
        book.give_back(payment.item_id or 0, 70_000, Cause.REFUND, date(2026, 3, 15))
        unit.book(book)
        unit.commit()
    till.told(checkout, id="t2", amount=5_000)
    till.approve(checkout, charged_back=100_000)
    till.approve(checkout)
    assert [(fact.kind, fact.trouble, fact.item_id) for fact in till.payments(troubled=True)][1:] == [
        (Fact.CHARGEBACK, Trouble.OVERDRAWN, None),
        (Fact.REINSTATED, Trouble.OVERDRAWN, None),
    ]
    assert balances(till.portal)["FE-1"] == 65_000  # the other transaction is credited all the same
    assert laws(till.portal) == []


def test_a_chargeback_known_before_the_payment_and_won_later_is_a_payment_with_its_comprobante(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, charged_back=100_000)
    assert (balances(till.portal)["FE-1"], till.vouchers()) == (100_000, [])
    till.approve(checkout)
    assert (balances(till.portal)["FE-1"], till.vouchers()) == (0, [1])
    till.approve(checkout, refunded=100_000)
    assert balances(till.portal)["FE-1"] == 100_000
    assert laws(till.portal) == []


def test_a_transaction_of_another_checkout_is_credited_only_there(till: Till) -> None:
    mine, other = till.start("FE-1"), till.start("FE-2")
    till.told(other)
    till.provider.book[mine.reference] = list(till.provider.book[other.reference])
    till.clock.forward(seconds=1)
    till.ask(mine)
    assert till.payments() == []
    till.look()
    assert [fact.checkout_id for fact in till.payments()] == [other.id]
    assert balances(till.portal)["FE-2"] == 0


def test_credit_that_an_invoice_used_up_meanwhile_is_missed_and_somebody_looks_at_it(till: Till) -> None:
    bring(till.portal, facts("AN-1", 300, Kind.ADVANCE))
    checkout = till.start("FE-1", expected=70_000, use_credit=True)
    used = Reference(Role.CONSUMES, "AN-1", Kind.ADVANCE, amount=facts(total=200).total)
    net = {"prepaid": facts(total=200).total, "prepayments": (Prepayment(facts(total=200).total),)}
    bring(till.portal, facts("FE-9", 100, references=(used,), **net))
    till.approve(checkout)
    assert (balances(till.portal)["FE-1"], balances(till.portal)["AN-1"]) == (20_000, 0)
    assert in_ledger(till) == [(Fact.PAYMENT, 70_000, Trouble.CREDIT_GONE)]
    assert laws(till.portal) == []


def test_a_document_voided_under_an_open_checkout_leaves_the_money_in_favour(till: Till) -> None:
    checkout = till.start("FE-1")
    with till.portal.ledger.write("test") as unit:
        void(unit, till.document("FE-1"), date(2026, 3, 15))
        unit.commit()
    assert till.approve(checkout) is State.APPROVED
    assert in_ledger(till) == [(Fact.PAYMENT, 100_000, Trouble.NOT_OPEN)]
    assert till.bill("FE-2")[1].in_favour == 100_000
    assert balances(till.portal)["FE-1"] == 0


def test_a_document_voided_after_it_was_paid_frees_the_money_which_may_still_go_back(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    with till.portal.ledger.write("test") as unit:
        void(unit, till.document("FE-1"), date(2026, 3, 15))
        unit.commit()
    assert till.bill("FE-2")[1].in_favour == 100_000
    till.approve(checkout, refunded=100_000)
    assert till.bill("FE-2")[1].in_favour == 0
    till.approve(checkout, charged_back=100_000, refunded=0)
    assert laws(till.portal) == []


def test_a_document_withdrawn_and_brought_back_is_paid_by_the_checkout_begun_before(till: Till) -> None:
    checkout = till.start("FE-1")
    for act in (lambda unit, one: withdraw(unit, one, "prueba"), restore):
        with till.portal.ledger.write("test") as unit:
            act(unit, till.document("FE-1"))
            unit.commit()
    till.approve(checkout)
    assert (balances(till.portal)["FE-1"], in_ledger(till)) == (0, [(Fact.PAYMENT, 100_000, None)])


def test_every_word_of_the_provider_stays_in_the_trail_once(till: Till) -> None:
    checkout = till.start("FE-1")
    for standing in (Standing.PENDING, Standing.PENDING, Standing.DECLINED, Standing.DECLINED):
        till.told(checkout, standing)
        till.ask(checkout)
    for _ in range(2):
        till.approve(checkout, id="t2")
    assert told(till, checkout.id) == [("t1", "pending"), ("t1", "declined"), ("t2", "approved")]


def test_money_is_dated_by_the_provider_but_never_before_the_checkout_nor_after_today(till: Till) -> None:
    dated = {"1970": datetime(1970, 1, 1, tzinfo=UTC), "2100": datetime(2100, 1, 1, tzinfo=UTC)}
    for id, at in dated.items():
        till.approve(till.start("FE-1", "FE-2", "FE-3", anyway=True, expected=None), id=id, at=at, amount=100)
    checkout = till.start("FE-1")
    till.clock.forward(days=3)
    till.approve(checkout, id="now", at=till.clock.now() - timedelta(days=2))
    assert [fact.effective_on for fact in till.payments()] == [date(2026, 3, 15), date(2026, 3, 15), date(2026, 3, 16)]


def test_what_goes_back_is_dated_today_and_the_past_stays_as_it_was(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    before = till.rows()
    till.clock.forward(days=60)
    till.approve(checkout, refunded=40_000)
    assert till.rows()[: len(before)] == before
    with till.portal.ledger.read() as conn:
        dates = conn.execute(select(entries.c.effective_on).where(entries.c.cause == Cause.REFUND)).scalars().all()
    assert dates == [date(2026, 5, 14)]
    assert laws(till.portal) == []


def test_a_pending_payment_that_its_provider_forgets_for_a_while_is_not_expired(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    known = till.provider.book.pop(checkout.reference)
    till.clock.forward(days=2)
    assert till.ask(checkout) is State.PENDING
    till.provider.book[checkout.reference] = known
    assert till.approve(checkout) is State.APPROVED
    assert in_ledger(till) == [(Fact.PAYMENT, 100_000, None)]


def test_what_is_pending_for_a_month_is_waited_for_no_longer_and_still_welcome(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    till.clock.forward(days=29)
    assert till.ask(checkout) is State.PENDING
    till.clock.forward(days=2)
    assert till.ask(checkout) is State.EXPIRED
    assert till.approve(checkout) is State.APPROVED
    assert in_ledger(till) == [(Fact.PAYMENT, 100_000, Trouble.LATE)]


def test_a_notice_that_its_provider_does_not_bear_out_yet_keeps_the_checkout_open(till: Till) -> None:
    checkout = till.start("FE-1")
    till.notice(checkout)
    till.clock.forward(hours=3)
    till.work()
    assert till.checkout(checkout.id).state is State.READY
    till.clock.forward(hours=23)
    assert till.ask(checkout) is State.EXPIRED


def test_money_pending_on_a_checkout_begun_anew_warns_before_a_third_is_begun(till: Till) -> None:
    first = till.start("FE-1")
    till.start("FE-1")
    assert till.checkout(first.id).state is State.CANCELLED
    till.told(first, Standing.PENDING)
    assert till.ask(first) is State.PENDING
    assert till.bill("FE-1")[1].pending


def test_a_receipt_that_is_the_paper_of_a_payment_is_annulled_without_the_payment(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    bring(till.portal, facts("RC-1", 1000, Kind.RECEIPT, references=pays("FE-1"), payment_reference="t1",
                             issue_date=date(2026, 3, 15)))  # fmt: skip
    assert balances(till.portal)["FE-1"] == 0
    with till.portal.ledger.write("test") as unit:
        void(unit, till.document("RC-1"), date(2026, 3, 16))
        unit.commit()
    assert balances(till.portal)["FE-1"] == 0
    till.approve(checkout, refunded=100_000)
    assert balances(till.portal)["FE-1"] == 100_000
    assert laws(till.portal) == []


def test_money_won_back_and_left_in_favour_is_used_from_the_day_it_came_again(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    till.clock.forward(days=5)
    till.approve(checkout, charged_back=100_000)
    bring(till.portal, facts("RC-1", 1000, Kind.RECEIPT, references=pays("FE-1"), issue_date=date(2026, 3, 20)))
    till.clock.forward(days=5)
    till.approve(checkout)
    assert start_checkout(till.portal, till.payer, till.wish("FE-2", expected=0, use_credit=True)) is None
    assert laws(till.portal) == []
