"""Grants that came by a personal link and wait for the issuer's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from portal.domain.access import Scope
from portal.ledger.grants import standing
from portal.ledger.people_tables import grants, users
from portal.ledger.tables import customers, issuers, links


@dataclass(frozen=True, slots=True)
class Joined:
    """Who joined which customer's link to their account, since when, and until when without a confirmation."""

    grant_id: int
    user_name: str
    email: str
    issuer_name: str
    customer_name: str
    since: datetime
    until: datetime


_COLUMNS = (grants.c.id, users.c.name, users.c.email, issuers.c.name, customers.c.name, grants.c.made_at)


def joined_in(conn: Connection, scope: Scope, now: datetime, limit: int, offset: int = 0) -> list[Joined]:
    """Those of the issuers of a scope that hold now and are not confirmed, the newest first."""
    parties = (
        grants.join(users, users.c.id == grants.c.user_id)
        .join(issuers, issuers.c.id == grants.c.issuer_id)
        .join(customers, customers.c.id == grants.c.customer_id)
        .join(links, links.c.id == grants.c.link_id)
    )
    wanted = select(*_COLUMNS, links.c.expires_at).select_from(parties)
    wanted = wanted.where(standing(now), grants.c.confirmed_at.is_(None))
    if not scope.everything:
        wanted = wanted.where(grants.c.issuer_id.in_(scope.issuers))
    return [Joined(*row) for row in conn.execute(wanted.order_by(grants.c.id.desc()).limit(limit).offset(offset))]
