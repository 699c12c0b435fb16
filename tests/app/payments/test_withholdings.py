"""Withholdings: stated by the payer, in the ledger once the issuer's rule or its people accept, taken back whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from portal.app.mailing import Template
from portal.app.payments.quoting import bills_of, less, quote
from portal.app.payments.starting import SumChanged, start_checkout
from portal.app.payments.sweeping import sums_to_pay
from portal.app.payments.withheld_deciding import (
    ShownWithholding,
    accept_many,
    accept_withholding,
    list_withholdings,
    reject_withholding,
    undo_withholding,
    withholdings_of_document,
)
from portal.app.payments.withheld_policy import decide_policy, decide_rate, drop_rate, read_policy
from portal.app.payments.withheld_stating import state_withholdings
from portal.app.portal import Portal
from portal.app.reading import list_documents, read_document, read_statement
from portal.app.voiding import void, withdraw
from portal.domain.access import Actor
from portal.domain.book import Cause
from portal.domain.documents import Facts, Tax
from portal.domain.payments import Standing
from portal.domain.roles import Role
from portal.domain.withholdings import Policy, Rate, Stand, Withheld
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.checkouts import Checkout
from portal.ledger.withholding_tables import withholdings
from portal.ledger.withholdings import RULE
from portal.views.filters import DocumentFilter, SortKey
from portal.views.rows import DocumentRow
from tests.app.payments.till import NUMBERS, Till, open_till, visitor
from tests.app.people import BOSS, mailed, noted, staff
from tests.factories import OTRA, FrozenClock, bring, facts
from tests.ledger.balances import balances, laws

FUENTE, IVA, ICA = Withheld.RETEFUENTE, Withheld.RETEIVA, Withheld.RETEICA
on_sqlite = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)  # what no other transaction can change
ALLOWED, AUTOMATIC = Policy(allowed=True), Policy(allowed=True, automatic=True)


def invoice(number: str, **other: Any) -> Facts:
    """1,000 pesos, 190 of VAT, and retefuente of 25 as the document says."""
    told: dict[str, Any] = {
        "due_date": date(2026, 3, 10),
        "line_total": Decimal(1000),
        "taxes": (Tax("01", "IVA", Decimal(190)),),
        "withholdings": (Tax("06", "ReteFuente", Decimal(25)),),
    }
    return facts(number, 1190, **told | other)


@pytest.fixture
def till(portal: Portal, clock: FrozenClock) -> Till:
    bring(portal, invoice("FE-1"), invoice("FE-2", due_date=date(2026, 3, 20)))
    return open_till(portal, clock)


@pytest.fixture
def issuer(till: Till) -> int:
    """It lets withholdings be stated, and accepts none by itself."""
    issuer_id = till.bill("FE-1")[1].issuer_id
    decide_policy(till.portal, BOSS, issuer_id, ALLOWED)
    return issuer_id


@pytest.fixture
def desk(till: Till, issuer: int) -> Actor:
    return staff(till.portal, issuer, Role.COLLECTOR)


@pytest.fixture
def by_rule(till: Till, issuer: int) -> None:
    decide_policy(till.portal, BOSS, issuer, AUTOMATIC)


def begin(till: Till, amount: int = 2_500, tax: Withheld = FUENTE, **more: Any) -> Checkout:
    """A payment of FE-1 less what is kept back of it."""
    stated = {till.document("FE-1"): {tax: amount}}
    return till.start("FE-1", expected=119_000 - amount, stated=stated, **more)


def state(till: Till, amount: int = 2_500, number: str = "FE-1", press: str = "", tax: Withheld = FUENTE) -> None:
    stated = {till.document(number): {tax: amount}}
    state_withholdings(till.portal, till.payer, stated, press or str(next(NUMBERS)))


def all_of(till: Till) -> list[ShownWithholding]:
    return list_withholdings(till.portal, BOSS, list(Stand))[::-1]


def stands(till: Till) -> list[Stand]:
    return [one.withholding.state for one in all_of(till)]


def last(till: Till) -> int:
    return all_of(till)[-1].withholding.id


def listed(till: Till, number: str = "FE-1") -> DocumentRow:
    page = list_documents(till.portal, till.payer, DocumentFilter(), SortKey.NUMBER, False, 50, 0)
    return next(row for row in page.rows if row.number == number)


@on_sqlite
class TestTheSum:
    def test_what_is_asked_is_net_of_what_is_stated(self, till: Till, issuer: int) -> None:
        assert begin(till).amount == 116_500

    def test_the_bill_suggests_what_the_document_says_only_where_the_issuer_allows(self, till: Till) -> None:
        assert till.bill("FE-1")[1].stateable == {}
        decide_policy(till.portal, BOSS, till.bill("FE-1")[1].issuer_id, ALLOWED)
        assert till.bill("FE-1")[1].stateable[till.document("FE-1")].suggested == {FUENTE: 2_500}

    def test_the_page_is_not_believed(self, till: Till, issuer: int) -> None:
        one = till.document("FE-1")
        with pytest.raises(SumChanged):
            till.start("FE-1", expected=100_000, stated={one: {FUENTE: 2_500}})
        with pytest.raises(Refused, match="base"):
            till.start("FE-1", expected=0, stated={one: {FUENTE: 119_000}})
        decide_policy(till.portal, BOSS, issuer, Policy())
        with pytest.raises(Refused, match="no recibe"):
            till.start("FE-1", expected=116_500, stated={one: {FUENTE: 2_500}})

    def test_never_retefuente_of_who_withholds_from_itself(self, till: Till, issuer: int) -> None:
        own = replace(invoice("X").issuer, responsibilities=("O-15",))
        bring(till.portal, invoice("FE-9", issuer=own))
        with pytest.raises(Refused, match="no recibe"):
            state(till, 2_500, "FE-9")
        state(till, 2_850, "FE-9", tax=IVA)

    def test_of_several_documents_each_its_own_and_a_part_of_the_rest(self, till: Till, issuer: int) -> None:
        one, two = till.document("FE-1"), till.document("FE-2")
        stated = {one: {FUENTE: 2_500, ICA: 966}, two: {IVA: 2_850}}
        bill = less(till.bill("FE-1", "FE-2")[1], stated)
        assert quote(bill, None, {}, False).amount == 2 * 119_000 - 2_500 - 966 - 2_850
        assert till.start("FE-1", "FE-2", expected=165_534, stated=stated, chosen={two: 50_000}).amount == 165_534

    def test_what_is_left_out_is_not_stated(self, till: Till, issuer: int) -> None:
        one, two = till.document("FE-1"), till.document("FE-2")
        stated = {one: {FUENTE: 2_500}, two: {FUENTE: 2_500}}
        till.approve(till.start("FE-1", "FE-2", expected=116_500, stated=stated, chosen={two: 0}))
        assert [one.number for one in all_of(till)] == ["FE-1"]

    def test_one_press_that_comes_twice_states_once(self, till: Till, issuer: int) -> None:
        wish = till.wish("FE-1", expected=116_500, stated={till.document("FE-1"): {FUENTE: 2_500}})
        assert len({start_checkout(till.portal, till.payer, wish) for _ in range(3)}) == 1
        state(till, number="FE-2", press="a")
        state(till, number="FE-2", press="a")
        assert [one.number for one in all_of(till)] == ["FE-1", "FE-2"]


@on_sqlite
class TestWithAPayment:
    def test_nothing_stands_before_the_money_comes(self, till: Till, issuer: int) -> None:
        checkout = begin(till)
        till.approve(checkout, standing=Standing.DECLINED)
        assert stands(till) == [Stand.HELD] and not listed(till).in_review
        assert withholdings_of_document(till.portal, till.payer, till.document("FE-1")) == []
        assert till.bill("FE-1")[1].outstanding == 119_000

    @pytest.mark.usefixtures("by_rule")
    def test_up_to_the_suggestion_the_rule_accepts_and_the_document_is_settled(self, till: Till) -> None:
        till.approve(begin(till))
        assert balances(till.portal)["FE-1"] == 0 and laws(till.portal) == []
        (one,) = all_of(till)
        assert (one.withholding.state, one.withholding.decided_by) == (Stand.ACCEPTED, RULE)
        row = listed(till)
        assert (row.withheld, row.paid, row.overdue, row.in_review, row.method) == (2_500, 119_000, False, False, "pse")
        assert Template.WITHHOLDING_STATED not in [mail[0] for mail in mailed(till.portal)]

    @pytest.mark.usefixtures("by_rule")
    def test_a_cent_above_it_waits_for_the_issuer(self, till: Till) -> None:
        till.approve(begin(till, 2_501))
        assert stands(till) == [Stand.WAITING] and balances(till.portal)["FE-1"] == 2_501

    def test_by_hand_it_waits_says_so_and_is_asked_of_nobody(self, till: Till, desk: Actor) -> None:
        till.approve(begin(till))
        row, page = listed(till), read_document(till.portal, till.payer, till.document("FE-1"))
        assert row.in_review and (row.outstanding, row.claimed, row.to_pay) == (2_500, 2_500, 0)
        assert page.claimed == 2_500 and page.to_pay == 0 and "retención" in str(page.status().template)
        bills = bills_of(till.portal, till.payer, till.bill("FE-2")[0])
        assert [line.number for bill in bills for line in bill.lines] == ["FE-2"]
        assert sums_to_pay(till.portal, till.payer).overdue == ()
        assert [mail[0] for mail in mailed(till.portal)].count(Template.WITHHOLDING_STATED) == 1

    def test_the_statement_names_what_was_kept_back(self, till: Till, desk: Actor) -> None:
        till.approve(begin(till))
        accept_withholding(till.portal, desk, last(till))
        bill = till.bill("FE-2")[1]
        period = date(2026, 3, 1), date(2026, 3, 31)
        told = read_statement(till.portal, till.payer, bill.issuer_id, bill.customer_id, "COP", *period)
        assert (Cause.WITHHOLDING, 2_500) in [(move.cause, move.credit) for move in told.movements]
        assert told.closing == 119_000

    def test_many_are_accepted_at_once_and_what_can_not_be_says_why(self, till: Till, desk: Actor) -> None:
        state(till)
        state(till, 1_000, "FE-2")
        first, second = (one.withholding.id for one in all_of(till))
        reject_withholding(till.portal, desk, first, "Somos autorretenedores")
        refused = accept_many(till.portal, desk, [first, second])
        assert list(refused) == [first] and "ya fue respondida" in str(refused[first])
        assert stands(till) == [Stand.REJECTED, Stand.ACCEPTED] and laws(till.portal) == []

    def test_told_twice_it_comes_in_once(self, till: Till, desk: Actor) -> None:
        checkout = begin(till)
        till.approve(checkout)
        till.ask(checkout)
        till.approve(checkout, id="t2")
        assert stands(till) == [Stand.WAITING] and laws(till.portal) == []

    @pytest.mark.usefixtures("by_rule")
    def test_a_part_that_was_paid_meanwhile_does_not_take_its_place(self, till: Till) -> None:
        checkout = begin(till)
        other = till.another_payer()
        part = {till.document("FE-1"): 10_000}
        till.approve(till.start("FE-1", payer=other, expected=10_000, chosen=part, anyway=True), id="o")
        till.approve(checkout)
        assert balances(till.portal)["FE-1"] == 0 and till.bill("FE-2")[1].in_favour == 10_000
        assert stands(till) == [Stand.ACCEPTED] and laws(till.portal) == []

    def test_more_money_than_asked_does_not_pay_what_waits(self, till: Till, issuer: int) -> None:
        till.approve(begin(till), amount=119_000)
        assert balances(till.portal)["FE-1"] == 2_500 and till.bill("FE-2")[1].in_favour == 2_500

    @pytest.mark.usefixtures("by_rule")
    def test_of_what_was_settled_meanwhile_the_rule_takes_nothing(self, till: Till, desk: Actor) -> None:
        checkout = begin(till)
        till.approve(till.start("FE-1", payer=till.another_payer(), anyway=True), id="o")
        till.approve(checkout)
        assert stands(till) == [Stand.WAITING]
        with pytest.raises(Refused, match="ya no debe tanto"):
            accept_withholding(till.portal, desk, last(till))
        reject_withholding(till.portal, desk, last(till), "Ya estaba pagada")
        assert balances(till.portal)["FE-1"] == 0 and laws(till.portal) == []

    @pytest.mark.usefixtures("by_rule")
    def test_a_refund_opens_what_the_money_paid_and_leaves_what_was_kept_back(self, till: Till) -> None:
        checkout = begin(till)
        till.approve(checkout)
        till.approve(checkout, refunded=116_500)
        assert balances(till.portal)["FE-1"] == 116_500 and laws(till.portal) == []

    def test_credit_alone_with_a_withholding_settles_without_a_provider(self, till: Till, issuer: int) -> None:
        till.approve(till.start("FE-2"), amount=119_000 + 116_500, id="more")
        wish = till.wish("FE-1", expected=0, use_credit=True, stated={till.document("FE-1"): {FUENTE: 2_500}})
        assert start_checkout(till.portal, till.payer, wish) is None
        assert balances(till.portal)["FE-1"] == 2_500 and stands(till) == [Stand.WAITING]


class TestWithoutAPayment:
    def test_it_waits_and_the_rest_is_paid_net(self, till: Till, issuer: int) -> None:
        state(till)
        assert stands(till) == [Stand.WAITING] and till.bill("FE-1")[1].outstanding == 116_500
        assert till.bill("FE-1")[1].stateable[till.document("FE-1")].suggested == {}
        till.approve(till.start("FE-1"))
        assert balances(till.portal)["FE-1"] == 2_500

    @pytest.mark.usefixtures("by_rule")
    def test_the_rule_accepts_at_once(self, till: Till) -> None:
        state(till)
        assert stands(till) == [Stand.ACCEPTED] and balances(till.portal)["FE-1"] == 116_500

    def test_not_twice_above_the_base_together(self, till: Till, issuer: int) -> None:
        state(till, 19_000, tax=IVA)
        with pytest.raises(Refused, match="no recibe"):
            state(till, 1, tax=IVA)

    def test_nothing_is_no_statement(self, till: Till, issuer: int) -> None:
        with pytest.raises(Refused, match="cuánto"):
            state(till, 0)

    def test_of_somebody_elses_documents_nobody_states_anything(self, till: Till, issuer: int) -> None:
        bring(till.portal, invoice("FE-8", customer=OTRA))
        for stranger in (till.payer, staff(till.portal, issuer, Role.OWNER)):
            with pytest.raises(NotFound):
                state_withholdings(till.portal, stranger, {till.document("FE-8"): {FUENTE: 1}}, "x")


@on_sqlite
class TestTheIssuer:
    def test_accepts_and_the_document_is_settled_and_no_longer_late(self, till: Till, desk: Actor) -> None:
        till.approve(begin(till))
        accept_withholding(till.portal, desk, last(till))
        row, page = listed(till), read_document(till.portal, till.payer, till.document("FE-1"))
        assert (row.outstanding, row.withheld, row.in_review, row.overdue) == (0, 2_500, False, False)
        assert Cause.WITHHOLDING in [one.cause for one in page.applied] and laws(till.portal) == []
        assert till.bill("FE-2")[1].in_favour == 0
        assert mailed(till.portal)[-1][:2] == (Template.WITHHOLDING_ACCEPTED, "pagos@abc.example")

    def test_rejects_with_a_reason_and_the_amount_is_due_again(self, till: Till, desk: Actor) -> None:
        till.approve(begin(till))
        reject_withholding(till.portal, desk, last(till), "Somos autorretenedores")
        assert listed(till).to_pay == 2_500 and listed(till).overdue and not listed(till).in_review
        template, to, values = mailed(till.portal)[-1]
        assert (template, to) == (Template.WITHHOLDING_REJECTED, "pagos@abc.example")
        assert (values["reason"], values["number"], values["tax"]) == ("Somos autorretenedores", "FE-1", "Retefuente")
        assert till.bill("FE-1")[1].stateable[till.document("FE-1")].suggested == {FUENTE: 2_500}

    def test_takes_it_back_by_a_new_entry(self, till: Till, desk: Actor) -> None:
        till.approve(begin(till))
        accept_withholding(till.portal, desk, last(till))
        written = till.rows()
        till.clock.forward(days=2)
        undo_withholding(till.portal, desk, last(till), "Nunca llegó el certificado")
        assert till.rows()[: len(written)] == written and laws(till.portal) == []
        assert balances(till.portal)["FE-1"] == 2_500 and till.bill("FE-1")[1].in_favour == 0
        assert mailed(till.portal)[-1][0] == Template.WITHHOLDING_REJECTED and stands(till) == [Stand.UNDONE]

    def test_verify_names_one_that_is_not_what_its_entries_say(self, till: Till, desk: Actor) -> None:
        state(till)
        accept_withholding(till.portal, desk, last(till))
        with till.portal.ledger.write("test") as unit:
            unit.conn.execute(update(withholdings).values(amount=2_501))
            unit.commit()
        assert "retención" in laws(till.portal)[0]

    @pytest.mark.parametrize("decide", [reject_withholding, undo_withholding])
    def test_says_why_or_does_not_say_no(self, till: Till, desk: Actor, decide: Any) -> None:
        state(till)
        with pytest.raises(Refused, match="motivo"):
            decide(till.portal, desk, last(till), " ")

    def test_whoever_may_not_book_decides_nothing_and_sees_no_desk(self, till: Till, issuer: int) -> None:
        state(till)
        others = [till.payer, staff(till.portal, issuer, Role.READER), staff(till.portal, issuer, Role.ANALYST)]
        for actor in others:
            assert list_withholdings(till.portal, actor, list(Stand)) == []
            with pytest.raises(NotFound):
                accept_withholding(till.portal, actor, last(till))

    def test_the_audit_tells_who_stated_and_who_decided(self, till: Till, desk: Actor) -> None:
        state(till)
        accept_withholding(till.portal, desk, last(till))
        told = {entry.event: entry.actor for entry in noted(till.portal)}
        assert told[Event.WITHHOLDING_STATED] == till.payer.name
        assert told[Event.WITHHOLDING_ACCEPTED] == desk.name


class TestAtOnce:
    def test_ten_at_once_keep_the_bounds(self, till: Till, issuer: int) -> None:
        def press(n: int) -> bool:
            try:
                state(till, 4_000, press=str(n), tax=IVA)
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(10) as pool:
            assert sum(pool.map(press, range(10))) == 4  # of a VAT of 19,000
        assert laws(till.portal) == []

    def test_each_is_decided_once_however_many_press(self, till: Till, desk: Actor) -> None:
        state(till)

        def press(n: int) -> bool:
            try:
                if n % 2:
                    accept_withholding(till.portal, desk, last(till))
                else:
                    reject_withholding(till.portal, desk, last(till), "No")
            except Refused:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(press, range(8))) == 1
        assert laws(till.portal) == []


@on_sqlite
class TestADocumentThatIsNoMore:
    @pytest.mark.parametrize("how", ["void", "withdraw"])
    @pytest.mark.parametrize("accepted", [True, False])
    def test_takes_what_was_kept_back_of_it_along(self, till: Till, desk: Actor, how: str, accepted: bool) -> None:
        state(till)
        if accepted:
            accept_withholding(till.portal, desk, last(till))
        with till.portal.ledger.write("test") as unit:
            if how == "void":
                void(unit, till.document("FE-1"), date(2026, 3, 15))
            else:
                withdraw(unit, till.document("FE-1"), "Error")
            unit.commit()
        assert laws(till.portal) == [] and till.bill("FE-2")[1].in_favour == 0
        assert stands(till) == [Stand.UNDONE if accepted else Stand.REJECTED]

    def test_a_payment_under_way_brings_nothing_of_it_in(self, till: Till, desk: Actor) -> None:
        checkout = begin(till)
        with till.portal.ledger.write("test") as unit:
            void(unit, till.document("FE-1"), date(2026, 3, 15))
            unit.commit()
        till.approve(checkout)
        assert stands(till) == [Stand.REJECTED] and laws(till.portal) == []


@on_sqlite
class TestThePolicy:
    def test_is_the_owners_to_decide_and_noted(self, till: Till, issuer: int) -> None:
        owner = staff(till.portal, issuer, Role.OWNER)
        decide_policy(till.portal, owner, issuer, AUTOMATIC)
        decide_rate(till.portal, owner, issuer, Rate(ICA, Decimal("0.966"), 50_000, date(2026, 1, 1)))
        decide_rate(till.portal, owner, issuer, Rate(ICA, Decimal("1.104"), 50_000, date(2026, 1, 1)))
        told = read_policy(till.portal, owner, issuer)
        assert told.policy == AUTOMATIC and [one.rate.percent for one in told.rates] == [Decimal("1.104")]
        assert till.bill("FE-1")[1].stateable[till.document("FE-1")].suggested[ICA] == 1_104
        drop_rate(till.portal, owner, issuer, told.rates[0].id)
        assert read_policy(till.portal, owner, issuer).rates == ()
        changes = [entry.detail or "" for entry in noted(till.portal) if entry.event is Event.SETTINGS_CHANGED]
        assert any('"automatic": "on"' in one for one in changes) and any("0.966 %" in one for one in changes)

    def test_is_nobody_elses(self, till: Till, issuer: int, desk: Actor) -> None:
        rate = Rate(ICA, Decimal(1), 0, date(2026, 1, 1))
        for actor in (desk, till.payer, visitor(till.portal, till.bill("FE-1")[1].customer_id)[0]):
            for try_ in (
                lambda a=actor: decide_policy(till.portal, a, issuer, AUTOMATIC),
                lambda a=actor: decide_rate(till.portal, a, issuer, rate),
                lambda a=actor: read_policy(till.portal, a, issuer),
                lambda a=actor: drop_rate(till.portal, a, issuer, 1),
            ):
                with pytest.raises(NotFound):
                    try_()

    def test_a_rate_of_another_issuer_is_not_there(self, till: Till, issuer: int) -> None:
        with pytest.raises(NotFound):
            drop_rate(till.portal, BOSS, issuer, 12345)
