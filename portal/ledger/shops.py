"""An issuer as whoever scans its QR meets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from portal.domain.looks import PLAIN, Look
from portal.ledger.looks import look_of
from portal.ledger.tables import issuers


@dataclass(frozen=True, slots=True)
class Shop:
    """Its name, the last part of its address (`/q/{slug}`), and the language that it speaks."""

    id: int
    name: str
    slug: str
    language: str
    look: Look = PLAIN


_COLUMNS = tuple(issuers.c[name] for name in Shop.__dataclass_fields__ if name != "look")


def shop_by_slug(conn: Connection, slug: str) -> Shop | None:
    return _shop(conn, issuers.c.slug == slug)


def shop_by_id(conn: Connection, issuer_id: int) -> Shop | None:
    return _shop(conn, issuers.c.id == issuer_id)


def _shop(conn: Connection, where: ColumnElement[bool]) -> Shop | None:
    row: Any = conn.execute(select(*_COLUMNS).where(where)).one_or_none()
    return Shop(row.id, row.name, row.slug, row.language, look_of(conn, row.id)) if row else None
