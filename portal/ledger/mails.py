"""Mails: one row each, with the id of its job; what it says is kept sealed until it has gone out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from portal.ledger.address_tables import bounces
from portal.ledger.people_tables import mails
from portal.ledger.unit import Unit

MOST_SENDS = 2


@dataclass(frozen=True, slots=True)
class WaitingMail:
    """A mail that has not gone out."""

    id: int
    recipient: str
    template: str
    issuer_id: int | None
    sealed: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MailRow:
    """What may be told of a mail. `error` is its last trouble (`portal.domain.mail_trouble.sentence`)."""

    id: int
    recipient: str
    template: str
    issuer_id: int | None
    created_at: datetime
    sending_at: datetime | None
    sent_at: datetime | None
    message_id: str | None
    error: str | None
    bounced_at: datetime | None
    bounce: str | None  # portal.domain.bounces.read_kept
    cancelled_at: datetime | None
    cancelled_why: str | None


_WAITING = and_(mails.c.sent_at.is_(None), mails.c.sealed.is_not(None))


def add_mail(unit: Unit, job_id: int, recipient: str, template: str, sealed: str, issuer_id: int | None) -> None:
    """The mail that the job `job_id`, written in the same transaction, will send."""
    unit.conn.execute(
        insert(mails).values(
            id=job_id,
            recipient=recipient,
            template=template,
            issuer_id=issuer_id,
            sealed=sealed,
            created_at=unit.now,
        )
    )


def waiting_mail(conn: Connection, mail_id: int) -> WaitingMail | None:
    """The mail while it has not gone out."""
    columns = (mails.c[name] for name in WaitingMail.__dataclass_fields__)
    row = conn.execute(select(*columns).where(mails.c.id == mail_id, _WAITING)).one_or_none()
    return WaitingMail(*row) if row else None


def find_mail(conn: Connection, mail_id: int) -> MailRow | None:
    """What may be told of one."""
    columns = (mails.c[name] for name in MailRow.__dataclass_fields__)
    row = conn.execute(select(*columns).where(mails.c.id == mail_id)).one_or_none()
    return MailRow(*row) if row else None


def drop_mail(unit: Unit, mail_id: int) -> None:
    """A mail is not to go out: what it says is no longer so.

    One that an address is marked for, or that may have gone out, stays, cancelled.
    """
    marked = select(bounces.c.id).where(bounces.c.mail_id == mail_id).exists()
    unit.conn.execute(delete(mails).where(mails.c.id == mail_id, _WAITING, mails.c.sends == 0, ~marked))
    cancel_mail(unit, mail_id)


def cancel_mail(unit: Unit, mail_id: int, why: str | None = None) -> None:
    """A mail is not to go out; that it was to, and why it is not, stays known."""
    gone = {"sealed": None, "cancelled_at": unit.now, "cancelled_why": why}
    unit.conn.execute(update(mails).where(mails.c.id == mail_id, _WAITING).values(gone))


def may_have_gone(conn: Connection, mail_id: int) -> bool:
    """Whether a send of it was begun whose end nobody knows."""
    return conn.execute(select(mails.c.id).where(mails.c.id == mail_id, mails.c.sends > 0)).first() is not None


def begin_sending(unit: Unit, mail_id: int) -> bool:
    """Count a send whose end is not known yet; False when there were MOST_SENDS of them already."""
    begun = unit.conn.execute(
        update(mails)
        .where(mails.c.id == mail_id, _WAITING, mails.c.sends < MOST_SENDS)
        .values(sending_at=unit.now, sends=mails.c.sends + 1)
    )
    return begun.rowcount == 1


def allow_again(unit: Unit, mail_id: int) -> None:
    """Forget the sends so far: a person wants the mail to go out once more."""
    anew = {"sending_at": None, "sends": 0, "bounced_at": None, "bounce": None}
    unit.conn.execute(update(mails).where(mails.c.id == mail_id, _WAITING).values(anew))


def not_sent(unit: Unit, mail_id: int, error: str) -> None:
    """The send that was begun surely failed: it does not count."""
    unit.conn.execute(
        update(mails)
        .where(mails.c.id == mail_id, _WAITING, mails.c.sends > 0)
        .values(sending_at=None, sends=mails.c.sends - 1, error=error)
    )


def mark_bounced(unit: Unit, mail_id: int, bounce: str) -> bool:
    """It came back, or its recipient was refused for good; False when it was so before."""
    told = {"bounced_at": unit.now, "bounce": bounce}
    fresh = mails.c.id == mail_id, mails.c.bounced_at.is_(None)
    return unit.conn.execute(update(mails).where(*fresh).values(told)).rowcount == 1


def set_error(unit: Unit, mail_id: int, error: str) -> None:
    unit.conn.execute(update(mails).where(mails.c.id == mail_id, _WAITING).values(error=error))


def mark_sent(unit: Unit, mail_id: int, message_id: str) -> None:
    """It has gone out, and what it said is forgotten; the first time stays."""
    unit.conn.execute(
        update(mails)
        .where(mails.c.id == mail_id, mails.c.sent_at.is_(None))
        .values(sent_at=unit.now, message_id=message_id, sealed=None, error=None)
    )
