"""Issuers and customers: find them, make them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from portal.clock import BOGOTA
from portal.domain.access import Scope
from portal.domain.folding import fold_text
from portal.domain.parties import Party, normalise_id
from portal.ledger.customer_search import customer_holds
from portal.ledger.ids import new_id
from portal.ledger.join_tables import customer_joins
from portal.ledger.people_tables import users
from portal.ledger.tables import customers, issuers
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issued and is owed."""

    id: int
    country: str
    id_type: str
    tax_id: str
    name: str
    slug: str
    email: str | None
    language: str
    timezone: str
    cash_policy: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who owes, at one issuer."""

    id: int
    issuer_id: int
    country: str
    id_type: str
    tax_id: str
    name: str
    email: str | None
    anonymous: bool


_ACCOUNTS = (
    select(issuers.c.id, customers.c.id, issuers.c.name, customers.c.name, customers.c.tax_id)
    .join(issuers, issuers.c.id == customers.c.issuer_id)
    .order_by(customers.c.folded_name, issuers.c.name, customers.c.id)
)
HOME, ABROAD = "CO", "XX"  # Colombia writes ids in its own way; all other countries as they are

_gone = select(customer_joins.c.id).where(customer_joins.c.from_id == customers.c.id).correlate(customers).exists()
_ISSUER = tuple(issuers.c[name] for name in Issuer.__dataclass_fields__)
_CUSTOMER = tuple(customers.c[name] for name in Customer.__dataclass_fields__)


def all_issuers(conn: Connection) -> list[Issuer]:
    return [Issuer(*row) for row in conn.execute(select(*_ISSUER).order_by(issuers.c.name))]


def issuer_by_tax_id(conn: Connection, tax_id: str, country: str = "CO") -> Issuer | None:
    row = conn.execute(select(*_ISSUER).where(issuers.c.tax_id == tax_id, issuers.c.country == country)).one_or_none()
    return Issuer(*row) if row else None


def issuers_named(conn: Connection, stated: str) -> list[Issuer]:
    """The issuers that a person may mean by a tax id: "900508908-9", or with its country, "PE:20100070970"."""
    country, _, number = stated.rpartition(":")
    abroad = and_(issuers.c.country != HOME, issuers.c.tax_id == normalise_id(number, ABROAD))
    meant = or_(abroad, and_(issuers.c.country == HOME, issuers.c.tax_id == normalise_id(number)))
    chosen = and_(meant, issuers.c.country == country.strip().upper()) if country else meant
    return [Issuer(*row) for row in conn.execute(select(*_ISSUER).where(chosen))]


def issuer_by_id(conn: Connection, issuer_id: int) -> Issuer:
    return Issuer(*conn.execute(select(*_ISSUER).where(issuers.c.id == issuer_id)).one())


def customer_by_id(conn: Connection, customer_id: int) -> Customer:
    return Customer(*conn.execute(select(*_CUSTOMER).where(customers.c.id == customer_id)).one())


def customer_names(conn: Connection, customer_ids: Collection[int]) -> dict[int, str]:
    """Names by id; what is no customer is left out."""
    wanted = select(customers.c.id, customers.c.name).where(customers.c.id.in_(customer_ids))
    return {row[0]: row[1] for row in conn.execute(wanted)}


def names_of_accounts(conn: Connection, customer_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """As `customer_names`, each with the name of its issuer."""
    both = customers.join(issuers, issuers.c.id == customers.c.issuer_id)
    wanted = select(customers.c.id, customers.c.name, issuers.c.name).select_from(both)
    return {row[0]: (row[1], row[2]) for row in conn.execute(wanted.where(customers.c.id.in_(customer_ids)))}


def issuer_names(conn: Connection, issuer_ids: Collection[int]) -> dict[int, str]:
    """As `customer_names`."""
    wanted = select(issuers.c.id, issuers.c.name).where(issuers.c.id.in_(issuer_ids))
    return {row[0]: row[1] for row in conn.execute(wanted)}


def customers_by_tax_id(conn: Connection, issuer_id: int, tax_id: str) -> list[Customer]:
    """The customers of an issuer under one number, whatever their kind of id."""
    spelled = select(func.coalesce(customer_joins.c.into_id, customers.c.id)).select_from(
        customers.outerjoin(customer_joins, customer_joins.c.from_id == customers.c.id)
    )
    mine = spelled.where(customers.c.issuer_id == issuer_id, customers.c.tax_id == tax_id)
    return [Customer(*row) for row in conn.execute(select(*_CUSTOMER).where(customers.c.id.in_(mine)))]


def zones(conn: Connection) -> dict[int, str]:
    """The time zones of the issuers that are not in the usual one, by issuer."""
    chosen = issuers.c.timezone != BOGOTA
    return {row[0]: row[1] for row in conn.execute(select(issuers.c.id, issuers.c.timezone).where(chosen))}


@dataclass(frozen=True, slots=True)
class Account:
    """What one may look at: a customer at an issuer, or (customer_id None) all of an issuer's."""

    issuer_id: int
    customer_id: int | None
    issuer_name: str
    customer_name: str | None
    customer_tax_id: str | None = None

    @property
    def title(self) -> str:
        return f"{self.customer_name} · {self.issuer_name}" if self.customer_name else self.issuer_name


