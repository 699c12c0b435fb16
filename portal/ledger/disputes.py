"""Objections: opened, answered, listed; which documents stand under one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.domain.disputes import LIVE, DisputeState, Ground
from portal.ledger.ids import new_id
from portal.ledger.tables import customers, documents
from portal.ledger.thread_tables import disputes
from portal.ledger.threads import Thread
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Dispute:
    """`amount`: minor units that are objected to; None: the whole document. `due_on`: by when the issuer answers."""

    id: int
    thread_id: int
    issuer_id: int
    customer_id: int
    document_id: int
    ground: Ground
    currency: str
    amount: int | None
    state: DisputeState
    opened_at: datetime
    due_on: date
    decided_at: datetime | None

    @property
    def live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True)
class ListedDispute:
    dispute: Dispute
    number: str
    customer_name: str


_COLUMNS = tuple(disputes.c[name] for name in Dispute.__dataclass_fields__)
_LIVE = disputes.c.state.in_(LIVE)


def add_dispute(
    unit: Unit, thread: Thread, ground: Ground, currency: str, amount: int | None, due_on: date
) -> int:  # fmt: skip
    """A new objection to a thread's document, which has no live one; its copy in the views follows."""
    dispute_id = new_id()
    row = {
        "id": dispute_id, "thread_id": thread.id, "issuer_id": thread.issuer_id, "customer_id": thread.customer_id,
        "document_id": thread.document_id, "ground": ground, "currency": currency, "amount": amount,
        "state": DisputeState.OPEN, "opened_at": unit.now, "opened_by": unit.person, "due_on": due_on,
    }  # fmt: skip
    unit.conn.execute(insert(disputes).values(row))
    unit.touch([thread.document_id])
    return dispute_id


def change_dispute(unit: Unit, one: Dispute, state: DisputeState, due_on: date | None = None) -> None:
    """How it stands from now on; its document's copy in the views follows."""
    told: dict[str, Any] = {"state": state, "due_on": due_on or one.due_on}
    if state not in LIVE:
        told |= {"decided_at": unit.now, "decided_by": unit.person}
    unit.conn.execute(update(disputes).where(disputes.c.id == one.id).values(told))
    unit.touch([one.document_id])


def last_dispute(conn: Connection, document_id: int) -> Dispute | None:
    """The newest objection to a document, live or not."""
    wanted = select(*_COLUMNS).where(disputes.c.document_id == document_id)
    row = conn.execute(wanted.order_by(disputes.c.id.desc()).limit(1)).one_or_none()
    return _dispute(row) if row else None


def disputed_documents(conn: Connection, document_ids: Collection[int]) -> frozenset[int]:
    """Which of these documents their customer objects to, with no answer that ends it yet."""
    wanted = select(disputes.c.document_id).where(disputes.c.document_id.in_(document_ids), _LIVE)
    return frozenset(conn.execute(wanted).scalars())


def disputed_sums(conn: Connection, issuer_id: int) -> dict[str, tuple[int, int]]:
    """By currency, how many of an issuer's documents are objected to now, and what of them, in minor units."""
    c = disputes.c
    objected = func.sum(func.coalesce(c.amount, documents.c.total))
    wanted = select(c.currency, func.count(), objected).join(documents, documents.c.id == c.document_id)
    rows = conn.execute(
        wanted.where(c.issuer_id == issuer_id, _LIVE, documents.c.state == "active").group_by(c.currency)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}


def live_disputes(conn: Connection, scope: Scope, limit: int, offset: int = 0) -> list[ListedDispute]:
    """Of a scope, what is to be answered first."""
    c = disputes.c
    wanted = (
        select(*_COLUMNS, documents.c.number, customers.c.name)
        .join(documents, documents.c.id == c.document_id)
        .join(customers, customers.c.id == c.customer_id)
        .where(_LIVE, documents.c.state != "withdrawn")
        .order_by(c.due_on, c.id)
    )
    if not scope.everything:
        wanted = wanted.where(c.issuer_id.in_(scope.issuers) | c.customer_id.in_(scope.customers))
    rows = conn.execute(wanted.limit(limit).offset(offset))
    return [ListedDispute(_dispute(row[:-2]), row[-2], row[-1]) for row in rows]


def _dispute(row: Sequence[Any]) -> Dispute:
    told = dict(zip(Dispute.__dataclass_fields__, row, strict=True))
    return Dispute(**told | {"ground": Ground(told["ground"]), "state": DisputeState(told["state"])})
