"""Codes: one row for whatever is good once and for a while (a mailed proof, an invitation, a ticket), by its hash."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from portal.ledger.ids import new_id
from portal.ledger.people_tables import codes
from portal.ledger.unit import Unit
from portal.ledger.users import fold_email

MOST_TRIES = 5


class Purpose(StrEnum):
    SIGN_UP = "sign_up"
    SIGN_IN = "sign_in"
    RESET = "reset"
    INVITATION = "invitation"
    TICKET = "ticket"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Code:
    """A code and what it was made for. `browser`: hash of the pre-session cookie that it is bound to, if to any."""

    id: int
    purpose: Purpose
    token_hash: str
    code_hash: str | None
    email: str
    browser: str | None
    payload: Mapping[str, Any]
    expires_at: datetime


_COLUMNS = tuple(codes.c[name] for name in Code.__dataclass_fields__)


def add_code(
    unit: Unit,
    purpose: Purpose,
    token_hash: str,
    email: str,
    expires_at: datetime,
    browser: str | None = None,
    code_hash: str | None = None,
    payload: Mapping[str, Any] | None = None,
) -> int:
    """Keep the hashes of a new code; returns its id."""
    code_id = new_id()
    unit.conn.execute(
        insert(codes).values(
            id=code_id,
            purpose=purpose,
            token_hash=token_hash,
            code_hash=code_hash,
            email=fold_email(email),
            browser=browser,
            payload=json.dumps(payload or {}),
            created_at=unit.now,
            expires_at=expires_at,
        )
    )
    return code_id


def open_code(conn: Connection, token_hash: str, purposes: Collection[Purpose], now: datetime) -> Code | None:
    """The unused, unexpired code of a token, in whatever browser. Only looks."""
    found = _found(conn, and_(codes.c.token_hash == token_hash, codes.c.purpose.in_(purposes), _open(now)))
    return found[0] if found else None


def take(unit: Unit, token_hash: str, purposes: Collection[Purpose], browser: str | None) -> Code | None:
    """Use a code up; None when it is not open, or bound to another browser. Of several at once one gets it."""
    bound = or_(codes.c.browser.is_(None), codes.c.browser == browser)
    mine = and_(codes.c.token_hash == token_hash, codes.c.purpose.in_(purposes), bound, _open(unit.now))
    row = unit.conn.execute(update(codes).where(mine).values(used_at=unit.now).returning(*_COLUMNS)).one_or_none()
    return _code(tuple(row)) if row else None


def try_typed(unit: Unit, email: str, purposes: Collection[Purpose], browser: str) -> Code | None:
    """The newest open code that this browser asked for, with one try counted; None when there is none to try."""
    mine = and_(codes.c.email == fold_email(email), codes.c.purpose.in_(purposes), codes.c.browser == browser)
    by_age = select(codes.c.id).where(mine, _open(unit.now)).order_by(codes.c.created_at.desc(), codes.c.id.desc())
    newest = by_age.limit(1).scalar_subquery()
    counted = (
        update(codes)
        .where(codes.c.id == newest, _open(unit.now), codes.c.tries < MOST_TRIES)
        .values(tries=codes.c.tries + 1)
    )
    row = unit.conn.execute(counted.returning(*_COLUMNS)).one_or_none()
    return _code(tuple(row)) if row else None


def invitations(conn: Connection, now: datetime) -> list[Code]:
    """Every open invitation, the newest first."""
    return _found(conn, and_(codes.c.purpose == Purpose.INVITATION, _open(now)))


def invitation_by_id(conn: Connection, code_id: int, now: datetime) -> Code | None:
    found = _found(conn, and_(codes.c.id == code_id, codes.c.purpose == Purpose.INVITATION, _open(now)))
    return found[0] if found else None


def close_codes(unit: Unit, email: str, purposes: Collection[Purpose] = tuple(Purpose)) -> None:
    """Use up all that is open for an address: none of it is good any more."""
    _close(unit, and_(codes.c.email == fold_email(email), codes.c.purpose.in_(purposes)))


def close_code(unit: Unit, code_id: int) -> bool:
    """Whether it was still open."""
    return _close(unit, codes.c.id == code_id) == 1


def forget_codes(unit: Unit, email: str) -> None:
    """Delete every trace of an address."""
    unit.conn.execute(delete(codes).where(codes.c.email == fold_email(email)))


def purge_codes(unit: Unit, before: datetime) -> None:
    """Delete what expired before this instant."""
    unit.conn.execute(delete(codes).where(codes.c.expires_at < before))


def _close(unit: Unit, where: ColumnElement[bool]) -> int:
    return unit.conn.execute(update(codes).where(where, codes.c.used_at.is_(None)).values(used_at=unit.now)).rowcount


def _open(now: datetime) -> ColumnElement[bool]:
    return and_(codes.c.used_at.is_(None), codes.c.expires_at > now)


def _found(conn: Connection, where: ColumnElement[bool]) -> list[Code]:
    rows = conn.execute(select(*_COLUMNS).where(where).order_by(codes.c.id.desc()))
    return [_code(tuple(row)) for row in rows]


def _code(values: tuple[Any, ...]) -> Code:
    named = dict(zip(Code.__dataclass_fields__, values, strict=True))
    return Code(**named | {"purpose": Purpose(named["purpose"]), "payload": json.loads(named["payload"])})