def accounts_in(conn: Connection, scope: Scope, limit: int) -> tuple[Account, ...]:
    """The issuers and customers that a scope names, by name, at most so many of each."""
    whole = select(issuers.c.id, issuers.c.name).where(issuers.c.id.in_(scope.issuers)).order_by(issuers.c.name)
    made = [Account(row[0], None, row[1], None) for row in conn.execute(whole.limit(limit))]
    single = _ACCOUNTS.where(customers.c.id.in_(scope.customers), ~customers.c.issuer_id.in_(scope.issuers))
    return (*made, *(Account(*row) for row in conn.execute(single.limit(limit))))


def customers_in(conn: Connection, scope: Scope, text: str, limit: int) -> list[Account]:
    """Customers within a scope whose name or tax id holds every word of `text`, by name."""
    wanted = _ACCOUNTS.where(*customer_holds(text), ~_gone).limit(limit)
    if not scope.everything:
        wanted = wanted.where(or_(customers.c.issuer_id.in_(scope.issuers), customers.c.id.in_(scope.customers)))
    return [Account(*row) for row in conn.execute(wanted)]


def account_of(conn: Connection, customer_id: int) -> Account | None:
    """A customer with the names of both sides; None if there is none."""
    row = conn.execute(_ACCOUNTS.where(customers.c.id == customer_id)).one_or_none()
    return Account(*row) if row else None


def person_named(conn: Connection, user_id: int) -> str | None:
    """A user's name."""
    return conn.execute(select(users.c.name).where(users.c.id == user_id)).scalar_one_or_none()


def paid_on_issue(conn: Connection) -> frozenset[int]:
    """The issuers whose contado invoices count as paid on issue."""
    return frozenset(row[0] for row in conn.execute(select(issuers.c.id).where(issuers.c.cash_policy == "paid")))


def add_issuer(unit: Unit, party: Party, email: str | None = None, timezone: str = BOGOTA) -> int:
    """Make an issuer, with an address of its own (slug) made from its name; returns its id."""
    issuer_id = new_id()
    unit.conn.execute(
        insert(issuers).values(
            id=issuer_id,
            country=party.country,
            id_type=party.id_type,
            tax_id=party.tax_id,
            name=party.name,
            slug=_free_slug(unit.conn, party.trade_name or party.name),
            email=email,
            timezone=timezone,
            created_at=unit.now,
        )
    )
    return issuer_id


def set_cash_policy(unit: Unit, issuer_id: int, policy: str) -> None:
    """Whether contado invoices of an issuer are "due" or "paid" on issue; documents already here keep theirs."""
    unit.conn.execute(update(issuers).where(issuers.c.id == issuer_id).values(cash_policy=policy))


def add_customers(unit: Unit, rows: Iterable[Mapping[str, Any]]) -> None:
    """Make customers from staged rows (see `staging.unknown_customers`)."""
    made = [
        {
            "id": new_id(),
            "issuer_id": row["issuer_id"],
            "country": row["customer_country"],
            "id_type": row["customer_id_type"],
            "tax_id": row["customer_tax_id"],
            "name": row["customer_name"],
            "folded_name": fold_text(row["customer_name"]),
            "email": row["customer_email"],
            "anonymous": row["anonymous"],
            "created_at": unit.now,
        }
        for row in rows
    ]
    if made:
        unit.conn.execute(insert(customers), made)


def _free_slug(conn: Connection, name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", fold_text(name)).strip("-")[:60] or "emisor"
    taken: Collection[str] = {
        row[0] for row in conn.execute(select(issuers.c.slug).where(issuers.c.slug.startswith(base, autoescape=True)))
    }
    return next(slug for slug in _numbered(base) if slug not in taken)


def _numbered(base: str) -> Iterable[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
