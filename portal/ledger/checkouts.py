"""Checkouts: kept before anything is asked of a provider, so that whatever happens then leaves a trace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from portal.domain.checkouts import ENDED, CheckoutLine, Plan, Share, State, may_become
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import checkout_credits, checkout_lines, checkouts
from portal.ledger.tables import documents
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Checkout:
    """One attempt to pay. `held`: its credits are reserved. `claimed`: what a notice says and no query confirmed."""

    id: int
    basket_id: int
    issuer_id: int
    customer_id: int
    currency: str
    account_id: int
    reference: str
    amount: int
    state: State
    person: str
    email: str | None
    name: str | None
    language: str
    created_at: datetime
    expires_at: datetime
    door: str | None
    session_id: str | None
    redirected_at: datetime | None
    claimed: str | None
    held: bool
    looks: int
    looked_at: datetime | None
    next_look_at: datetime | None
    trouble: str | None

    @property
    def open(self) -> bool:
        return self.state not in ENDED

    @property
    def coming(self) -> bool:
        """Whether money may be on its way."""
        return self.state is State.PENDING or (self.open and self.claimed is not None)

    def replaced_by(self, person: str) -> bool:
        """Whether it ends when this person begins to pay for its documents anew."""
        return self.person == person and self.open and not self.coming and may_become(self.state, State.CANCELLED)


_COLUMNS = tuple(checkouts.c[name] for name in Checkout.__dataclass_fields__)


def add_checkout(unit: Unit, plan: Plan, **told: Any) -> int:
    """A checkout of `plan` with its lines and the credits it reserves; returns its id."""
    checkout_id = new_id()
    unit.conn.execute(
        insert(checkouts).values(
            id=checkout_id, amount=plan.amount, state=State.CREATED, person=unit.person, created_at=unit.now,
            held=bool(plan.shares), looks=0, **told,
        )
    )  # fmt: skip
    lines = [
        {"id": new_id(), "checkout_id": checkout_id, "document_id": part.due.document_id,
         "debit_id": part.due.item_id, "amount": part.amount, "whole": part.whole}
        for part in plan.parts
    ]  # fmt: skip
    unit.conn.execute(insert(checkout_lines), lines)
    if plan.shares:
        shares = [
            {"id": new_id(), "checkout_id": checkout_id, "credit_id": share.credit_id, "debit_id": share.debit_id,
             "amount": share.amount}
            for share in plan.shares
        ]  # fmt: skip
        unit.conn.execute(insert(checkout_credits), shares)
    return checkout_id


def find_checkout(conn: Connection, checkout_id: int, lock: bool = False) -> Checkout | None:
    """A checkout; `lock`: nobody else changes it until the commit (after its customer's lock, never before)."""
    wanted = select(*_COLUMNS).where(checkouts.c.id == checkout_id)
    return _one(conn, wanted.with_for_update() if lock else wanted)


def started_by(conn: Connection, start_key: str) -> Checkout | None:
    """The checkout that this press of the button made."""
    return _one(conn, select(*_COLUMNS).where(checkouts.c.start_key == start_key))


def by_reference(conn: Connection, account_id: int, reference: str) -> Checkout | None:
    """The checkout of an account that has this reference; another account's does not exist here."""
    mine = checkouts.c.account_id == account_id, checkouts.c.reference == reference
    return _one(conn, select(*_COLUMNS).where(*mine))


def of_issuer(conn: Connection, issuer_id: int, reference: str) -> Checkout | None:
    """The issuer's checkout that has this reference, whichever of its accounts it was begun at."""
    mine = checkouts.c.issuer_id == issuer_id, checkouts.c.reference == reference
    return _one(conn, select(*_COLUMNS).where(*mine))


def _one(conn: Connection, wanted: Any) -> Checkout | None:
    row = conn.execute(wanted).one_or_none()
    return _checkout(row) if row else None


def _checkout(row: Sequence[Any]) -> Checkout:
    found = dict(zip(Checkout.__dataclass_fields__, row, strict=True))
    return Checkout(**found | {"state": State(found["state"])})


def of_basket(conn: Connection, basket_id: int) -> list[Checkout]:
    """The checkouts that a basket led to, the oldest first."""
    wanted = select(*_COLUMNS).where(checkouts.c.basket_id == basket_id).order_by(checkouts.c.id)
    return [_checkout(row) for row in conn.execute(wanted)]


def coming_at(conn: Connection, issuer_id: int) -> dict[str, tuple[int, int]]:
    """How many checkouts of an issuer money may be on its way for, and how much, by currency."""
    c = checkouts.c
    coming = or_(c.state == State.PENDING, and_(c.state.not_in(ENDED), c.claimed.is_not(None)))
    wanted = select(c.currency, func.count(), func.sum(c.amount)).where(c.issuer_id == issuer_id, coming)
    return {row[0]: (row[1], int(row[2])) for row in conn.execute(wanted.group_by(c.currency))}


def lines_of(conn: Connection, checkout_id: int) -> list[CheckoutLine]:
    """In the order in which they are paid. The debit is the document's present one: restored, it has another item."""
    c = checkout_lines.c
    debit = func.coalesce(documents.c.item_id, c.debit_id)
    wanted = select(c.document_id, debit, c.amount, c.whole).join(documents, documents.c.id == c.document_id)
    return [CheckoutLine(*row) for row in conn.execute(wanted.where(c.checkout_id == checkout_id).order_by(c.id))]


def credits_of(conn: Connection, checkout_id: int) -> list[Share]:
    """The credits that it uses."""
    c = checkout_credits.c
    wanted = select(c.credit_id, c.debit_id, c.amount).where(c.checkout_id == checkout_id).order_by(c.id)
    return [Share(*row) for row in conn.execute(wanted)]


def set_checkout(unit: Unit, checkout_id: int, **values: Any) -> None:
    unit.conn.execute(update(checkouts).where(checkouts.c.id == checkout_id).values(**values))


def held_credits(conn: Connection, credit_ids: Collection[int], besides: Collection[int] = ()) -> dict[int, int]:
    """How much of each of these credits checkouts have reserved, `besides` some."""
    c = checkout_credits.c
    wanted = (
        select(c.credit_id, c.amount)
        .join(checkouts, checkouts.c.id == c.checkout_id)
        .where(c.credit_id.in_(credit_ids), checkouts.c.held, checkouts.c.id.not_in(besides))
    )
    found: dict[int, int] = {}
    for credit_id, amount in conn.execute(wanted):
        found[credit_id] = found.get(credit_id, 0) + amount
    return found


def open_for(conn: Connection, document_ids: Collection[int]) -> list[Checkout]:
    """Checkouts that have not ended and pay any of these documents."""
    mine = select(checkout_lines.c.checkout_id).where(checkout_lines.c.document_id.in_(document_ids))
    ended = checkouts.c.state.in_(sorted(ENDED))
    wanted = select(*_COLUMNS).where(checkouts.c.id.in_(mine), ~ended).order_by(checkouts.c.id)
    return [_checkout(row) for row in conn.execute(wanted)]


def take_due(unit: Unit, until: datetime, limit: int) -> list[int]:
    """Checkouts whose provider should be asked now; none is due again before `until`."""
    c = checkouts.c
    due = select(c.id).where(c.next_look_at <= unit.now).order_by(c.next_look_at).limit(limit)
    ids = list(unit.conn.execute(due.with_for_update(skip_locked=True)).scalars())
    if ids:
        unit.conn.execute(update(checkouts).where(c.id.in_(ids)).values(next_look_at=until))
    return ids


def any_due(conn: Connection, now: datetime) -> bool:
    return conn.execute(select(checkouts.c.id).where(checkouts.c.next_look_at <= now).limit(1)).first() is not None


def first_number(conn: Connection, document_id: int) -> str:
    """The number of a document, for a reference that people recognise."""
    return str(conn.execute(select(documents.c.number).where(documents.c.id == document_id)).scalar_one())
