"""Random histories of paying: a machine that does what payers, issuers, providers, networks and crashes do.

`Town` is the world that all histories begin in: two issuers, three customers, four payers, and a provider that tells
whatever the history made it know. `Machine` holds the rules, and what must be true after each of them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from portal.app.jobs import relay, run_job
from portal.app.payments.accounts import set_account
from portal.app.payments.asking import ask_about, ask_again, look_due
from portal.app.payments.noticing import receive_notice
from portal.app.payments.opening import NotOpenYet, door_of
from portal.app.payments.quoting import Bill, bills_of, fill_basket, less
from portal.app.payments.returning import come_back
from portal.app.payments.settling import credit_to
from portal.app.payments.starting import Wish, start_checkout
from portal.app.payments.withheld_deciding import (
    accept_withholding,
    list_withholdings,
    reject_withholding,
    undo_withholding,
)
from portal.app.payments.withheld_policy import decide_policy, decide_rate
from portal.app.portal import Portal
from portal.app.voiding import restore, void, withdraw
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import Actor
from portal.domain.checkouts import Plan, State, plan
from portal.domain.documents import Kind, Prepayment, Reference, Role
from portal.domain.payments import Account, Door, Method, NotGenuine, Order, Question, RawNotice, Standing, Transaction
from portal.domain.withholdings import Policy, Rate, Stand, Stateable, Withheld
from portal.errors import NotFound, Refused
from portal.ledger import checkouts
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import dead_letters
from portal.ledger.payments import Fact, Payment, payments_in
from portal.ledger.tables import documents, outbox
from tests.app.payments.till import FakeProvider, visitor
from tests.app.people import BOSS
from tests.factories import OTRA, XYZ, FrozenClock, bring, facts, pays
from tests.faults import Faults
from tests.ledger.balances import laws

BEGIN = FrozenClock().at
DEBTS = {  # by issuer and customer: numbers and totals of their invoices
    "ABC": [("FE-1", "1000.00", "COP"), ("FE-2", "500.37", "COP"), ("FE-3", "250.00", "COP"), ("US-1", "90.00", "USD")],
    "XYZ": [("FX-1", "700.00", "COP")],
    "OTRA": [("OT-1", "400.00", "COP")],
}
PAYERS = ("ABC", "ABC", "XYZ", "OTRA")


class Company(FakeProvider):
    """A provider whose answers may be old, and at whose calls a process may die."""

    def __init__(self) -> None:
        super().__init__(unit=100)
        self.faults: Faults | None = None
        self.before: dict[str, list[Transaction]] = {}  # by reference: what was told before the last change
        self.lags = False

    def open(self, account: Account, order: Order) -> Door:
        self._point()
        door = super().open(account, order)
        self._point()
        return door

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        self._point()
        known = super().transactions(account, question)
        told = self.before.get(question.reference, []) if self.lags and question.reference else known
        self._point()
        return told

    def tell(self, one: Transaction) -> None:
        """It knows this of a transaction now."""
        known = self.book.setdefault(one.reference, [])
        self.before[one.reference] = list(known)
        known[:] = [other for other in known if other.id != one.id] + [one]

    def all(self) -> list[Transaction]:
        return [one for told in self.book.values() for one in told]

    def _point(self) -> None:
        if self.faults is not None:
            self.faults.point()


@dataclass
class Town:
    """Where histories happen. `begin` makes it as it was at first."""

    portal: Portal
    clock: FrozenClock
    company: Company
    faults: Faults
    payers: list[Actor]
    accounts: dict[int, int]  # by issuer
    kept: Path

    @property
    def _file(self) -> Path:
        return self.portal.settings.home / "ledger.sqlite"

    def begin(self) -> None:
        self.portal.ledger.engine.dispose()
        for name in ("-wal", "-shm"):
            self._file.with_name(self._file.name + name).unlink(missing_ok=True)
        shutil.copy(self.kept, self._file)
        self.clock.at = BEGIN
        self.company.book.clear()
        self.company.before.clear()
        self.company.opened.clear()
        self.company.down = self.company.lags = False


def build_town(home: Path) -> Town:
    """A town in a directory of its own, on SQLite."""
    clock, company = FrozenClock(), Company()
    portal = build(Settings(home=home), clock)
    event.listen(portal.ledger.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    portal.providers["fake"] = company  # type: ignore[index]
    based = {"line_total": Decimal(240)}  # of which the issuer's rate suggests 24.00
    bring(portal, *(facts(number, total, currency=currency, **based) for number, total, currency in DEBTS["ABC"]))
    bring(portal, facts("AN-1", "600.00", Kind.ADVANCE))
    bring(portal, *(facts(number, total, customer=XYZ) for number, total, _ in DEBTS["XYZ"]))
    bring(portal, *(facts(number, total, issuer=OTRA) for number, total, _ in DEBTS["OTRA"]))
    with portal.ledger.read() as conn:
        rows = {row.number: row for row in conn.execute(select(documents))}
    of = {"ABC": rows["FE-1"], "XYZ": rows["FX-1"], "OTRA": rows["OT-1"]}
    payers = [visitor(portal, of[name].customer_id)[0] for name in PAYERS]
    accounts = {
        row.issuer_id: set_account(portal, BOSS, row.issuer_id, "fake", {"receiver": "tienda", "key": "a-key"}).row.id
        for row in of.values()
    }
    for place, issuer_id in enumerate(accounts):
        decide_policy(portal, BOSS, issuer_id, Policy(allowed=True, automatic=place == 0))
        decide_rate(portal, BOSS, issuer_id, Rate(Withheld.RETEICA, Decimal(10), 0, date(2026, 1, 1)))
    portal.ledger.engine.dispose()
    kept = home / "kept.sqlite"
    shutil.copy(home / "ledger.sqlite", kept)
    company.faults = faults = Faults(portal.ledger.engine)
    portal.ledger.sent = lambda _ids: faults.point()  # after a commit, before its jobs are sent
    return Town(portal, clock, company, faults, payers, accounts, kept)


@dataclass
class Memory:
    """What one history has done so far."""

    wishes: list[tuple[Actor, Wish, int | None]] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    rows: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)
    strained: set[int] = field(default_factory=set)  # credits that others took although they were reserved
    papers: int = 0


OUR_FAULTS = ("Killed", "worker died", "OperationalError")  # of which five in a row end a job
INDEX = st.integers(0, 30)
POINT = st.none() | st.integers(1, 60)
SUMS = st.sampled_from([100, 5_000, 20_037, 60_000])
RETURNS = st.sampled_from([1, 4_000, 30_000, 10**9])
MODES = st.booleans()


class Machine(RuleBasedStateMachine):
    """One history. `town` is set by whoever runs it."""

    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.town.begin()
        self.portal, self.clock, self.company = self.town.portal, self.town.clock, self.town.company
        self.memory = Memory()
        self.numbers = count(1)

    # What can be picked

    def checkout(self, index: int) -> Checkout:
        with self.portal.ledger.read() as conn:
            found = checkouts.find_checkout(conn, self.memory.begun[index % len(self.memory.begun)])
        assert found is not None
        return found

    def transaction(self, index: int) -> Transaction:
        told = self.company.all()
        return told[index % len(told)]

    def _document(self, index: int, kinds: str, states: str = "'active'") -> int | None:
        query = f"SELECT id FROM documents WHERE kind IN ({kinds}) AND state IN ({states}) AND cufe IS NULL ORDER BY id"
        with self.portal.ledger.read() as conn:
            ids = list(conn.execute(text(query)).scalars())
        return ids[index % len(ids)] if ids else None

    def began(self) -> bool:
        return bool(self.memory.begun)

    def has_paid(self) -> bool:
        return bool(self.company.all())

    # Payers

    @initialize(payer=st.integers(0, 3), which=st.lists(INDEX, min_size=1, max_size=3), pays=st.integers(0, 2))
    def somebody_begins(self, payer: int, which: list[int], pays: int) -> None:
        """And mostly pays: a history without money says little."""
        self.start(payer, which, False, None, True, False)
        for _ in range(pays if self.began() else 0):
            self.pay_well(0, True)
            self.start(payer, [which[0] + 1], False, None, True, False)

    @rule(
        payer=st.integers(0, 3), which=st.lists(INDEX, min_size=1, max_size=3), use_credit=MODES, part=st.none() | SUMS,
        anyway=MODES, mistaken=st.sampled_from([False] * 9 + [True]), keeps=st.none() | SUMS,
    )  # fmt: skip
    def start(
        self,
        payer: int,
        which: list[int],
        use_credit: bool,
        part: int | None,
        anyway: bool,
        mistaken: bool,
        keeps: int | None = None,
    ) -> None:
        """A payer ticks documents and presses; `mistaken`: the sum that was shown is not the sum any more.

        `keeps`: so much is kept back of the first document, as far as it may be.
        """
        actor = self.town.payers[payer]
        bill = self._bill(actor, PAYERS[payer], which)
        if bill is None:
            return
        basket, whole = bill
        stated = self._stated(whole, keeps)
        now = less(whole, stated)
        chosen = {now.lines[0].document_id: part} if part is not None and part < now.lines[0].outstanding else {}
        made = self._plan(now, chosen, use_credit)
        if made is None:
            return
        wish = Wish(
            basket, str(next(self.numbers)), now.issuer_id, now.customer_id, now.currency,
            self.town.accounts[now.issuer_id], made.amount + mistaken, chosen, use_credit, anyway,
            stated=stated,
        )  # fmt: skip
        try:
            checkout_id = start_checkout(self.portal, actor, wish)
        except Refused:
            assert mistaken or (now.pending and not anyway)
            return
        assert not mistaken
        self.memory.wishes.append((actor, wish, checkout_id))
        if checkout_id is not None:
            self.memory.begun.append(checkout_id)

    def _bill(self, actor: Actor, name: str, which: list[int]) -> tuple[int, Bill] | None:
        numbers = list(dict.fromkeys(DEBTS[name][i % len(DEBTS[name])][0] for i in which))
        with self.portal.ledger.read() as conn:
            wanted = select(documents.c.id).where(documents.c.number.in_(numbers), documents.c.state == "active")
            ids = list(conn.execute(wanted).scalars())
        if not ids:
            return None
        basket = fill_basket(self.portal, actor, ids)
        bills = bills_of(self.portal, actor, basket)
        return (basket, bills[0]) if bills else None

    def _stated(self, bill: Bill, keeps: int | None) -> dict[int, dict[Withheld, int]]:
        one = bill.lines[0]
        may = bill.stateable.get(one.document_id, Stateable())
        kept = min(keeps or 0, one.outstanding, may.most.get(Withheld.RETEICA, 0))
        return {one.document_id: {Withheld.RETEICA: kept}} if kept else {}

    @rule(index=INDEX, how=st.sampled_from([accept_withholding, reject_withholding, undo_withholding]))
    def decide_withholding(self, index: int, how: Callable[..., None]) -> None:
        """The issuer accepts what waits, rejects it, or takes back what was accepted; nothing twice."""
        found = list_withholdings(self.portal, BOSS, [Stand.WAITING, Stand.ACCEPTED], 100)
        if not found:
            return
        chosen = found[index % len(found)].withholding.id
        with suppress(Refused):
            how(self.portal, BOSS, chosen, *(() if how is accept_withholding else ("prueba",)))

    def _plan(self, now: Bill, chosen: dict[int, int], use_credit: bool) -> Plan | None:
        terms = now.ways[0].terms
        try:
            made = plan(now.dues, now.favours if use_credit else (), chosen, now.rules, terms)
        except Refused:
            return None
        return made if made.amount == 0 or made.amount >= terms.minimum else None

    @precondition(lambda self: bool(self.memory.wishes))
    @rule(index=INDEX)
    def press_twice(self, index: int) -> None:
        """A press that arrives again, however late, leads to what it led to."""
        actor, wish, led_to = self.memory.wishes[index % len(self.memory.wishes)]
        before = self._money()
        assert start_checkout(self.portal, actor, wish) == led_to
        assert self._money() == before

    @precondition(began)
    @rule(index=INDEX, payer=st.integers(0, 3))
    def go_and_come_back(self, index: int, payer: int) -> None:
        """Through the door if it is open, and back; whoever is not the payer finds nothing."""
        checkout, actor = self.checkout(index), self.town.payers[payer]
        try:
            door_of(self.portal, actor, checkout.id)
            come_back(self.portal, actor, checkout.id)
            ask_again(self.portal, actor, checkout.id)
        except (NotFound, NotOpenYet, Refused):
            return

    # The provider and its payers

    @precondition(began)
    @rule(
        index=INDEX,
        standing=st.sampled_from(
            [Standing.APPROVED] * 4 + [Standing.PENDING, Standing.DECLINED, Standing.UNKNOWN, Standing.VOIDED]
        ),
        odd=st.sampled_from([None] * 6 + ["less", "cent", "more", "hundred", "dollars", "test", "receiver"]),
    )
    def pay(self, index: int, standing: Standing, odd: str | None) -> None:
        """Somebody pays on the provider's page, whether the checkout is open or not, once more or not."""
        checkout = self.checkout(index)
        changes: dict[str, dict[str, object]] = {
            "less": {"amount": checkout.amount // 2 or 1},
            "cent": {"amount": max(1, checkout.amount - 1)},
            "more": {"amount": checkout.amount + 12_345},
            "hundred": {"amount": checkout.amount * 100},
            "dollars": {"currency": "USD" if checkout.currency == "COP" else "COP"},
            "test": {"live": False},
            "receiver": {"receiver": "otra"},
        }
        one = Transaction(
            f"t{next(self.numbers)}", checkout.reference, standing, checkout.amount, checkout.currency, True,
            receiver="tienda", method=Method.PSE, at=self.clock.now(),
        )  # fmt: skip
        self.company.tell(replace(one, **changes.get(odd or "", {})))  # type: ignore[arg-type]

    @precondition(began)
    @rule(index=INDEX, named=MODES)
    def pay_well(self, index: int, named: bool) -> None:
        """As it mostly goes: paid, told, and seen to."""
        self.pay(index, Standing.APPROVED, None)
        self._post(self.company.all()[-1].id, self.checkout(index).reference if named else None, Standing.APPROVED)
        self._work()

    @precondition(has_paid)
    @rule(index=INDEX, standing=st.sampled_from([Standing.APPROVED, Standing.DECLINED, Standing.EXPIRED]))
    def settle(self, index: int, standing: Standing) -> None:
        one = self.transaction(index)
        if one.standing in (Standing.PENDING, Standing.UNKNOWN):
            self.company.tell(replace(one, standing=standing, at=self.clock.now()))

    @precondition(has_paid)
    @rule(index=INDEX, amount=RETURNS, how=st.sampled_from(["refund", "refund", "chargeback", "won"]))
    def give_back(self, index: int, amount: int, how: str) -> None:
        one = self.transaction(index)
        if one.standing is not Standing.APPROVED:
            return
        if how == "refund":
            left = one.amount - one.refunded - one.charged_back
            self.company.tell(replace(one, refunded=one.refunded + min(amount, left)))
        else:
            self.company.tell(replace(one, charged_back=0 if how == "won" else one.amount - one.refunded))

    @rule(down=MODES, lags=st.sampled_from([False, False, True]))
    def weather(self, down: bool, lags: bool) -> None:
        self.company.down, self.company.lags = down, lags

    @precondition(has_paid)
    @rule(index=INDEX, claimed=st.sampled_from([*Standing]), times=st.integers(1, 3), named=MODES)
    def notice(self, index: int, claimed: Standing, times: int, named: bool) -> None:
        """Any notice of a transaction, in any order, repeated; with its reference or without."""
        one = self.transaction(index)
        for _ in range(times):
            self._post(one.id, one.reference if named else None, claimed)

    @precondition(began)
    @rule(index=INDEX, kind=st.sampled_from(["invented", "forged", "foreign"]))
    def false_notice(self, index: int, kind: str) -> None:
        if kind == "forged":
            try:
                receive_notice(self.portal, "fake", self._account(), RawNotice(b"no"), "203.0.113.5")
            except NotGenuine:
                return
            raise AssertionError("a forgery was taken")
        reference = self.checkout(index).reference if kind == "invented" else "POS-7001X"
        self._post(f"x{next(self.numbers)}", reference, Standing.APPROVED)

    def _post(self, transaction_id: str, reference: str | None, claimed: Standing) -> None:
        key = f"{transaction_id}:{claimed}"
        body = {"key": key, "id": transaction_id, "reference": reference, "standing": claimed}
        receive_notice(self.portal, "fake", self._account(), RawNotice(json.dumps(body).encode()), "203.0.113.5")

    def _account(self) -> int:
        """Any account: one that a transaction was not paid through finds nothing of it."""
        return sorted(self.town.accounts.values())[next(self.numbers) % 2]

    # Time and jobs

    @rule(seconds=st.sampled_from([1, 31, 200, 3_600, 5_000, 90_000, 40 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule(backwards=MODES)
    def work(self, backwards: bool) -> None:
        """All jobs there are, in order or not."""
        self._work(backwards)

    @rule(point=st.integers(1, 60), kills=MODES, backwards=MODES)
    def work_and_die(self, point: int, kills: bool, backwards: bool) -> None:
        """The process dies at some point of them, or the database is away for a moment."""
        with self.town.faults.at(point, kills):
            self._work(backwards)

    def _work(self, backwards: bool = False) -> None:
        """As workers and the relay do it, whom a database that is away for a moment does not end."""
        for tick in (look_due, relay):
            with suppress(OperationalError):
                tick(self.portal)
        with self.town.faults.spared():
            jobs = self.jobs()
        for job_id in jobs[::-1] if backwards else jobs:
            with suppress(OperationalError):
                run_job(self.portal, job_id)

    def jobs(self) -> list[int]:
        with self.portal.ledger.read() as conn:
            waiting = select(outbox.c.id).where(outbox.c.queue == "payments", outbox.c.done_at.is_(None))
            return list(conn.execute(waiting.where(outbox.c.failed_at.is_(None)).order_by(outbox.c.id)).scalars())

    @precondition(began)
    @rule(index=INDEX, point=POINT)
    def ask(self, index: int, point: int | None) -> None:
        checkout_id = self.checkout(index).id
        with self.town.faults.at(point):
            ask_about(self.portal, checkout_id)

    # The issuer and its billing system

    @rule(kind=st.sampled_from([Kind.CREDIT_NOTE, Kind.RECEIPT, Kind.ADVANCE]), which=INDEX, amount=SUMS)
    def document_comes(self, kind: Kind, which: int, amount: int) -> None:
        """An advance; a credit note or a receipt of other money for an invoice."""
        number = DEBTS["ABC"][which % 3][0]
        role = Role.CORRECTS if kind is Kind.CREDIT_NOTE else Role.PAYS
        named = () if kind is Kind.ADVANCE else pays(number, role=role)
        bring(self.portal, facts(self._number(kind), str(amount / 100), kind, references=named))

    @rule(which=INDEX, amount=SUMS)
    def invoice_uses_an_advance(self, which: int, amount: int) -> None:
        """An invoice that is net of an advance takes it, whoever reserved it."""
        advance = self._document(which, "'advance'")
        if advance is None:
            return
        with self.portal.ledger.read() as conn:
            number = conn.execute(select(documents.c.number).where(documents.c.id == advance)).scalar_one()
        paid = facts(total=str(amount / 100)).total
        named = (Reference(Role.CONSUMES, number, Kind.ADVANCE, amount=paid),)
        net = {"prepaid": paid, "prepayments": (Prepayment(paid),), "references": named}
        with _Strain(self):
            bring(self.portal, facts(self._number(Kind.INVOICE), "10.00", **net))

    def _number(self, kind: Kind) -> str:
        return f"{kind[:2].upper()}-{100 + next(self.numbers)}"

    @precondition(lambda self: bool(self.paid()))
    @rule(index=INDEX)
    def paper_comes_back(self, index: int) -> None:
        """The billing system sends the receipt of a payment made here: it is no other money."""
        found = self.paid()
        payment = found[index % len(found)]
        before = self._money()
        told = {"payment_reference": payment.transaction_id, "issue_date": self.clock.now().date()}
        bring(self.portal, facts(self._number(Kind.RECEIPT), str(payment.amount / 100), Kind.RECEIPT, **told))
        assert self._money() == before

    def paid(self) -> list[Payment]:
        """Payments of the first customer in the ledger that have no paper yet, and of which nothing went back."""
        papered = "SELECT item_id FROM documents WHERE item_id IS NOT NULL AND state <> 'withdrawn'"
        with self.portal.ledger.read() as conn:
            taken = set(conn.execute(text(papered)).scalars())
            customer = conn.execute(select(documents.c.customer_id).where(documents.c.number == "FE-1")).scalar_one()
        returned = {one.transaction_id for one in self.payments() if one.returned}
        return [
            one for one in self.payments()
            if one.item_id and one.item_id not in taken and one.customer_id == customer and one.currency == "COP"
            and one.kind is Fact.PAYMENT and one.transaction_id not in returned and one.checkout_id
            and not (one.trouble and one.trouble.apart)
        ]  # fmt: skip

    @rule(index=INDEX, how=st.sampled_from(["void", "withdraw", "restore"]))
    def document_goes(self, index: int, how: str) -> None:
        """Annulled, or withdrawn as a mistake; or a withdrawn one is back."""
        states = {"void": "'active'", "withdraw": "'active','question'", "restore": "'withdrawn'"}
        chosen = self._document(index, "'invoice','advance','receipt','credit_note'", states[how])
        if chosen is None:
            return
        with _Strain(self), self.portal.ledger.write("test") as unit:
            if how == "void":
                void(unit, chosen, date(2026, 3, 15))
            elif how == "withdraw":
                withdraw(unit, chosen, "prueba")
            else:
                restore(unit, chosen)
            unit.commit()

    @precondition(lambda self: any(one.trouble and one.trouble.apart for one in self.payments()))
    @rule(index=INDEX)
    def decide(self, index: int) -> None:
        """The issuer takes money that was kept apart as its customer's."""
        apart = [one for one in self.payments() if one.trouble and one.trouble.apart and one.kind is Fact.PAYMENT]
        try:
            credit_to(self.portal, BOSS, apart[index % len(apart)].id)
        except Refused:
            return

    # What must be true

    def payments(self) -> list[Payment]:
        with self.portal.ledger.read() as conn:
            return payments_in(conn, BOSS.scope(), False, 10_000)[::-1]

    def _money(self) -> list[tuple[object, ...]]:
        """What each customer owes, and what is in its favour."""
        query = (
            """SELECT issuer_id, customer_id, currency, SUM(amount) FROM entries GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
        )
        with self.portal.ledger.read() as conn:
            return [tuple(row) for row in conn.execute(text(query))]

    @invariant()
    def all_is_true(self) -> None:
        self.no_law_is_broken()
        self.what_was_written_stays_written()
        self.each_transaction_is_in_the_ledger_once()
        self.comprobantes_have_no_gap()
        self.nothing_is_reserved_twice()
        self.only_open_checkouts_reserve()

    def no_law_is_broken(self) -> None:
        assert laws(self.portal) == []

    def what_was_written_stays_written(self) -> None:
        with self.portal.ledger.read() as conn:
            for table in ("entries", "allocations"):
                now = {(table, row.id): tuple(row) for row in conn.execute(text(f"SELECT * FROM {table}"))}
                gone = [key for key, row in self.memory.rows.items() if key[0] == table and now.get(key) != row]
                assert gone == []
                self.memory.rows |= now

    def each_transaction_is_in_the_ledger_once(self) -> None:
        entered = self._entered()
        known: dict[tuple[int, str], list[Payment]] = {}
        for one in self.payments():
            known.setdefault((one.account_id, one.transaction_id), []).append(one)
        used = [facts_[0].item_id for facts_ in known.values() if facts_[0].item_id is not None]
        assert len(used) == len(set(used))
        for facts_ in known.values():
            first, last = facts_[0], facts_[-1]
            assert [one.serial for one in facts_] == list(range(len(facts_)))
            assert [one.kind for one in facts_].count(Fact.PAYMENT) == 1 and first.kind is Fact.PAYMENT
            if first.item_id is None:
                assert (first.trouble and first.trouble.apart) or last.returned == first.amount
            else:
                assert -entered[first.item_id] == first.amount - last.returned

    def _entered(self) -> dict[int, int]:
        with self.portal.ledger.read() as conn:
            rows = conn.execute(text("SELECT item_id, SUM(amount) AS sum FROM entries GROUP BY item_id"))
            return {row.item_id: int(row.sum) for row in rows}

    def comprobantes_have_no_gap(self) -> None:
        query = "SELECT issuer_id, COUNT(*) AS n, MIN(number) AS first, MAX(number) AS last FROM vouchers GROUP BY 1"
        with self.portal.ledger.read() as conn:
            for row in conn.execute(text(query)):
                assert (row.first, row.last) == (1, row.n)

    def nothing_is_reserved_twice(self) -> None:
        assert self.overreserved() <= self.memory.strained

    def overreserved(self) -> set[int]:
        """Credits of which more is reserved than is there."""
        query = """
            SELECT k.credit_id FROM checkout_credits k JOIN checkouts c ON c.id = k.checkout_id AND c.held
            GROUP BY k.credit_id HAVING SUM(k.amount) >
              - (SELECT COALESCE(SUM(amount), 0) FROM entries WHERE item_id = k.credit_id)
              - (SELECT COALESCE(SUM(amount), 0) FROM allocations WHERE credit_id = k.credit_id)"""
        with self.portal.ledger.read() as conn:
            return set(conn.execute(text(query)).scalars())

    def only_open_checkouts_reserve(self) -> None:
        query = "SELECT id FROM checkouts WHERE held AND state IN ('approved', 'expired', 'cancelled', 'failed')"
        with self.portal.ledger.read() as conn:
            assert conn.execute(text(query)).all() == []

    def teardown(self) -> None:
        """All goes well again, all is asked until nothing more follows: the ledger holds what the provider knows."""
        self.company.down = self.company.lags = False
        before = None
        for _ in range(8):
            self.clock.forward(hours=2)
            self._work()
            for checkout_id in self.memory.begun:
                ask_about(self.portal, checkout_id)
            if before == (before := self._standing()) and not self.jobs():
                break
        self.all_is_true()
        with self.portal.ledger.read() as conn:
            begun = [checkouts.find_checkout(conn, one) for one in self.memory.begun]
            dead = dead_letters(conn)
        assert [one.error for one in dead if not one.error.startswith(OUR_FAULTS)] == []
        assert self.jobs() == []
        self._equals_the_provider({one.reference: one for one in begun if one is not None})

    def _standing(self) -> tuple[object, ...]:
        """Where everything stands: it stays so once nobody has anything to do."""
        states = "SELECT id, state, held FROM checkouts ORDER BY id"
        with self.portal.ledger.read() as conn:
            return self.payments(), [tuple(row) for row in conn.execute(text(states))]

    def _equals_the_provider(self, begun: dict[str, Checkout]) -> None:
        entered = self._entered()
        booked = {one.transaction_id: one for one in self.payments() if one.kind is Fact.PAYMENT}
        for told in self.company.all():
            checkout, fact = begun[told.reference], booked.get(told.id)
            if not told.paid:
                assert fact is None
                continue
            assert fact is not None
            sums = (checkout.amount, told.amount)
            fits = told.live and told.receiver == "tienda" and told.currency == checkout.currency
            if fits and sums[0] * 100 != sums[1]:
                assert checkout.state is State.APPROVED
                assert -entered.get(fact.item_id or 0, 0) == told.amount - told.returned
            else:
                assert fact.trouble is not None and fact.trouble.apart


class _Strain:
    """Others than payers take credit that may be reserved: a reservation gives way to what has happened."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def __enter__(self) -> None:
        return

    def __exit__(self, *_: object) -> None:
        self.machine.memory.strained |= self.machine.overreserved()
