"""Attachments: whose they are, what they are called, which stored bytes they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from portal.ledger.ids import new_id
from portal.ledger.tables import files
from portal.ledger.transfer_tables import attachments
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Attachment:
    """`kind`: "proof" of a payment, or a "certificate" of a withholding."""

    id: int
    issuer_id: int
    customer_id: int
    kind: str
    name: str
    media_type: str
    sha256: str
    person: str
    added_at: datetime

    @property
    def picture(self) -> bool:
        return self.media_type.startswith("image/")


_COLUMNS = tuple(attachments.c[name] for name in Attachment.__dataclass_fields__)


def add_attachment(
    unit: Unit, issuer_id: int, customer_id: int, kind: str, name: str, media_type: str, sha256: str, size: int
) -> int:
    """What somebody uploaded, its bytes in the store already; returns its id."""
    row = {"sha256": sha256, "size": size, "stored_at": unit.now}
    if not unit.conn.execute(select(files.c.sha256).where(files.c.sha256 == sha256)).first():
        unit.conn.execute(insert(files).values(row))
    attachment_id = new_id()
    unit.conn.execute(
        insert(attachments).values(
            id=attachment_id, issuer_id=issuer_id, customer_id=customer_id, kind=kind, name=name,
            media_type=media_type, sha256=sha256, person=unit.person, added_at=unit.now,
        )
    )  # fmt: skip
    return attachment_id


def find_attachment(conn: Connection, attachment_id: int) -> Attachment | None:
    row = conn.execute(select(*_COLUMNS).where(attachments.c.id == attachment_id)).one_or_none()
    return Attachment(*row) if row else None
