"""Consents (Ley 1581 de 2012): who agreed to which text, in which language, when and from where. Never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from portal.ledger.ids import new_id
from portal.ledger.people_tables import consents
from portal.ledger.unit import Connection, Unit


@dataclass(frozen=True, slots=True)
class Consent:
    """`version` names the text that was agreed to."""

    version: str
    language: str
    address: str
    given_at: datetime


_COLUMNS = tuple(consents.c[name] for name in Consent.__dataclass_fields__)


def add_consent(unit: Unit, user_id: int, version: str, language: str, address: str) -> None:
    unit.conn.execute(
        insert(consents).values(
            id=new_id(), user_id=user_id, version=version, language=language, address=address, given_at=unit.now
        )
    )


def consents_of(conn: Connection, user_id: int) -> list[Consent]:
    """What a person agreed to, the first first."""
    wanted = select(*_COLUMNS).where(consents.c.user_id == user_id).order_by(consents.c.id)
    return [Consent(*row) for row in conn.execute(wanted)]
