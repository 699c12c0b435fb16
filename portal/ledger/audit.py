"""The audit: who did what to what, from where. Append-only; its rows commit with what they tell of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, or_, select

from portal.domain.access import Scope
from portal.ledger.ids import new_id
from portal.ledger.people_tables import audit
from portal.ledger.unit import Unit


class Event(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    SIGNED_UP = "signed_up"
    PASSWORD_SET = "password_set"  # noqa: S105
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    RECOVERY_USED = "recovery_used"
    ACCOUNT_DELETED = "account_deleted"
    DATA_TAKEN = "data_taken"
    LINK_MADE = "link_made"
    LINK_MAILED = "link_mailed"
    LINK_ROTATED = "link_rotated"
    LINK_REVOKED = "link_revoked"
    LINK_SCANNED = "link_scanned"  # somebody, or a mail scanner, looked at its page
    LINK_OPENED = "link_opened"
    INVITED = "invited"
    GRANTED = "granted"
    GRANT_CONFIRMED = "grant_confirmed"
    GRANT_ENDED = "grant_ended"
    ACCESS_ASKED = "access_asked"
    ACCESS_APPROVED = "access_approved"
    ACCESS_REFUSED = "access_refused"
    DOCUMENT_SEEN = "document_seen"
    DOCUMENT_DOWNLOADED = "document_downloaded"
    EXPORT_ASKED = "export_asked"
    STATEMENT_ISSUED = "statement_issued"
    STATEMENT_MAILED = "statement_mailed"
    STATEMENT_LEFT_OUT = "statement_left_out"
    TRANSFER_REPORTED = "transfer_reported"
    TRANSFER_ACCEPTED = "transfer_accepted"
    TRANSFER_REJECTED = "transfer_rejected"
    TRANSFER_UNDONE = "transfer_undone"
    WITHHOLDING_STATED = "withholding_stated"
    WITHHOLDING_ACCEPTED = "withholding_accepted"
    WITHHOLDING_REJECTED = "withholding_rejected"
    WITHHOLDING_UNDONE = "withholding_undone"
    CERTIFICATE_ADDED = "certificate_added"
    BOOKED = "booked"  # by hand
    BOOKING_UNDONE = "booking_undone"
    COMMENT_WRITTEN = "comment_written"
    NOTE_WRITTEN = "note_written"
    THREAD_CLOSED = "thread_closed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_ANSWERED = "dispute_answered"
    REMINDED = "reminded"
    MAILS_STOPPED = "reminders_stopped"  # named when there were no other kinds
    MAILS_STARTED = "mails_started"
    MAIL_BOUNCED = "mail_bounced"
    ADDRESS_TRIED_AGAIN = "address_tried_again"
    MAIL_LOOKED_AT = "mail_looked_at"
    MAIL_CANCELLED = "mail_cancelled"
    SETTINGS_CHANGED = "settings_changed"
    PAYMENT_SETTLED = "payment_settled"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    IMPORT_ASKED = "import_asked"
    IMPORT_DONE = "import_done"
    IMPORT_WITHDRAWN = "import_withdrawn"
    IMPORT_RESTORED = "import_restored"
    MAIL_ACCEPTED = "mail_accepted"
    MAIL_DISCARDED = "mail_discarded"
    SENDERS_CHANGED = "senders_changed"
    DOCUMENT_WITHDRAWN = "document_withdrawn"
    DOCUMENT_ANNULLED = "document_annulled"
    DOCUMENT_RESTORED = "document_restored"
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_REMOVED = "contact_removed"
    CUSTOMER_LOOKED_AS = "customer_looked_as"  # somebody of the issuer looked at what the customer sees
    CUSTOMERS_JOINED = "customers_joined"
    DEAD_LETTER_RETRIED = "dead_letter_retried"


@dataclass(frozen=True, slots=True)
class Where:
    """From where somebody acts: the address behind the proxies, and what the browser says it is."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit, as it is read."""

    id: int
    at: datetime
    actor: str
    event: Event
    issuer_id: int | None
    customer_id: int | None
    subject: str | None
    address: str | None
    agent: str | None
    detail: str | None


def note(
    unit: Unit,
    event: Event,
    subject: str | None = None,
    issuer_id: int | None = None,
    customer_id: int | None = None,
    where: Where | None = None,
    **detail: str | int,
) -> None:
    """Write it down, in the unit's own transaction and under its person. `detail` holds no secrets."""
    unit.conn.execute(
        insert(audit).values(
            id=new_id(),
            at=unit.now,
            actor=unit.person,
            event=event,
            issuer_id=issuer_id,
            customer_id=customer_id,
            subject=subject,
            address=where.address if where else None,
            agent=where.agent[:200] if where else None,
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
        )
    )


def entries(conn: Connection, scope: Scope, limit: int, offset: int = 0) -> list[Entry]:
    """The newest first; issuers read what was done at theirs, operators all."""
    columns = (audit.c[name] for name in Entry.__dataclass_fields__)
    wanted = select(*columns).order_by(audit.c.id.desc()).limit(limit).offset(offset)
    if not scope.everything:
        wanted = wanted.where(or_(audit.c.issuer_id.in_(scope.issuers), audit.c.customer_id.in_(scope.customers)))
    return [Entry(row[0], row[1], row[2], Event(row[3]), *row[4:]) for row in map(tuple, conn.execute(wanted))]
