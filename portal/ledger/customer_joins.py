"""Two customers become one, and history stays append-only.

Everything that was posted to the one that goes is mirrored there on its own dates, as a withdrawal is, and posted anew
to the other: entry by entry and allocation by allocation, with the same dates, sums and causes. So no sum changes on
any date, and what was known before the join still reads as it did. Whatever points at a customer, an item, an entry or
an allocation, in any table, is pointed at the new one; only the audit stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, UniqueConstraint, and_, insert, select, update

from portal.domain.book import Cause
from portal.ledger.bulk import insert_rows, set_columns
from portal.ledger.contact_tables import contacts
from portal.ledger.every_table import metadata
from portal.ledger.ids import new_id
from portal.ledger.join_tables import customer_joins
from portal.ledger.people_tables import audit, grants
from portal.ledger.tables import allocations, customers, documents, entries, items
from portal.ledger.unit import Unit

_CHUNK = 5_000
_KEPT = frozenset({entries, allocations, items, customers, audit, customer_joins})  # not pointed anew
Map = Mapping[int, int]


def join(unit: Unit, issuer_id: int, from_id: int, into_id: int) -> None:
    """Make `from_id` a spelling of `into_id`. Whoever calls holds the locks of both."""
    conn = unit.conn
    moved = _Moved(conn, from_id)
    new_items = _copy_items(conn, moved.items, into_id)
    new_entries = {row.id: new_id() for row in moved.entries}
    new_allocations = {row.id: new_id() for row in moved.allocations}
    _join_grants(unit, from_id, into_id)
    _join_contacts(unit, from_id, into_id)
    touched = list(conn.execute(select(documents.c.id).where(documents.c.customer_id == from_id)).scalars())
    for target, mapping in ((items, new_items), (entries, new_entries), (allocations, new_allocations)):
        _point(conn, target, mapping)
    _point(conn, customers, {from_id: into_id})
    seq = unit.seq()  # late: its row stays locked until the commit
    stamp = {"recorded_at": unit.now, "person": unit.person, "seq": seq}
    _mirror(conn, moved, stamp)
    _repost(conn, moved, into_id, (new_items, new_entries, new_allocations), stamp)
    conn.execute(update(customer_joins).where(customer_joins.c.into_id == from_id).values(into_id=into_id))
    told = {"id": new_id(), "issuer_id": issuer_id, "from_id": from_id, "into_id": into_id, "person": unit.person}
    conn.execute(insert(customer_joins).values(joined_at=unit.now, seq=seq, **told))
    unit.touch(touched)


class _Moved:
    """All that was posted to a customer, in the order in which it was."""

    def __init__(self, conn: Connection, customer_id: int) -> None:
        self.items = conn.execute(select(items).where(items.c.customer_id == customer_id).order_by(items.c.id)).all()
        mine = select(items.c.id).where(items.c.customer_id == customer_id)
        self.entries = conn.execute(select(entries).where(entries.c.item_id.in_(mine)).order_by(entries.c.id)).all()
        given = select(allocations).where(allocations.c.credit_id.in_(mine))
        self.allocations = conn.execute(given.order_by(allocations.c.id)).all()


def _copy_items(conn: Connection, rows: Iterable[Row[Any]], into_id: int) -> dict[int, int]:
    made = {row.id: new_id() for row in rows}
    copies = [dict(row._mapping) | {"id": made[row.id], "customer_id": into_id} for row in rows]
    insert_rows(conn, items, copies)
    return made


def _mirror(conn: Connection, moved: _Moved, stamp: Mapping[str, Any]) -> None:
    """As a withdrawal: each row on its own date. What was prepaid stays that, and comes before what hides it."""
    back = [
        _copy(row, amount=-row.amount, cause=row.cause if row.cause == Cause.PREPAID else Cause.WITHDRAWN, note=None)
        for row in sorted(moved.entries, key=lambda row: (row.cause != Cause.PREPAID, row.id))
    ]
    insert_rows(conn, entries, [{**row, "id": new_id()} for row in back], stamp)
    undone = [
        _copy(row, amount=-row.amount, cause=Cause.WITHDRAWN, undoes=row.undoes or row.id) for row in moved.allocations
    ]
    insert_rows(conn, allocations, [{**row, "id": new_id()} for row in undone], stamp)


def _repost(
    conn: Connection, moved: _Moved, into_id: int, maps: tuple[Map, Map, Map], stamp: Mapping[str, Any]
) -> None:
    new_items, new_entries, new_allocations = maps
    posted = [
        _copy(row, id=new_entries[row.id], item_id=new_items[row.item_id], customer_id=into_id) for row in moved.entries
    ]
    insert_rows(conn, entries, posted, stamp)
    linked = [
        _copy(
            row,
            id=new_allocations[row.id],
            credit_id=new_items[row.credit_id],
            debit_id=new_items[row.debit_id],
            customer_id=into_id,
            undoes=new_allocations[row.undoes] if row.undoes else None,
        )
        for row in moved.allocations
    ]
    insert_rows(conn, allocations, linked, stamp)


def _copy(row: Row[Any], **other: Any) -> dict[str, Any]:
    own = {name: value for name, value in row._mapping.items() if name not in ("recorded_at", "person", "seq")}
    return own | other


def _point(conn: Connection, target: Table, mapping: Map) -> None:
    """Every row of every other table that points at one of these, at the one it became."""
    for table in metadata.sorted_tables:
        for column in table.columns if table not in _KEPT else ():
            if any(key.column.table is target for key in column.foreign_keys):
                _point_column(conn, table, column, mapping)


def _point_column(conn: Connection, table: Table, column: Column[Any], mapping: Map) -> None:
    olds = sorted(mapping)
    for start in range(0, len(olds), _CHUNK):
        some = olds[start : start + _CHUNK]
        rows = conn.execute(select(table.c.id, column).where(column.in_(some), *_alone(table, column, mapping))).all()
        set_columns(conn, table, [column.name], [(mapping[row[1]], row[0]) for row in rows])


def _alone(table: Table, column: Column[Any], mapping: Map) -> list[ColumnElement[bool]]:
    """Not those of which the other customer has one already (a reminder of the same day): they stay what they were."""
    found = []
    for rule in table.constraints:
        if isinstance(rule, UniqueConstraint) and column.name in rule.columns and len(rule.columns) > 1:
            twin = table.alias()
            same = [twin.c[one.name] == table.c[one.name] for one in rule.columns if one.name != column.name]
            there = twin.c[column.name].in_(list(mapping.values()))
            found.append(~select(twin.c.id).where(there, *same).correlate(table).exists())
    return found


def _join_grants(unit: Unit, from_id: int, into_id: int) -> None:
    """Who holds a role at both keeps one grant: what no link ends before what one does, with the rights of both."""
    mine, there = grants.alias(), grants
    both = and_(there.c.user_id == mine.c.user_id, there.c.role == mine.c.role, there.c.customer_id == into_id)
    pairs = unit.conn.execute(
        select(mine, there.c.id.label("other"), there.c.rights.label("others"), there.c.link_id.label("others_link"),
               there.c.confirmed_at.label("others_word"))
        .join(there, both)
        .where(mine.c.customer_id == from_id, mine.c.ended_at.is_(None), there.c.ended_at.is_(None))
    ).all()  # fmt: skip
    for pair in pairs:
        mine_lasts = pair.link_id is None or pair.confirmed_at is not None
        others_last = pair.others_link is None or pair.others_word is not None
        kept, gone = (pair.other, pair.id) if others_last or not mine_lasts else (pair.id, pair.other)
        rights = pair.others if kept == pair.other else pair.rights
        if mine_lasts == others_last:
            rights = " ".join(sorted({*pair.rights.split(), *pair.others.split()}))
        end = update(grants).where(grants.c.id == gone)
        unit.conn.execute(end.values(ended_at=unit.now, ended_by=unit.person))
        unit.conn.execute(update(grants).where(grants.c.id == kept).values(rights=rights))


def _join_contacts(unit: Unit, from_id: int, into_id: int) -> None:
    """An address stands once at a customer."""
    there = contacts.alias()
    same = and_(there.c.channel == contacts.c.channel, there.c.address == contacts.c.address)
    twice = select(there.c.id).where(there.c.customer_id == into_id, there.c.removed_at.is_(None), same).exists()
    mine = and_(contacts.c.customer_id == from_id, contacts.c.removed_at.is_(None), twice)
    unit.conn.execute(update(contacts).where(mine).values(removed_at=unit.now))
