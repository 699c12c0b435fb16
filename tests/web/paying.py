"""Somebody with a checkout at the sandbox, over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from portal.app.jobs import run_job
from portal.app.payments.accounts import set_account
from portal.app.payments.quoting import bills_of, fill_basket
from portal.app.payments.starting import Wish, start_checkout
from portal.app.sessions import session_actor
from portal.domain.access import operator
from portal.ledger.checkouts import Checkout, find_checkout
from portal.ledger.tables import documents
from tests.factories import ABC, bring, facts
from tests.web.conftest import Visitor, World

SECRET = "un secreto de prueba"


@dataclass(frozen=True)
class Payer:
    """A visitor with a new invoice over 1,000 pesos and a way to pay it."""

    world: World
    visitor: Visitor
    account: int
    number: str

    def start(self) -> int:
        portal = self.world.running.portal
        actor = session_actor(portal, self.visitor.hash)
        assert actor is not None
        basket = fill_basket(portal, actor, [_document(self.world, self.number).id])
        bill = bills_of(portal, actor, basket)[0]
        wish = Wish(basket, uuid4().hex, bill.issuer_id, bill.customer_id, "COP", self.account, bill.outstanding)
        portal.ledger.sent = lambda ids: [run_job(portal, one) for one in ids] and None
        made = start_checkout(portal, actor, wish)
        portal.ledger.sent = lambda _ids: None
        assert made is not None
        return made

    def checkout(self, checkout_id: int) -> Checkout:
        with self.world.running.portal.ledger.read() as conn:
            found = find_checkout(conn, checkout_id)
        assert found is not None
        return found

    def state(self, checkout_id: int) -> str:
        return self.checkout(checkout_id).state


def new_payer(world: World) -> Payer:
    number = f"PG-{uuid4().hex[:8]}".upper()
    portal = world.running.portal
    bring(portal, facts(number, customer=ABC))
    visitor = world.visit(world.ana)
    issuer_id = _document(world, number).issuer_id
    account = set_account(portal, operator("test"), issuer_id, "sandbox", {"secret": SECRET})
    return Payer(world, visitor, account.row.id, number)


def _document(world: World, number: str) -> Any:
    with world.running.portal.ledger.read() as conn:
        return conn.execute(documents.select().where(documents.c.number == number)).one()
