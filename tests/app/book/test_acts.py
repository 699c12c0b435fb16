"""What is posted by hand: each act does what it says, once, leaves a trace, and is undone exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from portal.app.book.desk import Wish
from portal.app.book.paying import Receipt, money_known, register_payment
from portal.app.book.undoing import undo_act
from portal.app.mailing import Template
from portal.app.payments.deciding import SameMoney
from portal.app.payments.vouchers import read_voucher
from portal.app.reading import everywhere, read_document
from portal.app.receivables import read_receivables
from portal.app.voiding import restore, void, withdraw
from portal.domain.acts import Act, Money
from portal.domain.book import Cause
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.payment_tables import vouchers
from portal.ledger.tables import entries
from portal.views.customer_sums import customer_sums
from tests.app.book.counter import TODAY, Counter, open_counter
from tests.app.payments.till import open_till
from tests.app.people import mailed, noted, staff
from tests.factories import OTRA, FrozenClock, bring, facts, pays
from tests.ledger.balances import balances, laws

AT_FIRST = {"FE-1": 100_000, "FE-2": 50_000, "FE-3": 25_000, "AN-1": 7_000, "AN-2": 4_000}


def owed(counter: Counter) -> dict[str, int]:
    assert laws(counter.portal) == []
    return {number: sum_ for number, sum_ in balances(counter.portal).items() if number in AT_FIRST}


def in_favour(counter: Counter) -> int:
    """What payments by hand left over."""
    from portal.ledger.applications import credits_with

    with counter.portal.ledger.read() as conn:
        found = credits_with(conn, counter.whose.customer_id, counter.whose.currency)
    return sum(one.free for one in found if one.document_id is None)


class TestPaying:
    def test_goes_to_the_oldest_first_and_the_rest_is_in_favour(self, counter: Counter) -> None:
        counter.pay(160_000, "FE-2", "FE-1")
        assert owed(counter) == AT_FIRST | {"FE-1": 0, "FE-2": 0}
        assert in_favour(counter) == 10_000

    def test_goes_where_it_is_said(self, counter: Counter) -> None:
        counter.pay(60_000, "FE-1", "FE-2", parts={"FE-1": 20_000, "FE-2": 30_000})
        assert owed(counter) == AT_FIRST | {"FE-1": 80_000, "FE-2": 20_000}
        assert in_favour(counter) == 10_000

    def test_without_documents_is_all_in_favour(self, counter: Counter) -> None:
        counter.pay(9_000)
        assert owed(counter) == AT_FIRST and in_favour(counter) == 9_000

    def test_rounds_a_residue_away_and_owes_it_again_when_undone(self, counter: Counter) -> None:
        act = counter.pay(99_950, "FE-1")
        assert owed(counter) == AT_FIRST | {"FE-1": 0}
        counter.undo(act)
        assert owed(counter) == AT_FIRST

    def test_has_its_day_and_can_have_a_day_before(self, counter: Counter) -> None:
        counter.pay(100_000, "FE-1", on=date(2026, 3, 5))
        assert [one.effective_on for one in counter.acts()] == [date(2026, 3, 5)]
        assert owed(counter)["FE-1"] == 0

    @pytest.mark.parametrize(
        ("odd", "words"),
        [
            ({"amount": 0}, "mayor que cero"),
            ({"on": date(2026, 3, 16)}, "posterior a hoy"),
            ({"on": date(1926, 3, 16)}, "antigua"),
            ({"method": "PSE"}, "con qué se pagó"),
            ({"parts": {"FE-1": 100_001}, "amount": 200_000}, "más que su saldo"),
            ({"parts": {"FE-1": 1_001}}, "más que el valor"),
            ({"reference": "x" * 61}, "acórtalo"),
        ],
    )
    def test_what_can_not_be_is_refused(self, counter: Counter, odd: dict[str, object], words: str) -> None:
        told: dict[str, object] = {"amount": 1_000, **odd}
        with pytest.raises(Refused, match=words):
            counter.pay(told.pop("amount"), "FE-1", **told)  # type: ignore[arg-type]
        assert owed(counter) == AT_FIRST and counter.acts() == []

    def test_asks_whether_it_is_the_same_money(self, counter: Counter) -> None:
        counter.pay(100_000, "FE-1", reference="77")
        with pytest.raises(SameMoney) as asked:
            counter.pay(100_000, "FE-2", other=False)
        assert [one.reference for one in asked.value.twins] == ["77"]
        assert len(money_known(counter.portal, counter.actor, counter.whose, Money(100_000, TODAY, "47"))) == 1
        assert owed(counter) == AT_FIRST | {"FE-1": 0}
        counter.pay(100_000, "FE-2", "FE-3", other=True)
        assert owed(counter) == AT_FIRST | {"FE-1": 0, "FE-2": 0, "FE-3": 0}

    def test_two_references_that_people_wrote_are_two_payments(self, counter: Counter) -> None:
        counter.pay(10_000, "FE-1", reference="77", other=False)
        counter.pay(10_000, "FE-1", reference="78", other=False)
        assert owed(counter)["FE-1"] == 80_000

    def test_gives_a_comprobante_and_mails_it(self, counter: Counter) -> None:
        act = counter.pay(30_000, "FE-1", receipt=Receipt(mail_to="pagos@abc.example"), reference="M-1")
        with counter.portal.ledger.read() as conn:
            voucher = conn.execute(select(vouchers)).one()
        shown = read_voucher(counter.portal, counter.actor, voucher.id)
        assert (shown.number, shown.facts.amount, shown.facts.transaction) == (1, 30_000, "M-1")
        assert [(one.number, one.amount) for one in shown.facts.applied] == [("FE-1", 30_000)]
        assert [(one[0], one[1]) for one in mailed(counter.portal)] == [(Template.VOUCHER, "pagos@abc.example")]
        counter.undo(act)
        assert read_voucher(counter.portal, counter.actor, voucher.id).returned == 30_000

    def test_may_go_without_one(self, counter: Counter) -> None:
        counter.pay(30_000, "FE-1", receipt=Receipt(issued=False, mail_to="pagos@abc.example"))
        with counter.portal.ledger.read() as conn:
            assert conn.execute(select(vouchers)).all() == []
        assert mailed(counter.portal) == []

    def test_a_receipt_that_comes_later_is_its_paper(self, counter: Counter) -> None:
        act = counter.pay(100_000, "FE-1")
        bring(counter.portal, facts("RC-1", kind=Kind.RECEIPT, references=pays("FE-1"), issue_date=TODAY))
        assert owed(counter)["FE-1"] == 0 and in_favour(counter) == 0
        with pytest.raises(Refused, match="recibo de caja"):
            counter.undo(act)

    def test_undone_it_goes_wherever_it_is_now(self, counter: Counter) -> None:
        act = counter.pay(100_000, "FE-1")
        counter.free("FE-1", 40_000)
        counter.apply("FE-2", amount=30_000)
        counter.undo(act)
        assert owed(counter) == AT_FIRST | {"AN-1": 0, "FE-2": 43_000}


class TestCredit:
    def test_is_set_against_the_oldest(self, counter: Counter) -> None:
        act = counter.apply("FE-1", "FE-2")
        assert owed(counter) == AT_FIRST | {"FE-1": 93_000, "AN-1": 0}
        counter.undo(act)
        assert owed(counter) == AT_FIRST

    def test_as_much_as_is_said_and_not_what_waits(self, counter: Counter) -> None:
        counter.apply("FE-3", amount=2_000)
        assert owed(counter) == AT_FIRST | {"FE-3": 23_000, "AN-1": 5_000}
        with pytest.raises(Refused, match="No hay tanto"):
            counter.apply("FE-3", amount=5_001)

    def test_is_not_there_twice(self, counter: Counter) -> None:
        counter.apply("FE-1")
        with pytest.raises(Refused, match="No hay saldo a favor"):
            counter.apply("FE-1")

    def test_released_it_is_free_and_waits_again_when_undone(self, counter: Counter) -> None:
        act = counter.release("AN-2")
        with pytest.raises(Refused, match="ya está libre"):
            counter.release("AN-2")
        assert counter.acts()[0].amount == 4_000
        counter.undo(act)
        counter.apply("FE-1")
        assert owed(counter)["AN-2"] == 4_000

    def test_does_not_wait_again_for_what_has_come(self, counter: Counter) -> None:
        act = counter.release("AN-2")
        bring(counter.portal, facts("FE-9"))
        with pytest.raises(Refused, match="ya llegó"):
            counter.undo(act)
        counter.apply("FE-9")
        assert owed(counter)["AN-2"] == 0

    def test_is_taken_back_in_part_and_given_again_by_undoing(self, counter: Counter) -> None:
        applied = counter.apply("FE-1")
        freed = counter.free("FE-1", 3_000)
        assert owed(counter) == AT_FIRST | {"FE-1": 96_000, "AN-1": 3_000}
        counter.undo(freed)
        assert owed(counter) == AT_FIRST | {"FE-1": 93_000, "AN-1": 0}
        counter.undo(applied)
        assert owed(counter) == AT_FIRST

    def test_what_was_rounded_with_it_is_owed_again_and_rounded_by_undoing(self, counter: Counter) -> None:
        counter.pay(99_950, "FE-1")
        freed = counter.free("FE-1")
        assert owed(counter)["FE-1"] == 100_000
        counter.undo(freed)
        assert owed(counter)["FE-1"] == 0

    def test_used_elsewhere_it_does_not_come_back(self, counter: Counter) -> None:
        counter.apply("FE-1")
        freed = counter.free("FE-1")
        counter.apply("FE-2")
        with pytest.raises(Refused, match="ya se usó"):
            counter.undo(freed)

    def test_taken_back_by_hand_there_is_nothing_to_undo(self, counter: Counter) -> None:
        applied = counter.apply("FE-1")
        counter.free("FE-1")
        with pytest.raises(Refused, match="no queda nada"):
            counter.undo(applied)

    def test_a_provider_is_being_paid_with_it(self, counter: Counter, clock: FrozenClock) -> None:
        act = counter.pay(5_000)
        till = open_till(counter.portal, clock)
        _, bill = till.bill("FE-3")
        till.start("FE-3", expected=bill.outstanding - 12_000, use_credit=True)
        with pytest.raises(Refused, match="está pagando"):
            counter.undo(act)
        with pytest.raises(Refused, match="No hay saldo a favor"):
            counter.apply("FE-1")


class TestLowering:
    def test_a_castigo_leaves_nothing_owed(self, counter: Counter) -> None:
        act = counter.write_off("FE-1", "FE-3")
        assert owed(counter) == AT_FIRST | {"FE-1": 0, "FE-3": 0}
        assert (counter.acts()[0].amount, counter.acts()[0].reason) == (125_000, "Incobrable")
        counter.undo(act)
        assert owed(counter) == AT_FIRST

    def test_or_less_of_one(self, counter: Counter) -> None:
        counter.write_off("FE-1", amount=30_000, on=date(2026, 3, 8))
        assert owed(counter)["FE-1"] == 70_000
        for numbers, amount in ((("FE-1",), 70_001), (("FE-1",), 0), (("FE-1", "FE-2"), 5)):
            with pytest.raises(Refused, match="una parte de un solo documento"):
                counter.write_off(*numbers, amount=amount)

    def test_is_said_on_the_document(self, counter: Counter) -> None:
        counter.write_off("FE-3")
        detail = read_document(counter.portal, counter.actor, counter.id("FE-3"))
        assert [(one.cause, one.amount) for one in detail.applied] == [(Cause.WRITE_OFF, 25_000)]
        assert "ajuste" in str(detail.status())

    def test_an_adjustment_goes_both_ways_between_zero_and_the_total(self, counter: Counter) -> None:
        counter.adjust("FE-1", -100_000)
        assert owed(counter)["FE-1"] == 0
        up = counter.adjust("FE-1", 40_000)
        with pytest.raises(Refused, match="nota débito"):
            counter.adjust("FE-1", 60_001)
        for amount in (0, -40_001):
            with pytest.raises(Refused, match="no sea cero"):
                counter.adjust("FE-1", amount)
        counter.undo(up)
        assert owed(counter)["FE-1"] == 0

    def test_undone_nothing_owes_more_than_its_total(self, counter: Counter) -> None:
        first = counter.adjust("FE-1", -10_000)
        counter.adjust("FE-1", 10_000)
        with pytest.raises(Refused, match="nota débito"):
            counter.undo(first)

    def test_an_increase_that_was_paid_is_not_undone(self, counter: Counter) -> None:
        counter.adjust("FE-1", -10_000)
        up = counter.adjust("FE-1", 10_000)
        counter.pay(100_000, "FE-1")
        with pytest.raises(Refused, match="ya no debe tanto"):
            counter.undo(up)

    def test_needs_a_reason(self, counter: Counter) -> None:
        act = counter.adjust("FE-1", -10_000)
        with pytest.raises(Refused, match="motivo"):
            counter.undo(act, " \u200b ")

    def test_on_a_document_that_is_no_more_there_is_nothing_to_undo(self, counter: Counter) -> None:
        acts = [counter.write_off("FE-1"), counter.write_off("FE-3"), counter.write_off("FE-2")]
        with counter.portal.ledger.write("test") as unit:
            void(unit, counter.id("FE-1"), TODAY)
            withdraw(unit, counter.id("FE-3"), "prueba")
            withdraw(unit, counter.id("FE-2"), "prueba")
            restore(unit, counter.id("FE-2"))
            unit.commit()
        for act in acts:
            with pytest.raises(Refused, match="ya no está activo"):
                counter.undo(act)
        assert laws(counter.portal) == []


ACTS: dict[Act, Callable[[Counter], int]] = {
    Act.PAYMENT: lambda counter: counter.pay(5_000, "FE-1", key="k", other=False),
    Act.APPLIED: lambda counter: counter.apply("FE-1", key="k"),
    Act.FREED: lambda counter: counter.free("FE-2", 100, key="k"),
    Act.WRITTEN_OFF: lambda counter: counter.write_off("FE-1", key="k"),
    Act.ADJUSTED: lambda counter: counter.adjust("FE-1", -500, key="k"),
}


class TestEveryAct:
    @pytest.mark.parametrize("act", ACTS)
    def test_happens_once_is_undone_once_and_the_audit_knows(self, counter: Counter, act: Act) -> None:
        counter.pay(20_000, "FE-2")
        before, known = owed(counter), len(noted(counter.portal, Event.BOOKED))
        done = ACTS[act](counter)
        after = owed(counter)
        assert ACTS[act](counter) == done and owed(counter) == after != before
        counter.undo(done)
        assert owed(counter) == before
        with pytest.raises(Refused, match="ya fue deshecho"):
            counter.undo(done)
        told = [noted(counter.portal, Event.BOOKED)[known:], noted(counter.portal, Event.BOOKING_UNDONE)]
        assert [[one.subject for one in some] for some in told] == [[f"act:{done}"]] * 2
        assert f'"act": "{act}"' in str(told[0][0].detail)

    @pytest.mark.parametrize("act", [one for one in ACTS if one is not Act.FREED])
    def test_waits_while_the_document_is_paid_or_in_review(
        self, counter: Counter, clock: FrozenClock, act: Act
    ) -> None:
        till = open_till(counter.portal, clock)
        till.start("FE-1")
        with pytest.raises(Refused, match="FE-1: alguien lo está pagando"):
            ACTS[act](counter)
        assert counter.acts() == []

    def test_rows_are_only_added(self, counter: Counter) -> None:
        def rows() -> list[tuple[object, ...]]:
            with counter.portal.ledger.read() as conn:
                return [tuple(row) for row in conn.execute(select(entries).order_by(entries.c.id))]

        before = rows()
        counter.undo(counter.write_off("FE-1"))
        assert rows()[: len(before)] == before and len(rows()) == len(before) + 2

    def test_is_not_for_other_accounts_documents(self, counter: Counter) -> None:
        for number in ("FE-8", "US-1", "AN-1"):
            with pytest.raises(NotFound):
                counter.pay(1_000, number)
            with pytest.raises(NotFound):
                counter.write_off(number)

    @pytest.mark.parametrize("role", [Role.READER, Role.ANALYST])
    def test_is_not_for_who_may_not_book(self, counter: Counter, role: Role) -> None:
        act = counter.write_off("FE-2")
        reader = Counter(counter.portal, staff(counter.portal, counter.whose.issuer_id, role), counter.whose)
        for forbidden in (lambda: reader.pay(1_000), lambda: reader.write_off("FE-1"), lambda: reader.undo(act)):
            with pytest.raises(NotFound):
                forbidden()

    def test_is_not_for_another_issuers_people_or_customers(self, counter: Counter) -> None:
        bring(counter.portal, facts("OT-1", issuer=OTRA))
        theirs = open_counter(counter.portal, "OT-1")
        act = counter.write_off("FE-2")
        with pytest.raises(NotFound):
            undo_act(counter.portal, theirs.actor, act, "Porque sí")
        mixed = replace(counter.whose, customer_id=theirs.whose.customer_id)
        with pytest.raises(NotFound):
            register_payment(counter.portal, counter.actor, Wish(mixed, "1"), [], Money(1_000, TODAY, "47"))


def test_a_payment_that_was_undone_was_not_collected_and_is_not_the_last_one(counter: Counter) -> None:
    def told() -> tuple[int, date | None]:
        portal, actor, customer = counter.portal, counter.actor, counter.whose.customer_id
        positions = read_receivables(portal, actor, counter.whose.issuer_id).positions
        (collected,) = [one.collected for one in positions if one.currency == "COP"]
        sums = customer_sums(portal.views, actor.scope(), [customer], everywhere(portal))[customer]
        return collected, sums[0].last_paid

    before = told()
    act = counter.pay(50_000, "FE-1")
    assert told() == (before[0] + 50_000, date(2026, 3, 15))
    counter.undo(act)
    assert told() == before
