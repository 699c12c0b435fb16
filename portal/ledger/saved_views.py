"""Views that people keep of the documents' analysis: by name, their maker's own or shared at an issuer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.people_tables import users
from portal.ledger.saved_view_tables import saved_views
from portal.ledger.unit import Unit

_c = saved_views.c


@dataclass(frozen=True, slots=True)
class SavedRow:
    """`asked`: JSON of the use case's. `issuer_id`: at which it is shared. `made_by`: its maker's name."""

    id: int
    user_id: int
    name: str
    asked: str
    issuer_id: int | None
    made_by: str


def view_named(unit: Unit, user_id: int, name: str) -> tuple[int, int | None] | None:
    """(id, issuer at which it is shared) of a person's own of this name; nobody else puts any of theirs meanwhile."""
    hold(unit, f"views of {user_id}")
    row = unit.conn.execute(select(_c.id, _c.issuer_id).where(_c.user_id == user_id, _c.name == name)).one_or_none()
    return (row[0], row[1]) if row else None


def put_view(unit: Unit, user_id: int, name: str, asked: str, issuer_id: int | None, known: int | None) -> int:
    """Keep it under this name, in place of the `known` one (id) that its maker had under it; returns its id."""
    told = {"asked": asked, "issuer_id": issuer_id, "changed_at": unit.now}
    if known is not None:
        unit.conn.execute(update(saved_views).where(_c.id == known).values(**told))
        return known
    view_id = new_id()
    made = {"id": view_id, "user_id": user_id, "name": name, "made_at": unit.now}
    unit.conn.execute(insert(saved_views).values(**made, **told))
    return view_id


def views_for(conn: Connection, user_id: int, issuers: Collection[int] | None) -> list[SavedRow]:
    """A person's own and those shared at `issuers` (None: at any), by name."""
    wanted = or_(_c.user_id == user_id, _shared(issuers))
    found = select(_c.id, _c.user_id, _c.name, _c.asked, _c.issuer_id, users.c.name).join(users).where(wanted)
    return [SavedRow(*row) for row in conn.execute(found.order_by(func.lower(_c.name), _c.id))]


def count_views(conn: Connection, user_id: int) -> int:
    return int(conn.execute(select(func.count()).where(_c.user_id == user_id)).scalar_one())


def unshare_view(unit: Unit, view_id: int, user_id: int) -> bool:
    """False when it is not this person's."""
    mine = update(saved_views).where(_c.id == view_id, _c.user_id == user_id)
    return unit.conn.execute(mine.values(issuer_id=None, changed_at=unit.now)).rowcount == 1


def remove_view(unit: Unit, view_id: int, user_id: int) -> bool:
    """False when it is not this person's."""
    return unit.conn.execute(delete(saved_views).where(_c.id == view_id, _c.user_id == user_id)).rowcount == 1


def forget_views(unit: Unit, user_id: int) -> None:
    """All that a person kept, those that are shared too."""
    unit.conn.execute(delete(saved_views).where(_c.user_id == user_id))


def _shared(issuers: Collection[int] | None) -> ColumnElement[bool]:
    return _c.issuer_id.in_(issuers) if issuers is not None else _c.issuer_id.is_not(None)
