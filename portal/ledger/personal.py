"""What the ledger holds about one person: read for them, and taken out of it when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from portal.ledger.people_tables import access_requests, audit, mails
from portal.ledger.tables import sessions
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class Act:
    """A row of the audit that is about a person. From where, only of what they did themselves."""

    at: datetime
    event: str
    by_me: bool
    subject: str | None
    address: str | None
    agent: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An access request as it was made."""

    issuer_id: int
    tax_id: str
    number: str
    total: str
    state: str
    made_at: datetime


def acts_about(conn: Connection, user_id: int) -> list[Act]:
    """What a person did and what was done to them, the first first."""
    person = f"user:{user_id}"
    columns = [audit.c[name] for name in ("at", "event", "actor", "subject", "address", "agent", "detail")]
    about = select(*columns).where(or_(audit.c.actor == person, audit.c.subject == person))
    return [_act(person, *row) for row in map(tuple, conn.execute(about.order_by(audit.c.at, audit.c.id)))]


def requests_of(conn: Connection, user_id: int) -> list[Asked]:
    columns = [access_requests.c[name] for name in Asked.__dataclass_fields__]
    wanted = select(*columns).where(access_requests.c.user_id == user_id).order_by(access_requests.c.id)
    return [Asked(*row) for row in conn.execute(wanted)]


def forget_person(unit: Unit, user_id: int, email: str, instead: str) -> None:
    """Take a person's traces out of all but the audit and their consents; mails that have not gone out never will."""
    to_them = func.lower(mails.c.recipient) == email
    unit.conn.execute(update(mails).where(to_them).values(recipient=instead, sealed=None))
    unit.conn.execute(update(sessions).where(sessions.c.user_id == user_id).values(address=None, agent=None))
    theirs = access_requests.c.user_id == user_id
    ended = {"state": "refused", "decided_at": unit.now, "decided_by": unit.person}
    unit.conn.execute(update(access_requests).where(theirs, access_requests.c.state == "waiting").values(ended))
    unit.conn.execute(update(access_requests).where(theirs).values(tax_id="", number="", total=""))


def _act(
    person: str,
    at: datetime,
    event: str,
    actor: str,
    subject: str | None,
    address: str | None,
    agent: str | None,
    detail: str | None,
) -> Act:
    mine = actor == person
    return Act(at, event, mine, subject, address if mine else None, agent if mine else None, detail)
