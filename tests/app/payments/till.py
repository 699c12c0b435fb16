"""A till for tests: an issuer with documents, a payer with a personal link, a provider that says what it is told to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from portal.app.jobs import relay, run_job
from portal.app.links import create_link, open_link
from portal.app.payments.accounts import set_account
from portal.app.payments.asking import ask_about, look_due
from portal.app.payments.noticing import receive_notice
from portal.app.payments.quoting import Bill, bills_of, fill_basket
from portal.app.payments.starting import Wish, start_checkout
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.domain.checkouts import State
from portal.domain.payments import (
    Account,
    AccountFacts,
    CredentialField,
    Door,
    Method,
    NotGenuine,
    Notice,
    Order,
    ProviderDown,
    Question,
    RawNotice,
    Standing,
    Terms,
    Transaction,
)
from portal.domain.tokens import session_hash
from portal.ledger import checkouts
from portal.ledger.checkouts import Checkout
from portal.ledger.payment_accounts import account_row
from portal.ledger.payment_tables import checkouts as checkout_table
from portal.ledger.payment_tables import notices, vouchers
from portal.ledger.payments import Payment, payments_in
from portal.ledger.tables import allocations, documents, entries, outbox
from portal.text import Text
from tests.app.people import BOSS
from tests.factories import FrozenClock

NUMBERS = count(1)


@dataclass
class FakeProvider:
    """Keeps what the test says; `down`: it does not answer; `lists`: it tells what was paid on a day."""

    name: str = "fake"
    title: str = "Falsa"
    methods: tuple[Method, ...] = (Method.PSE,)
    fields: tuple[CredentialField, ...] = (
        CredentialField("receiver", Text("Comercio"), secret=False),
        CredentialField("key", Text("Llave")),
    )
    unit: int = 1
    minimum: int = 1
    book: dict[str, list[Transaction]] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    down: bool = False
    lists: bool = False
    patience: timedelta = timedelta(0)
    asked: int = 0

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        return AccountFacts(credentials.get("receiver", "tienda"), live=True)

    def terms(self, _account: Account, currency: str) -> Terms | None:
        return Terms(self.unit, self.minimum) if currency in ("COP", "USD") else None

    def open(self, _account: Account, order: Order) -> Door:
        self._up()
        self.opened.append(order.reference)
        return Door(f"https://fake.example/pay?ref={order.reference}&amount={order.amount}")

    def read_notice(self, _account: Account, raw: RawNotice) -> Notice:
        try:
            told = json.loads(raw.body)
            return Notice(told["key"], told["id"], told.get("reference"), Standing(told["standing"]))
        except (ValueError, KeyError):
            raise NotGenuine("forged") from None

    def transactions(self, _account: Account, question: Question) -> Sequence[Transaction]:
        self.asked += 1
        self._up()
        if question.reference:
            return list(self.book.get(question.reference, []))
        return [one for told in self.book.values() for one in told if one.id in question.transaction_ids]

    def listed(self, _account: Account, start: datetime, end: datetime) -> Sequence[Transaction] | None:
        if not self.lists:
            return None
        self._up()
        known = (one for told in self.book.values() for one in told)
        return [one for one in known if one.paid and one.at is not None and start <= one.at < end]

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        return (asked_at or created_at) + self.patience

    def probe(self, _account: Account) -> Text:
        return Text("Todo en orden.")

    def _up(self) -> None:
        if self.down:
            raise ProviderDown("apagado")


@dataclass
class Till:
    """Everything a test of paying does, in few words. Amounts are minor units."""

    portal: Portal
    clock: FrozenClock
    provider: FakeProvider
    payer: Actor
    account_id: int
    session: str  # the hash of the payer's

    def document(self, number: str) -> int:
        with self.portal.ledger.read() as conn:
            return int(conn.execute(select(documents.c.id).where(documents.c.number == number)).scalar_one())

    def bill(self, *numbers: str, payer: Actor | None = None) -> tuple[int, Bill]:
        who = payer or self.payer
        basket = fill_basket(self.portal, who, [self.document(number) for number in numbers])
        return basket, bills_of(self.portal, who, basket)[0]

    def wish(self, *numbers: str, expected: int | None = None, payer: Actor | None = None, **more: object) -> Wish:
        basket, bill = self.bill(*numbers, payer=payer)
        sum_ = bill.outstanding if expected is None else expected
        wish = Wish(
            basket, str(next(NUMBERS)), bill.issuer_id, bill.customer_id, bill.currency, self.account_id, sum_
        )  # fmt: skip
        return replace(wish, **more)  # type: ignore[arg-type]

    def start(self, *numbers: str, payer: Actor | None = None, **more: object) -> Checkout:
        wish = self.wish(*numbers, payer=payer, **more)  # type: ignore[arg-type]
        checkout_id = start_checkout(self.portal, payer or self.payer, wish)
        assert checkout_id is not None
        return self.checkout(checkout_id)

    def another_payer(self) -> Actor:
        """Somebody else who has the customer's link."""
        return visitor(self.portal, self.bill("FE-1")[1].customer_id)[0]

    def checkout(self, checkout_id: int) -> Checkout:
        with self.portal.ledger.read() as conn:
            found = checkouts.find_checkout(conn, checkout_id)
        assert found is not None
        return found

    def checkouts(self) -> list[Checkout]:
        """All that were begun, the oldest first."""
        with self.portal.ledger.read() as conn:
            ids = list(conn.execute(select(checkout_table.c.id).order_by(checkout_table.c.id)).scalars())
        return [self.checkout(one) for one in ids]

    def told(self, checkout: Checkout, standing: Standing = Standing.APPROVED, id: str = "t1", **more: object) -> None:
        """The provider now knows this of the transaction `id`; what it knew of others stays."""
        known = self.provider.book.setdefault(checkout.reference, [])
        fresh = Transaction(
            id, checkout.reference, standing, checkout.amount, checkout.currency, True, receiver="tienda",
            method=Method.PSE, at=self.clock.now(),
        )  # fmt: skip
        fresh = replace(fresh, **more)  # type: ignore[arg-type]
        known[:] = [one for one in known if one.id != id] + [fresh]

    def ask(self, checkout: Checkout) -> State | None:
        return ask_about(self.portal, checkout.id)

    def approve(self, checkout: Checkout, **more: object) -> State | None:
        self.told(checkout, **more)  # type: ignore[arg-type]
        return self.ask(checkout)

    def notice(
        self,
        checkout: Checkout,
        standing: str = "approved",
        id: str = "t1",
        key: str | None = None,
        account_id: int | None = None,
        **more: object,
    ) -> None:
        body = {"key": key or f"{id}:{standing}", "id": id, "reference": checkout.reference, "standing": standing}
        self.post(json.dumps(body | more).encode(), account_id)

    def post(self, body: bytes, account_id: int | None = None) -> None:
        """What comes in at the webhook."""
        receive_notice(self.portal, "fake", account_id or self.account_id, RawNotice(body), "203.0.113.5")

    def notices(self, verdict: str | None = None) -> list[Any]:
        """What was kept, the oldest first."""
        wanted = select(notices).order_by(notices.c.received_at, notices.c.id)
        with self.portal.ledger.read() as conn:
            return list(conn.execute(wanted if verdict is None else wanted.where(notices.c.verdict == verdict)))

    def open_account(self, receiver: str) -> int:
        """Another account of the same issuer; returns its id."""
        with self.portal.ledger.read() as conn:
            row = account_row(conn, self.account_id)
        assert row is not None
        told = {"receiver": receiver, "key": "another-key"}
        return set_account(self.portal, BOSS, row.issuer_id, "fake", told).row.id

    def waiting(self, queue: str = "payments") -> list[int]:
        """Jobs that are neither done nor dead."""
        with self.portal.ledger.read() as conn:
            open_ = select(outbox.c.id).where(outbox.c.queue == queue, outbox.c.done_at.is_(None))
            return list(conn.execute(open_.where(outbox.c.failed_at.is_(None)).order_by(outbox.c.id)).scalars())

    def work(self) -> None:
        """Do all jobs of paying that are due."""
        relay(self.portal)
        for job_id in self.waiting():
            run_job(self.portal, job_id)

    def look(self) -> int:
        """Ask about every checkout whose time it is; how many there were."""
        due = look_due(self.portal)
        self.work()
        return due

    def vouchers(self) -> list[int]:
        """The numbers of all comprobantes."""
        with self.portal.ledger.read() as conn:
            return list(conn.execute(select(vouchers.c.number).order_by(vouchers.c.number)).scalars())

    def rows(self) -> list[tuple[object, ...]]:
        """Every entry and allocation, in the order in which they were written."""
        with self.portal.ledger.read() as conn:
            found = [tuple(row) for one in (entries, allocations) for row in conn.execute(select(one))]
        return sorted(found, key=lambda row: row[0])  # type: ignore[arg-type, return-value]

    def payments(self, troubled: bool = False) -> list[Payment]:
        with self.portal.ledger.read() as conn:
            return payments_in(conn, BOSS.scope(), troubled, 1_000)[::-1]


def open_till(portal: Portal, clock: FrozenClock, number: str = "FE-1") -> Till:
    """A till at the issuer of a document, for whoever has its customer's personal link."""
    provider = FakeProvider()
    portal.providers["fake"] = provider  # type: ignore[index]
    with portal.ledger.read() as conn:
        row = conn.execute(select(documents).where(documents.c.number == number)).one()
    actor, session = visitor(portal, row.customer_id)
    account = set_account(portal, BOSS, row.issuer_id, "fake", {"receiver": "tienda", "key": "s3cr3t-of-the-shop"})
    return Till(portal, clock, provider, actor, account.row.id, session)


def visitor(portal: Portal, customer_id: int) -> tuple[Actor, str]:
    """Who has opened the customer's link, and the hash of the session."""
    link = create_link(portal, BOSS, customer_id).url or ""
    session = session_hash(open_link(portal, link.rpartition("/")[2], "203.0.113.9", "test"))
    actor = session_actor(portal, session)
    assert actor is not None
    return actor, session
