"""Grants as those who look after people need them: who owns an issuer, whose word a grant is, other rights."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, Connection, select, update

from portal.domain.access import Right
from portal.domain.roles import Role
from portal.ledger.holds import hold
from portal.ledger.people_tables import grants, users
from portal.ledger.unit import Unit

_USER = "user:"


def names_of(conn: Connection, persons: Iterable[str]) -> dict[str, str]:
    """The names of those who are users, by what entries and the audit call them ("user:7")."""
    ids = {int(one.removeprefix(_USER)): one for one in persons if one.startswith(_USER)}
    rows = conn.execute(select(users.c.id, users.c.name).where(users.c.id.in_(ids)))
    return {ids[row[0]]: row[1] for row in rows}


def addresses_of(conn: Connection, issuer_id: int, roles: Collection[Role]) -> list[str]:
    """The e-mail addresses of an issuer's people in these roles who can sign in."""
    found = select(users.c.email).join(grants, grants.c.user_id == users.c.id).where(*_in_roles(issuer_id, roles))
    return list(conn.execute(found.order_by(grants.c.id)).scalars())


def owners_held(unit: Unit, issuer_id: int) -> set[int]:
    """The grants of the owners of an issuer who can sign in; nobody else counts them until this transaction ends."""
    hold(unit, f"owners {issuer_id}")
    found = select(grants.c.id).join(users, users.c.id == grants.c.user_id)
    return set(unit.conn.execute(found.where(*_in_roles(issuer_id, [Role.OWNER]))).scalars())


def set_rights(unit: Unit, grant_id: int, rights: Collection[Right]) -> None:
    """Other rights under the same grant: why it was given stays."""
    unit.conn.execute(update(grants).where(grants.c.id == grant_id).values(rights=" ".join(sorted(rights))))


def set_role(unit: Unit, grant_id: int, role: Role) -> None:
    """Another role under the same grant: why it was given stays."""
    unit.conn.execute(update(grants).where(grants.c.id == grant_id).values(role=role))


def end_joined(unit: Unit, link_id: int) -> list[int]:
    """End what was joined by a link and never confirmed; the grants that this ended."""
    joined = (grants.c.link_id == link_id, grants.c.confirmed_at.is_(None), grants.c.ended_at.is_(None))
    ended = update(grants).where(*joined).values(ended_at=unit.now, ended_by=unit.person)
    return list(unit.conn.execute(ended.returning(grants.c.id)).scalars())


def _in_roles(issuer_id: int, roles: Collection[Role]) -> tuple[ColumnElement[bool], ...]:
    held = grants.c.issuer_id == issuer_id, grants.c.role.in_(roles), grants.c.ended_at.is_(None)
    return (*held, users.c.disabled_at.is_(None), users.c.deleted_at.is_(None))
