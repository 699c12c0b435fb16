"""How a basket is getting on: what was paid, what is on its way, what failed, what has not begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.checkouts import ENDED, State
from portal.errors import NotFound
from portal.ledger import baskets, checkouts, credit_uses, payments
from portal.ledger.checkouts import Checkout
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.payables import Payable, payables
from portal.ledger.payment_accounts import account_row
from portal.ledger.payments import Fact, Payment
from portal.ledger.unit import Connection
from portal.ledger.vouchers import voucher_of

_UNPAID = (State.CREATED, State.READY, State.REDIRECTED)
Key = tuple[int, int, str]  # issuer, customer, currency


@dataclass(frozen=True, slots=True)
class Attempt:
    """One checkout and what came of it; minor units. `vouchers`: id and number of its comprobantes.

    `to_go_on`: the provider's page is still open to the payer, who has not paid there.
    """

    checkout: Checkout
    way: str
    payments: tuple[Payment, ...]
    vouchers: tuple[tuple[int, int], ...]
    to_go_on: bool

    @property
    def state(self) -> State:
        return self.checkout.state

    @property
    def apart(self) -> bool:
        """Whether money came that is in no account until the issuer decides."""
        return any(one.trouble and one.trouble.apart and not one.settled_at for one in self.payments)

    @property
    def paid(self) -> int:
        """What is in the customer's account because of it."""
        return sum(one.amount for one in self.payments if one.kind is Fact.PAYMENT and one.item_id is not None)

    @property
    def returned(self) -> int:
        """What went back to the payer, in all."""
        return sum({one.transaction_id: one.returned for one in self.payments}.values())

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected to happen by itself."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class Stage:
    """One bill of a basket: what is still outstanding on its documents, and the attempts that tell how it stands.

    `attempts`: the newest first; those that a later one has replaced are left out. `credit`: what saldo a favor alone
    has settled. `file`: whether the actor may take comprobantes along.
    """

    key: str
    issuer_name: str
    customer_name: str
    currency: str
    numbers: tuple[str, ...]
    outstanding: int
    credit: int
    attempts: tuple[Attempt, ...]
    file: bool

    @property
    def coming(self) -> bool:
        """Whether money may be on its way."""
        return any(one.checkout.coming for one in self.attempts)


@dataclass(frozen=True, slots=True)
class Progress:
    """`since`: when the newest attempt that may still change was begun."""

    stages: tuple[Stage, ...]

    @property
    def since(self) -> datetime | None:
        open_ = [one.checkout.created_at for stage in self.stages for one in stage.attempts if not one.ended]
        return max(open_, default=None)


def read_progress(portal: Portal, actor: Actor, basket_id: int) -> Progress:
    """The actor's own basket as it stands now. Raises NotFound for one that is not theirs."""
    with portal.ledger.read() as conn:
        wanted = baskets.basket_of(conn, basket_id, actor.name)
        if wanted is None:
            raise NotFound()
        lines: dict[Key, list[Payable]] = {}
        begun: dict[Key, list[Checkout]] = {}
        for line in payables(conn, wanted):
            lines.setdefault((line.issuer_id, line.customer_id, line.currency), []).append(line)
        for checkout in checkouts.of_basket(conn, basket_id):
            begun.setdefault((checkout.issuer_id, checkout.customer_id, checkout.currency), []).append(checkout)
        credit = credit_uses.uses_of(conn, basket_id)
        keys = [key for key in dict.fromkeys((*lines, *begun)) if actor.scope(Right.SEE).covers(*key[:2])]
        stages = [
            _stage(portal, conn, actor, key, lines.get(key, []), begun.get(key, []), credit.get(key, 0)) for key in keys
        ]
    if not stages:
        raise NotFound()
    return Progress(tuple(stages))


def _stage(
    portal: Portal,
    conn: Connection,
    actor: Actor,
    key: Key,
    lines: Sequence[Payable],
    begun: Sequence[Checkout],
    credit: int,
) -> Stage:
    issuer_id, customer_id, currency = key
    return Stage(
        f"{issuer_id}-{customer_id}-{currency}",
        issuer_by_id(conn, issuer_id).name,
        customer_by_id(conn, customer_id).name,
        currency,
        tuple(one.number for one in lines),
        sum(one.outstanding for one in lines),
        credit,
        tuple(_telling([_attempt(portal, conn, one) for one in begun])),
        actor.scope(Right.DOWNLOAD).covers(issuer_id, customer_id),
    )


def _attempt(portal: Portal, conn: Connection, checkout: Checkout) -> Attempt:
    account = account_row(conn, checkout.account_id)
    company = portal.providers.get(account.provider) if account else None
    facts = tuple(payments.of_checkout(conn, checkout.id))
    issued = [voucher_of(conn, one.id) for one in facts if one.kind is Fact.PAYMENT]
    told = tuple((one.id, one.number) for one in issued if one is not None)
    to_go_on = checkout.state in _UNPAID and not checkout.claimed and checkout.expires_at > portal.clock.now()
    return Attempt(checkout, company.title if company else "", facts, told, to_go_on)


def _telling(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Where money came or may come, and the last one that was not given up; the newest first."""
    real = [one for one in attempts if one.state is not State.CANCELLED or one.payments]
    return [
        one
        for place, one in enumerate(reversed(real))
        if place == 0 or one.state is State.APPROVED or one.checkout.coming or one.apart
    ]
