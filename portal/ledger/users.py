"""Users: people who sign in, found by their folded e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.ledger.ids import new_id
from portal.ledger.people_tables import users
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. `totp_sealed` is encrypted; `totp_on_at`: since when a second factor is asked."""

    id: int
    email: str
    name: str
    language: str | None
    operator: bool
    password_hash: str | None
    totp_sealed: str | None
    totp_step: int | None
    totp_on_at: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    deleted_at: datetime | None

    @property
    def may_enter(self) -> bool:
        return self.disabled_at is None and self.deleted_at is None


COLUMNS = tuple(users.c[name] for name in User.__dataclass_fields__)


def fold_email(address: str) -> str:
    """An address as it is looked up: no blanks around it, all lower case."""
    return address.strip().lower()


def user_by_email(conn: Connection, address: str) -> User | None:
    row = conn.execute(select(*COLUMNS).where(users.c.email == fold_email(address))).one_or_none()
    return User(*row) if row else None


def user_by_id(conn: Connection, user_id: int) -> User | None:
    row = conn.execute(select(*COLUMNS).where(users.c.id == user_id)).one_or_none()
    return User(*row) if row else None


def add_user(unit: Unit, address: str, name: str, language: str | None = None, operator: bool = False) -> int:
    """A new person, without a password; returns the id."""
    user_id = new_id()
    unit.conn.execute(
        insert(users).values(
            id=user_id,
            email=fold_email(address),
            name=name.strip() or fold_email(address),
            language=language,
            operator=operator,
            created_at=unit.now,
        )
    )
    return user_id


def set_user(unit: Unit, user_id: int, **values: Any) -> None:
    """Change columns of a person."""
    unit.conn.execute(update(users).where(users.c.id == user_id).values(**values))
