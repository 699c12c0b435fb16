"""Mails as operators and issuers see them: to whom, how they stand and why; never what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.bounces import Failure, read_kept
from portal.domain.contacts import Silent
from portal.domain.mail_state import MailState, silence_in
from portal.domain.mail_trouble import Trouble, sentence
from portal.ledger import mail_lists as rows
from portal.ledger.mail_lists import ListedRow
from portal.mail.templates import Template
from portal.text import Text


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail with its state. `error`: its last trouble, in words; `bounce`: why it came back; `given_up`: only a
    person tries it again; `silent`: why the portal itself cancelled it, `cancelled_why`: why an operator did.
    """

    id: int
    recipient: str
    template: Template
    issuer_id: int | None
    created_at: datetime
    sending_at: datetime | None
    sent_at: datetime | None
    state: MailState
    given_up: bool
    error: Text | None = None
    trouble: Trouble | None = None
    bounced_at: datetime | None = None
    bounce: Failure | None = None
    cancelled_at: datetime | None = None
    cancelled_why: str = ""
    silent: Silent | None = None


def list_mails(
    portal: Portal, actor: Actor, limit: int, offset: int = 0, state: MailState | None = None, search: str = ""
) -> list[ListedMail]:
    """The newest first: operators see all, issuers' people with the right to audit those in their issuer's name."""
    scope, now = actor.scope(Right.AUDIT), portal.clock.now()
    with portal.ledger.read() as conn:
        return [listed(row) for row in rows.list_mails(conn, scope, now, state, search, limit, offset)]


def listed(row: ListedRow) -> ListedMail:
    mail, why = row.mail, row.mail.cancelled_why or ""
    silent = silence_in(why)
    return ListedMail(
        id=mail.id,
        recipient=mail.recipient,
        template=Template(mail.template),
        issuer_id=mail.issuer_id,
        created_at=mail.created_at,
        sending_at=mail.sending_at,
        sent_at=mail.sent_at,
        state=row.state,
        given_up=row.given_up,
        error=sentence(mail.error, row.given_up) if mail.error else None,
        trouble=Trouble(mail.error.partition(" ")[0]) if mail.error else None,
        bounced_at=mail.bounced_at,
        bounce=read_kept(mail.bounce) if mail.bounce else None,
        cancelled_at=mail.cancelled_at,
        cancelled_why="" if silent else why,
        silent=silent,
    )
