"""What payers state to keep back of documents: kept, listed, decided once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.domain.withholdings import Amounts, Stand, Withheld
from portal.ledger.ids import new_id
from portal.ledger.tables import documents
from portal.ledger.unit import Unit
from portal.ledger.withholding_tables import withholdings


@dataclass(frozen=True, slots=True)
class Withholding:
    """`suggested`: what the payer was offered. `decided_by`: a person, or `RULE`."""

    id: int
    issuer_id: int
    customer_id: int
    document_id: int
    currency: str
    tax: Withheld
    amount: int
    suggested: int
    checkout_id: int | None
    person: str
    name: str
    email: str | None
    language: str
    stated_at: datetime
    state: Stand
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    item_id: int | None
    certificate_id: int | None


RULE = "rule"  # the issuer's own, which accepts up to the suggestion
STANDING = (Stand.WAITING, Stand.ACCEPTED)
_COLUMNS = tuple(withholdings.c[name] for name in Withholding.__dataclass_fields__)
_WAITING = withholdings.c.state == Stand.WAITING


def add_withholdings(
    unit: Unit, stated: Mapping[int, Amounts], suggested: Mapping[int, Amounts], state: Stand, **told: Any
) -> None:
    """Keep what is stated, by document."""
    made = {"person": unit.person, "stated_at": unit.now, "state": state, **told}
    rows = [
        {"id": new_id(), "document_id": document_id, "tax": tax, "amount": amount,
         "suggested": suggested.get(document_id, {}).get(tax, 0), **made}
        for document_id, amounts in stated.items()
        for tax, amount in amounts.items()
        if amount
    ]  # fmt: skip
    if rows:
        unit.conn.execute(insert(withholdings), rows)


def find_withholding(conn: Connection, withholding_id: int, lock: bool = False) -> Withholding | None:
    """One of them; `lock`: nobody else decides it until the commit (after its customer's lock, never before)."""
    wanted = select(*_COLUMNS).where(withholdings.c.id == withholding_id)
    found = _found(conn, wanted.with_for_update() if lock else wanted)
    return found[0] if found else None


def stated_by(conn: Connection, start_key: str) -> list[Withholding]:
    """What one press of the button has stated."""
    return _found(conn, select(*_COLUMNS).where(withholdings.c.start_key == start_key).order_by(withholdings.c.id))


def held_by(conn: Connection, checkout_id: int) -> list[Withholding]:
    """What was stated with a checkout and has not come in."""
    mine = withholdings.c.checkout_id == checkout_id, withholdings.c.state == Stand.HELD
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(withholdings.c.id))


def of_documents(
    conn: Connection, document_ids: Collection[int], states: Collection[Stand] = STANDING
) -> list[Withholding]:
    """What was stated for any of these documents, in these states, the oldest first."""
    mine = withholdings.c.document_id.in_(document_ids), withholdings.c.state.in_(states)
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(withholdings.c.id))


def standing_on(conn: Connection, document_ids: Collection[int]) -> dict[int, dict[Withheld, int]]:
    """By document and kind, what is accepted or not decided."""
    found: dict[int, dict[Withheld, int]] = {}
    for one in of_documents(conn, document_ids):
        mine = found.setdefault(one.document_id, {})
        mine[one.tax] = mine.get(one.tax, 0) + one.amount
    return found


def waiting_on(conn: Connection, document_ids: Collection[int]) -> dict[int, int]:
    """By document, what waits for its issuer's word, in minor units."""
    c = withholdings.c
    wanted = select(c.document_id, func.sum(c.amount)).where(c.document_id.in_(document_ids), _WAITING)
    return {row[0]: int(row[1]) for row in conn.execute(wanted.group_by(c.document_id))}


def waiting_of(conn: Connection, customer_id: int, currency: str) -> list[Withholding]:
    """What a customer has stated in a currency and nobody has decided, the oldest first."""
    mine = _WAITING, withholdings.c.customer_id == customer_id, withholdings.c.currency == currency
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(withholdings.c.id))


def debits_of(conn: Connection, document_ids: Collection[int]) -> dict[int, int]:
    """The present items of active documents."""
    d = documents.c
    mine = d.id.in_(document_ids), d.state == "active", d.item_id.is_not(None)
    return {row[0]: row[1] for row in conn.execute(select(d.id, d.item_id).where(*mine))}


def kept_on(conn: Connection, document_ids: Collection[int]) -> dict[int, int]:
    """By debit, what its payer has withheld and its issuer has not decided on."""
    waiting = waiting_on(conn, document_ids)
    return {debit: waiting[one] for one, debit in debits_of(conn, list(waiting)).items()}


def numbers_of(conn: Connection, document_ids: Collection[int]) -> dict[int, str]:
    d = documents.c
    return {row[0]: row[1] for row in conn.execute(select(d.id, d.number).where(d.id.in_(document_ids)))}


def set_withholding(unit: Unit, one: Withholding, state: Stand, **values: Any) -> None:
    """Write down how it stands now; its document's copy in the views follows."""
    unit.conn.execute(update(withholdings).where(withholdings.c.id == one.id).values(state=state, **values))
    unit.touch([one.document_id])


def decide(unit: Unit, one: Withholding, state: Stand, by: str = "", **values: Any) -> None:
    """Write a decision down. `by`: `RULE` where no person took it."""
    set_withholding(unit, one, state, decided_at=unit.now, decided_by=by or unit.person, **values)


def set_certificate(unit: Unit, withholding_ids: Collection[int], certificate_id: int) -> None:
    mine = withholdings.c.id.in_(withholding_ids)
    unit.conn.execute(update(withholdings).where(mine).values(certificate_id=certificate_id))


def end_with(unit: Unit, document_id: int) -> set[int]:
    """The document is no more, and so is what was stated of it; returns the items that were posted for it.

    A payment under way brings in nothing of it any more.
    """
    found = of_documents(unit.conn, [document_id], (Stand.HELD, *STANDING))
    for one in found:
        decide(unit, one, Stand.UNDONE if one.item_id else Stand.REJECTED)
    return {one.item_id for one in found if one.item_id}


def without_certificate(conn: Connection, customer_id: int) -> list[Withholding]:
    """What stands of a customer and has no certificate yet, the oldest first."""
    c = withholdings.c
    mine = c.customer_id == customer_id, c.state.in_(STANDING), c.certificate_id.is_(None)
    return _found(conn, select(*_COLUMNS).where(*mine).order_by(c.id))


def withholdings_in(
    conn: Connection, scope: Scope, states: Collection[Stand], limit: int, offset: int = 0
) -> list[Withholding]:
    """What was stated within a scope, in these states: what waits the longest first, else the newest first."""
    c = withholdings.c
    oldest_first = set(states) == {Stand.WAITING}
    within = [] if scope.everything else [c.issuer_id.in_(scope.issuers) | c.customer_id.in_(scope.customers)]
    wanted = select(*_COLUMNS).where(c.state.in_(states), *within)
    return _found(conn, wanted.order_by(c.id if oldest_first else c.id.desc()).limit(limit).offset(offset))


def _found(conn: Connection, wanted: Any) -> list[Withholding]:
    return [_withholding(row) for row in conn.execute(wanted)]


def _withholding(row: Sequence[Any]) -> Withholding:
    told = dict(zip(Withholding.__dataclass_fields__, row, strict=True))
    return Withholding(**told | {"tax": Withheld(told["tax"]), "state": Stand(told["state"])})
