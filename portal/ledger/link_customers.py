"""An issuer's customers beside their open link: who has none, who never opened it, who can be written to."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from portal.domain.contacts import Gets
from portal.ledger.addresses import is_bounced
from portal.ledger.contacts import mailbox_for
from portal.ledger.customer_search import customer_holds
from portal.ledger.spellings import is_present
from portal.ledger.tables import customers, links


class Having(StrEnum):
    ANY = "any"
    WITHOUT = "without"  # no link that opens
    UNOPENED = "unopened"  # one that opens and was never used
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Among:
    """Which customers of an issuer; `ids` narrows to these, if given."""

    search: str = ""
    having: Having = Having.ANY
    ids: frozenset[int] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LinkCustomer:
    """A customer and its newest link that opens, if it has one."""

    id: int
    name: str
    tax_id: str
    email: str
    link_id: int | None
    last_used_at: datetime | None
    bounced: bool  # nothing reaches its address


_MAILBOX = mailbox_for(Gets.INVOICES)
_BOUNCED = is_bounced(customers.c.issuer_id, func.lower(func.trim(_MAILBOX)))
_HAVING = {
    Having.WITHOUT: links.c.id.is_(None),
    Having.UNOPENED: and_(links.c.id.is_not(None), links.c.uses == 0),
    Having.OPENED: links.c.uses > 0,
}


def link_customers(
    conn: Connection, issuer_id: int, among: Among, now: datetime, limit: int, offset: int = 0, after: int = 0
) -> list[LinkCustomer]:
    """By name; or with `after` those with a greater id, by id. «Consumidor final» is none: it can have no link."""
    c = customers.c
    order = (c.id,) if after else (c.folded_name, c.id)
    page = select(c.id).select_from(_read(among, now)).where(*_within(conn, issuer_id, among), c.id > after)
    page = page.order_by(*order).limit(limit).offset(offset).correlate(None)  # first whose, then what of these few
    columns = (c.id, c.name, c.tax_id, func.coalesce(_MAILBOX, ""), links.c.id, links.c.last_used_at, _BOUNCED)
    wanted = select(*columns).select_from(_beside(now)).where(c.id.in_(page)).order_by(*order)
    return [LinkCustomer(*row) for row in conn.execute(wanted)]


def count_link_customers(conn: Connection, issuer_id: int, among: Among, now: datetime) -> tuple[int, int]:
    """(how many there are, how many of them have an address that something reaches)."""
    mailable = func.count().filter(func.coalesce(_MAILBOX, "") != "", ~_BOUNCED)
    counted = select(func.count(), mailable).select_from(_read(among, now)).where(*_within(conn, issuer_id, among))
    total, with_address = conn.execute(counted).one()
    return int(total), int(with_address)


def _read(among: Among, now: datetime) -> FromClause:
    """What has to be read to know who is among them."""
    return _beside(now) if among.having in _HAVING else customers


def _beside(now: datetime) -> FromClause:
    others = links.alias()
    of_it = (others.c.customer_id == customers.c.id, others.c.revoked_at.is_(None), others.c.expires_at > now)
    newest = select(func.max(others.c.id)).where(*of_it).correlate(customers).scalar_subquery()
    return customers.outerjoin(links, links.c.id == newest)


def _within(conn: Connection, issuer_id: int, among: Among) -> list[ColumnElement[bool]]:
    found = [customers.c.issuer_id == issuer_id, ~customers.c.anonymous, is_present(), *customer_holds(among.search)]
    if among.having in _HAVING:
        found.append(_HAVING[among.having])
    if among.ids is not None:
        found.append(customers.c.id.in_(_listed(conn, among.ids)))
    return found


def _listed(conn: Connection, ids: Collection[int]) -> Select[tuple[int]]:
    """As one bound text: a database binds some thousand values at most, and a hundred thousand written out take it
    longer to read than to find.
    """
    told = literal(json.dumps(sorted(ids)))
    if conn.dialect.name == "sqlite":
        return select(func.json_each(told).table_valued(column("value", BigInteger)).c.value)
    return select(cast(func.jsonb_array_elements_text(cast(told, JSONB)).column_valued("value"), BigInteger))
