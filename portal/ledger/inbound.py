"""Mails that came in: kept once each, with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from portal.ledger.ids import new_id
from portal.ledger.thread_tables import inbound_mails
from portal.ledger.unit import Unit


class Outcome(StrEnum):
    TAKEN = "taken"  # a comment now
    REFUSED = "refused"
    AUTO = "auto"  # no person wrote it
    BOUNCE = "bounce"  # a mail of ours came back


class Reason(StrEnum):
    """Why a mail was refused."""

    UNREADABLE = "unreadable"
    TOKEN = "token"  # noqa: S105  to none of our addresses, or one that we did not make
    SENDER = "sender"  # a good address, from somebody else or not proven to be from its owner
    RIGHTS = "rights"  # from somebody who may no longer write there
    MANY = "many"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class InboundMail:
    """`sha256`: the bytes of what was not taken, for whoever wants to look."""

    id: int
    came_at: datetime
    sender: str
    recipient: str
    subject: str
    outcome: Outcome
    reason: Reason | None
    sha256: str | None
    thread_id: int | None


_COLUMNS = tuple(inbound_mails.c[name] for name in InboundMail.__dataclass_fields__)


def add_inbound(
    unit: Unit,
    key: str,
    outcome: Outcome,
    reason: Reason | None,
    sender: str,
    recipient: str,
    subject: str,
    sha256: str | None,
    thread_id: int | None,
) -> None:
    """Write down what became of a mail; its bytes, if kept, are in the store already."""
    row = {
        "id": new_id(), "key": key, "came_at": unit.now, "sender": sender, "recipient": recipient, "subject": subject,
        "outcome": outcome, "reason": reason, "sha256": sha256, "thread_id": thread_id,
    }  # fmt: skip
    unit.conn.execute(insert(inbound_mails).values(row))


def came_before(conn: Connection, key: str) -> Outcome | None:
    """What became of this mail when it came before."""
    found = conn.execute(select(inbound_mails.c.outcome).where(inbound_mails.c.key == key)).scalar()
    return Outcome(found) if found else None


def inbound_in(conn: Connection, limit: int, offset: int = 0) -> list[InboundMail]:
    """The newest first."""
    wanted = select(*_COLUMNS).order_by(inbound_mails.c.id.desc()).limit(limit).offset(offset)
    return [_mail(row) for row in conn.execute(wanted)]


def find_inbound(conn: Connection, inbound_id: int) -> InboundMail | None:
    row = conn.execute(select(*_COLUMNS).where(inbound_mails.c.id == inbound_id)).one_or_none()
    return _mail(row) if row else None


def _mail(row: object) -> InboundMail:
    told = dict(zip(InboundMail.__dataclass_fields__, row, strict=True))  # type: ignore[call-overload]
    reason = Reason(told["reason"]) if told["reason"] else None
    return InboundMail(**told | {"outcome": Outcome(told["outcome"]), "reason": reason})
