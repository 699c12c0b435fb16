"""Personal links: one row per link. Its token is never stored; a newer version or a revocation closes the old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, false, func, insert, or_, select, update

from portal.domain.access import Scope
from portal.ledger.customer_search import customer_holds
from portal.ledger.ids import new_id
from portal.ledger.spellings import present_customer
from portal.ledger.tables import customers, issuers, links
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Link:
    """A link of one customer at one issuer, with their names; `uses` counts visits by POST only."""

    id: int
    issuer_id: int
    customer_id: int
    version: int
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str | None
    uses: int
    issuer_name: str
    issuer_tax_id: str
    customer_name: str
    customer_tax_id: str

    def opens(self, version: int, now: datetime) -> bool:
        """Whether this version of the link is good at `now`: the newest one, not revoked, not expired."""
        return self.version == version and self.revoked_at is None and now < self.expires_at


_OWN = tuple(Link.__dataclass_fields__)[:-4]
COLUMNS = (
    *(links.c[name] for name in _OWN),
    issuers.c.name,
    issuers.c.tax_id,
    customers.c.name,
    customers.c.tax_id,
)
WITH_PARTIES = links.join(issuers, issuers.c.id == links.c.issuer_id).join(
    customers, customers.c.id == links.c.customer_id
)


def owner_of(conn: Connection, customer_id: int) -> tuple[int, bool] | None:
    """(issuer id, whether the customer is anonymous) of a customer; None if there is none."""
    wanted = select(customers.c.issuer_id, customers.c.anonymous).where(customers.c.id == customer_id)
    row = conn.execute(wanted).one_or_none()
    return (row[0], row[1]) if row else None


def add_link(unit: Unit, issuer_id: int, customer_id: int, expires_at: datetime) -> int:
    """A new link at version 1; returns its id."""
    customer_id, link_id = present_customer(unit.conn, customer_id), new_id()
    unit.conn.execute(
        insert(links).values(
            id=link_id,
            issuer_id=issuer_id,
            customer_id=customer_id,
            version=1,
            created_by=unit.person,
            created_at=unit.now,
            expires_at=expires_at,
        )
    )
    return link_id


def count_of_strangers(conn: Connection, at: datetime) -> int:
    """How many links open the account of «consumidor final» at that time: there should be none."""
    open_ = customers.c.anonymous, links.c.revoked_at.is_(None), links.c.expires_at > at
    return int(conn.execute(select(func.count()).select_from(WITH_PARTIES).where(*open_)).scalar_one())


def find_link(conn: Connection, link_id: int) -> Link | None:
    row = conn.execute(_links().where(links.c.id == link_id)).one_or_none()
    return Link(*row) if row else None


def links_in(conn: Connection, scope: Scope, search: str = "", limit: int | None = None, offset: int = 0) -> list[Link]:
    """The links within a scope, the newest first; `search` as in `count_links`."""
    wanted = _links().where(*_within(scope, search)).order_by(links.c.id.desc()).limit(limit).offset(offset)
    return [Link(*row) for row in conn.execute(wanted)]


def links_of_customer(conn: Connection, customer_id: int, limit: int) -> list[Link]:
    """A customer's links, the newest first."""
    wanted = _links().where(links.c.customer_id == customer_id).order_by(links.c.id.desc()).limit(limit)
    return [Link(*row) for row in conn.execute(wanted)]


def count_links(conn: Connection, scope: Scope, search: str = "") -> int:
    """How many links a scope has whose customer's name or tax id holds every word of `search`, accents or none."""
    counted = select(func.count()).select_from(WITH_PARTIES).where(*_within(scope, search))
    return int(conn.execute(counted).scalar_one())


def newest_open(conn: Connection, customer_id: int, at: datetime) -> tuple[int, int, datetime] | None:
    """(id, version, until when) of the customer's newest link that still opens at that time."""
    open_ = (links.c.customer_id == customer_id, links.c.revoked_at.is_(None), links.c.expires_at > at)
    wanted = select(links.c.id, links.c.version, links.c.expires_at).where(*open_).order_by(links.c.id.desc()).limit(1)
    row = conn.execute(wanted).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def renew(unit: Unit, link_id: int, expires_at: datetime) -> None:
    """The next version of a link, which is open again until `expires_at`; the version before it is closed."""
    unit.conn.execute(
        update(links)
        .where(links.c.id == link_id)
        .values(version=links.c.version + 1, expires_at=expires_at, revoked_at=None)
    )


def revoke(unit: Unit, link_id: int) -> None:
    """Close a link; the first revocation keeps its time."""
    unit.conn.execute(
        update(links).where(links.c.id == link_id, links.c.revoked_at.is_(None)).values(revoked_at=unit.now)
    )


def count_visit(unit: Unit, link_id: int, address: str) -> None:
    unit.conn.execute(
        update(links)
        .where(links.c.id == link_id)
        .values(uses=links.c.uses + 1, last_used_at=unit.now, last_used_from=address)
    )


def _links() -> Select[Any]:
    return select(*COLUMNS).select_from(WITH_PARTIES)


def _within(scope: Scope, search: str) -> list[ColumnElement[bool]]:
    holding = customer_holds(search)
    return holding if scope.everything else [_mine(scope), *holding]


def _mine(scope: Scope) -> ColumnElement[bool]:
    """An empty part is left out: with it SQLite would sort all links instead of walking the index."""
    parts = [
        column.in_(ids)
        for column, ids in ((links.c.issuer_id, scope.issuers), (links.c.customer_id, scope.customers))
        if ids
    ]
    return or_(false(), *parts)
