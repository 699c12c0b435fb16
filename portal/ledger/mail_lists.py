"""Mails as their lists show them: with the state that they and their jobs are in together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, update

from portal.domain.access import Scope
from portal.domain.mail_state import MailState
from portal.ledger.mails import MailRow
from portal.ledger.people_tables import mails
from portal.ledger.tables import outbox
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class ListedRow:
    """`given_up`: nobody tries it again unless somebody says so."""

    mail: MailRow
    state: MailState
    given_up: bool


_OPEN = mails.c.sealed.is_not(None)
_INDEXED = {MailState.WAITING: _OPEN, MailState.FAILED: _OPEN, MailState.DOUBT: _OPEN,
            MailState.BOUNCED: mails.c.bounced_at.is_not(None)}  # fmt: skip


def list_mails(
    conn: Connection, scope: Scope, now: datetime, state: MailState | None, search: str, limit: int, offset: int = 0
) -> list[ListedRow]:
    """The newest first; of whole issuers those in their name, of everything all. `search`: a part of the recipient."""
    wanted = _listed(now).order_by(mails.c.id.desc()).limit(limit).offset(offset)
    if not scope.everything:
        wanted = wanted.where(mails.c.issuer_id.in_(scope.issuers))
    if state is not None:
        wanted = wanted.where(state_of(now) == state, _INDEXED.get(state, True))
    if search.strip():
        wanted = wanted.where(func.lower(mails.c.recipient).contains(search.strip().lower(), autoescape=True))
    return [_row(row) for row in conn.execute(wanted)]


def listed_mail(conn: Connection, mail_id: int, now: datetime) -> ListedRow | None:
    row = conn.execute(_listed(now).where(mails.c.id == mail_id)).one_or_none()
    return _row(row) if row else None


def failed_since(conn: Connection, since: datetime, now: datetime, limit: int) -> list[int]:
    """Mails that surely did not go out, given up since then; none whose recipient is refused."""
    wanted = select(mails.c.id).join(outbox, outbox.c.id == mails.c.id)
    found = wanted.where(_OPEN, state_of(now) == MailState.FAILED, outbox.c.failed_at >= since)
    return list(conn.execute(found.order_by(mails.c.id).limit(limit)).scalars())


def cancel(unit: Unit, mail_id: int, why: str) -> bool:
    """It will never go out, and what it said is forgotten; False when it is gone, or going out at this moment."""
    held = select(outbox.c.id).where(outbox.c.id == mails.c.id, _held(unit.now)).exists()
    still = mails.c.id == mail_id, _OPEN, mails.c.sent_at.is_(None), or_(mails.c.sending_at.is_(None), ~held)
    told = {"cancelled_at": unit.now, "cancelled_why": why, "sealed": None}
    return unit.conn.execute(update(mails).where(*still).values(told)).rowcount == 1


def _listed(now: datetime) -> Any:
    columns = (mails.c[name] for name in MailRow.__dataclass_fields__)
    return select(*columns, state_of(now), outbox.c.failed_at.is_not(None)).join(
        outbox, outbox.c.id == mails.c.id, isouter=True
    )


def state_of(now: datetime) -> ColumnElement[str]:
    """In a query over mails, each with its job: how it stands. One that came back has, cancelled or not."""
    return case(
        (mails.c.bounced_at.is_not(None), MailState.BOUNCED),
        (mails.c.cancelled_at.is_not(None), MailState.CANCELLED),
        (mails.c.sent_at.is_not(None), MailState.SENT),
        (mails.c.sealed.is_(None), MailState.CANCELLED),  # its reader took the account away
        (and_(mails.c.sends > 0, ~_held(now)), MailState.DOUBT),
        (outbox.c.failed_at.is_not(None), MailState.FAILED),
        else_=MailState.WAITING,
    )


def _held(now: datetime) -> ColumnElement[bool]:
    """A worker is at it."""
    return and_(outbox.c.held_until.is_not(None), outbox.c.held_until > now)


def _row(row: Any) -> ListedRow:
    *told, state, given_up = row
    return ListedRow(MailRow(*told), MailState(state), bool(given_up))
