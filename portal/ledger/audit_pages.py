"""The audit, read page by page with the names of who and what it tells of."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from portal.domain.access import Scope
from portal.ledger.audit import Entry, Event
from portal.ledger.people import names_of
from portal.ledger.people_tables import audit
from portal.ledger.tables import customers, documents, issuers

_DOCUMENT = "document:"


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """A row of the audit. `actor_name` is a user's, None for who is none; `about` is a document's number or a user."""

    entry: Entry
    actor_name: str | None
    about: str | None
    issuer_name: str | None
    customer_name: str | None


_COLUMNS = tuple(audit.c[name] for name in Entry.__dataclass_fields__)
_NAMED = audit.outerjoin(issuers, issuers.c.id == audit.c.issuer_id).outerjoin(
    customers, customers.c.id == audit.c.customer_id
)


def audit_page(
    conn: Connection, scope: Scope, events: Collection[Event], limit: int, offset: int = 0
) -> list[NamedEntry]:
    """The newest first, of these kinds (none: of all); issuers read what was done at theirs, operators all."""
    return _read(conn, _within(scope, events), limit, offset)


def customer_audit(conn: Connection, customer_ids: Collection[int], limit: int, offset: int = 0) -> list[NamedEntry]:
    """What was done at these customers and by them, the newest first."""
    return _read(conn, [audit.c.customer_id.in_(customer_ids)], limit, offset)


def _read(conn: Connection, where: Sequence[ColumnElement[bool]], limit: int, offset: int) -> list[NamedEntry]:
    wanted = select(*_COLUMNS, issuers.c.name, customers.c.name).select_from(_NAMED).where(*where)
    found = [tuple(row) for row in conn.execute(wanted.order_by(audit.c.id.desc()).limit(limit).offset(offset))]
    told = [Entry(row[0], row[1], row[2], Event(row[3]), *row[4:-2]) for row in found]
    names = names_of(conn, {entry.actor for entry in told} | {_about(entry) for entry in told})
    names |= _numbers(conn, {_about(entry) for entry in told})
    return [
        NamedEntry(entry, names.get(entry.actor), names.get(_about(entry)), *row[-2:])
        for entry, row in zip(told, found, strict=True)
    ]


def count_audit(conn: Connection, scope: Scope, events: Collection[Event]) -> int:
    """How many rows `audit_page` has in all."""
    counted = select(func.count()).select_from(audit).where(*_within(scope, events))
    return int(conn.execute(counted).scalar_one())


def _within(scope: Scope, events: Collection[Event]) -> list[ColumnElement[bool]]:
    kinds = [audit.c.event.in_(events)] if events else []
    mine = or_(audit.c.issuer_id.in_(scope.issuers), audit.c.customer_id.in_(scope.customers))
    return [*kinds, *([] if scope.everything else [mine])]


def _about(entry: Entry) -> str:
    """What an entry tells of: its document or person; of a grant, to whom it was given."""
    user = json.loads(entry.detail).get("user") if entry.detail else None
    return f"user:{user}" if user else entry.subject or ""


def _numbers(conn: Connection, subjects: Iterable[str]) -> dict[str, str]:
    ids = {int(one.removeprefix(_DOCUMENT)): one for one in subjects if one.startswith(_DOCUMENT)}
    rows = conn.execute(select(documents.c.id, documents.c.number).where(documents.c.id.in_(ids)))
    return {ids[row[0]]: row[1] for row in rows}
