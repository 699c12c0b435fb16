"""How issuers look to their customers: one row an issuer, none while all is the portal's own."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from portal.domain.looks import PLAIN, Look
from portal.ledger.look_tables import looks
from portal.ledger.tables import issuers
from portal.ledger.unit import Unit

_LOOK = tuple(looks.c[name] for name in Look.__dataclass_fields__)


def look_of(conn: Connection, issuer_id: int) -> Look:
    row = conn.execute(select(*_LOOK).where(looks.c.issuer_id == issuer_id)).one_or_none()
    return Look(*row) if row else PLAIN


def picture_of(conn: Connection, logo: str) -> bytes | None:
    """The picture with this SHA-256, while an issuer shows it."""
    found = conn.execute(select(looks.c.picture).where(looks.c.logo == logo).limit(1)).scalar_one_or_none()
    return bytes(found) if found else None


def change_look(unit: Unit, issuer_id: int, **values: str | bytes | None) -> None:
    """Set these columns of an issuer's row."""
    told = {**values, "changed_at": unit.now}
    changed = unit.conn.execute(update(looks).where(looks.c.issuer_id == issuer_id).values(**told))
    if not changed.rowcount:
        unit.conn.execute(insert(looks).values(issuer_id=issuer_id, **told))


def change_place(unit: Unit, issuer_id: int, language: str, timezone: str) -> None:
    """The language that an issuer writes in, and the zone of its calendar."""
    unit.conn.execute(update(issuers).where(issuers.c.id == issuer_id).values(language=language, timezone=timezone))
