"""What an issuer's people posted by hand: kept with the rows that it made, listed, undone once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.domain.access import Scope
from portal.domain.acts import Act
from portal.ledger.act_tables import desk_act_rows, desk_acts
from portal.ledger.ids import new_id
from portal.ledger.people import names_of
from portal.ledger.tables import customers, documents
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class DeskAct:
    """One of them. `amount` is signed for an adjustment; `item_id`: the credit that a payment made."""

    id: int
    issuer_id: int
    customer_id: int
    currency: str
    kind: Act
    amount: int
    effective_on: date
    reason: str
    method: str | None
    reference: str | None
    item_id: int | None
    person: str
    acted_at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None


@dataclass(frozen=True, slots=True)
class ActRow:
    """A row of the ledger that an act made, and the document it is about."""

    document_id: int | None
    amount: int
    entry_id: int | None = None
    allocation_id: int | None = None
    reference_id: int | None = None


_COLUMNS = tuple(desk_acts.c[name] for name in DeskAct.__dataclass_fields__)


def act_by(conn: Connection, start_key: str) -> int | None:
    """The act that this form has made already."""
    return conn.execute(select(desk_acts.c.id).where(desk_acts.c.start_key == start_key)).scalar()


def add_act(unit: Unit, rows: Iterable[ActRow], **told: Any) -> int:
    """An act with the rows that it made; returns its id."""
    act_id = new_id()
    unit.conn.execute(insert(desk_acts).values(id=act_id, person=unit.person, acted_at=unit.now, **told))
    add_rows(unit, act_id, rows)
    return act_id


def add_rows(unit: Unit, act_id: int, rows: Iterable[ActRow]) -> None:
    """What an act has made, then or by its return."""
    made = [{"id": new_id(), "act_id": act_id, **{name: getattr(row, name) for name in _ROW}} for row in rows]
    if made:
        unit.conn.execute(insert(desk_act_rows), made)


_ROW = tuple(ActRow.__dataclass_fields__)


def find_act(conn: Connection, act_id: int, lock: bool = False) -> DeskAct | None:
    """An act; `lock`: nobody else undoes it until the commit (after its customer's lock, never before)."""
    wanted = select(*_COLUMNS).where(desk_acts.c.id == act_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return _act(row) if row else None


def rows_of(conn: Connection, act_id: int) -> list[ActRow]:
    """What it made, in that order."""
    c = desk_act_rows.c
    wanted = select(*(c[name] for name in _ROW)).where(c.act_id == act_id).order_by(c.id)
    return [ActRow(*row) for row in conn.execute(wanted)]


def owner_of_allocation(conn: Connection, allocation_id: int) -> int | None:
    """The act that made an allocation."""
    c = desk_act_rows.c
    return conn.execute(select(c.act_id).where(c.allocation_id == allocation_id).order_by(c.id).limit(1)).scalar()


def set_undone(unit: Unit, act_id: int, reason: str) -> None:
    told = {"undone_at": unit.now, "undone_by": unit.person, "undone_reason": reason}
    unit.conn.execute(update(desk_acts).where(desk_acts.c.id == act_id).values(**told))


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act with its customer's name and the numbers of its documents."""

    act: DeskAct
    customer_name: str
    person: str  # who did it, by name where it has one
    numbers: tuple[str, ...]


def acts_in(
    conn: Connection, scope: Scope, limit: int, offset: int = 0, customer_id: int | None = None
) -> list[NamedAct]:
    """What was posted by hand within a scope, of all customers or of one; the newest first."""
    c = desk_acts.c
    wanted = select(*_COLUMNS, customers.c.name).join(customers, customers.c.id == c.customer_id)
    if not scope.everything:
        wanted = wanted.where(c.issuer_id.in_(scope.issuers) | c.customer_id.in_(scope.customers))
    if customer_id is not None:
        wanted = wanted.where(c.customer_id == customer_id)
    rows = conn.execute(wanted.order_by(c.id.desc()).limit(limit).offset(offset)).all()
    numbers = _numbers(conn, [row[0] for row in rows])
    found = [(_act(row[:-1]), row[-1]) for row in rows]
    people = names_of(conn, {act.person for act, _ in found})
    return [
        NamedAct(act, customer, people.get(act.person, act.person), tuple(numbers.get(act.id, ())))
        for act, customer in found
    ]


def _numbers(conn: Connection, act_ids: Collection[int]) -> dict[int, list[str]]:
    c, d = desk_act_rows.c, documents.c
    wanted = select(c.act_id, d.number).join(documents, d.id == c.document_id).where(c.act_id.in_(act_ids))
    found: dict[int, list[str]] = {}
    for act_id, number in conn.execute(wanted.order_by(c.id)):
        mine = found.setdefault(act_id, [])
        if number not in mine:
            mine.append(number)
    return found


def _act(row: Sequence[Any]) -> DeskAct:
    told = dict(zip(DeskAct.__dataclass_fields__, row, strict=True))
    return DeskAct(**told | {"kind": Act(told["kind"])})
