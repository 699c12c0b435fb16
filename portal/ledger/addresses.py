"""Addresses at an issuer that nothing reaches, and those that want no mails of a kind; each by its `address_key`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update

from portal.domain.contacts import Gets
from portal.ledger.address_tables import bounces, mail_stops
from portal.ledger.ids import new_id
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Bounce:
    """Why and since when nothing reaches an address. `status`: RFC 3463; `said`: a line of the mail server's."""

    at: datetime
    status: str
    said: str


def bounced(conn: Connection, issuer_id: int, keys: Collection[str]) -> dict[str, Bounce]:
    """Those of these addresses that nothing of this issuer reaches."""
    c = bounces.c
    wanted = select(c.email, c.bounced_at, c.status, c.said).where(c.issuer_id == issuer_id, c.email.in_(keys))
    return {row[0]: Bounce(*row[1:]) for row in conn.execute(wanted)}


def is_bounced(issuer_id: ColumnElement[Any], key: ColumnElement[Any]) -> ColumnElement[bool]:
    """`bounced` within a query."""
    return exists().where(bounces.c.issuer_id == issuer_id, bounces.c.email == key)


def is_stopped(issuer_id: ColumnElement[Any], key: ColumnElement[Any], what: Gets) -> ColumnElement[bool]:
    """Within a query, whether an address wants no mails of a kind."""
    c = mail_stops.c
    return exists().where(c.issuer_id == issuer_id, c.email == key, c.what == what)


def add_bounce(unit: Unit, issuer_id: int, key: str, status: str, said: str, mail_id: int) -> bool:
    """Nothing reaches this address; False when that was known. The caller holds the address."""
    if bounced(unit.conn, issuer_id, [key]):
        return False
    told = {"status": status, "said": said, "mail_id": mail_id, "bounced_at": unit.now}
    unit.conn.execute(insert(bounces).values(id=new_id(), issuer_id=issuer_id, email=key, **told))
    return True


def forget_bounce(unit: Unit, issuer_id: int, key: str) -> bool:
    """False when there was none."""
    mine = bounces.c.issuer_id == issuer_id, bounces.c.email == key
    return unit.conn.execute(delete(bounces).where(*mine)).rowcount == 1


def marked_between(conn: Connection, start: datetime, end: datetime) -> dict[int, int]:
    """By issuer, how many addresses were marked from `start` on and before `end`."""
    c = bounces.c
    wanted = select(c.issuer_id, func.count()).where(_between(start, end)).group_by(c.issuer_id)
    return {row[0]: int(row[1]) for row in conn.execute(wanted)}


def forget_marked(unit: Unit, start: datetime, end: datetime) -> None:
    """Forget those of `marked_between`."""
    unit.conn.execute(delete(bounces).where(_between(start, end)))


def _between(start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(bounces.c.bounced_at >= start, bounces.c.bounced_at < end)


def stops(conn: Connection, issuer_id: int, keys: Collection[str]) -> dict[str, dict[Gets, datetime]]:
    """By address, what of an issuer it does not want, and since when."""
    c = mail_stops.c
    wanted = select(c.email, c.what, c.stopped_at).where(c.issuer_id == issuer_id, c.email.in_(keys))
    found: dict[str, dict[Gets, datetime]] = {}
    for email, what, at in conn.execute(wanted):
        found.setdefault(email, {})[Gets(what)] = at
    return found


def stopped_by_reader(conn: Connection, issuer_id: int, key: str) -> frozenset[Gets]:
    """What its reader, and not who came by a link, does not want."""
    c = mail_stops.c
    mine = c.issuer_id == issuer_id, c.email == key, ~c.by_link
    return frozenset(map(Gets, conn.execute(select(c.what).where(*mine)).scalars()))


def stop(unit: Unit, issuer_id: int, key: str, what: Gets, by_link: bool = False) -> bool:
    """No mails of a kind to an address; False when it was so before. The caller holds the address."""
    if what in stops(unit.conn, issuer_id, [key]).get(key, {}):
        if not by_link:  # from now on it is the reader's own word
            c = mail_stops.c
            mine = c.issuer_id == issuer_id, c.email == key, c.what == what
            unit.conn.execute(update(mail_stops).where(*mine).values(by_link=False))
        return False
    told = {"issuer_id": issuer_id, "email": key, "what": what, "stopped_at": unit.now, "by_link": by_link}
    unit.conn.execute(insert(mail_stops).values(id=new_id(), **told))
    return True


def start(unit: Unit, issuer_id: int, key: str, what: Gets) -> bool:
    """Mails of this kind again; False when they were not stopped."""
    mine = mail_stops.c.issuer_id == issuer_id, mail_stops.c.email == key, mail_stops.c.what == what
    return unit.conn.execute(delete(mail_stops).where(*mine)).rowcount == 1
