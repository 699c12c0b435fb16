"""People for tests: accounts, what they hold, what was mailed to them and what the audit says."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.app.sessions import person_actor
from portal.domain.access import LINK_RIGHTS, Actor, Right, operator
from portal.domain.parties import Party
from portal.domain.roles import Role
from portal.ledger import audit
from portal.ledger.audit import Entry, Event, Where
from portal.ledger.grants import add_grant, grants_of
from portal.ledger.parties import add_customers, add_issuer, customers_by_tax_id
from portal.ledger.people_tables import mails
from portal.ledger.tables import customers, issuers
from portal.ledger.users import add_user, user_by_id
from portal.sealing import unseal

BOSS = operator("test")
CONSUMER = "222222222222"
HERE = Where("203.0.113.9", "Firefox")


def add_party(portal: Portal, issuer_tax_id: str, *customer_tax_ids: str) -> list[int]:
    """A new issuer with these customers; returns their ids."""
    with portal.ledger.write("test") as unit:
        issuer_id = add_issuer(unit, Party("CO", "31", issuer_tax_id, f"Emisor {issuer_tax_id}"))
        rows = [
            {
                "issuer_id": issuer_id,
                "customer_country": "CO",
                "customer_id_type": "31",
                "customer_tax_id": tax_id,
                "customer_name": f"Cliente {tax_id}",
                "customer_email": None,
                "anonymous": tax_id == CONSUMER,
            }
            for tax_id in customer_tax_ids
        ]
        add_customers(unit, rows)
        ids = [customers_by_tax_id(unit.conn, issuer_id, tax_id)[0].id for tax_id in customer_tax_ids]
        unit.commit()
    return ids


def person(portal: Portal, email: str, name: str = "") -> int:
    """A new account; returns its id."""
    with portal.ledger.write("test") as unit:
        user_id = add_user(unit, email, name)
        unit.commit()
    return user_id


def acting(portal: Portal, user_id: int) -> Actor:
    """The person with what it holds now."""
    with portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
        assert user is not None
        return person_actor(conn, user, portal.clock.now())


def give(
    portal: Portal,
    user_id: int,
    issuer_id: int,
    customer_id: int | None = None,
    role: Role = Role.CUSTOMER,
    rights: Collection[Right] = LINK_RIGHTS,
    by: str = "operator:test",
) -> int:
    """A grant; returns its id."""
    with portal.ledger.write(by) as unit:
        grant_id = add_grant(unit, user_id, issuer_id, customer_id, role, rights, "invitation")
        unit.commit()
    return grant_id


def staff(portal: Portal, issuer_id: int, role: Role = Role.COLLECTOR) -> Actor:
    """A new person of an issuer's staff."""
    user_id = person(portal, f"{role}@emisor{issuer_id}.example", f"{role} del emisor".capitalize())
    give(portal, user_id, issuer_id, role=role)
    return acting(portal, user_id)


def held(portal: Portal, user_id: int) -> list[tuple[int | None, frozenset[Right], str]]:
    """(customer, rights, source) of all that a person holds now."""
    with portal.ledger.read() as conn:
        found = grants_of(conn, user_id, portal.clock.now())
    return [(one.customer_id, one.grant.rights, one.source) for one in found]


def issuer_of(portal: Portal, customer_id: int) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(select(customers.c.issuer_id).where(customers.c.id == customer_id)).scalar_one())


def set_issuer(portal: Portal, issuer_id: int, **values: Any) -> None:
    with portal.ledger.write("test") as unit:
        unit.conn.execute(update(issuers).where(issuers.c.id == issuer_id).values(**values))
        unit.commit()


def set_email(portal: Portal, customer_id: int, email: str | None) -> None:
    with portal.ledger.write("test") as unit:
        unit.conn.execute(update(customers).where(customers.c.id == customer_id).values(email=email))
        unit.commit()


def mailed(portal: Portal) -> list[tuple[Template, str, dict[str, str]]]:
    """(template, recipient, values) of every mail, in the order in which they were posted."""
    with portal.ledger.read() as conn:
        rows = conn.execute(select(mails.c.template, mails.c.recipient, mails.c.sealed).order_by(mails.c.id)).all()
    return [(Template(row[0]), row[1], json.loads(unseal(row[2], portal.keys, "mail") or "")["values"]) for row in rows]


def noted(portal: Portal, *events: Event) -> list[Entry]:
    """What the audit says, the oldest first; of these events, if any are named."""
    with portal.ledger.read() as conn:
        told = audit.entries(conn, BOSS.scope(), 1_000)
    return [one for one in reversed(told) if not events or one.event in events]
