"""Tokens by which an issuer's own systems use the API: only their hashes are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from portal.ledger.ids import new_id
from portal.ledger.people_tables import api_tokens
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class TokenRow:
    """`hint`: its last characters, by which people tell tokens apart. `scopes`: what it is for, separated by blanks."""

    id: int
    issuer_id: int
    name: str
    hint: str
    scopes: str
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    revoked_at: datetime | None


_COLUMNS = tuple(api_tokens.c[name] for name in TokenRow.__dataclass_fields__)


def add_token(unit: Unit, issuer_id: int, name: str, token_hash: str, hint: str, scopes: str) -> int:
    token_id = new_id()
    told = {"id": token_id, "issuer_id": issuer_id, "name": name, "token_hash": token_hash, "hint": hint}
    made = {"scopes": scopes, "created_at": unit.now, "created_by": unit.person}
    unit.conn.execute(insert(api_tokens).values(**told, **made))
    return token_id


def tokens_at(conn: Connection, issuer_id: int) -> list[TokenRow]:
    """An issuer's tokens, the newest first; revoked ones too."""
    wanted = select(*_COLUMNS).where(api_tokens.c.issuer_id == issuer_id).order_by(api_tokens.c.id.desc())
    return [TokenRow(*row) for row in conn.execute(wanted)]


def token_row(conn: Connection, token_id: int) -> TokenRow | None:
    row = conn.execute(select(*_COLUMNS).where(api_tokens.c.id == token_id)).one_or_none()
    return TokenRow(*row) if row else None


def token_of_hash(conn: Connection, token_hash: str) -> TokenRow | None:
    """The token, unless it was revoked."""
    good = api_tokens.c.token_hash == token_hash, api_tokens.c.revoked_at.is_(None)
    row = conn.execute(select(*_COLUMNS).where(*good)).one_or_none()
    return TokenRow(*row) if row else None


def revoke_token(unit: Unit, token_id: int) -> None:
    values = {"revoked_at": unit.now, "revoked_by": unit.person}
    unit.conn.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(**values))


def mark_used(unit: Unit, token_id: int) -> None:
    unit.conn.execute(update(api_tokens).where(api_tokens.c.id == token_id).values(last_used_at=unit.now))
