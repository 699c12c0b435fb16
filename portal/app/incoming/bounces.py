"""Reports that a mail of ours could not be delivered. Anybody can write one: only what names a mail is believed.

By the token in the address that the mail was sent from, or by its Message-ID as it was sent, with a token in it too, if
the report names the very address that it went to: only who got the mail, and the servers on its way, ever saw either.
Of the last thirty days, once a mail. The Message-IDs of mails from before they had tokens are plain ids, which can be
guessed: they count for those thirty days, if the mail surely went out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from portal.app.bouncing import bounce
from portal.app.portal import Portal
from portal.domain.letters import Letter, Taken
from portal.domain.letters import Outcome as Done
from portal.domain.mail import address_key
from portal.domain.mail_tokens import Back, read_mail_token, tag_of
from portal.ledger import mails
from portal.ledger.inbound import Outcome, add_inbound, came_before
from portal.ledger.mails import MailRow
from portal.ledger.unit import Connection
from portal.mail.incoming import Incoming, NoMail, read_mail
from portal.mail.reports import Delivery, Report, read_report

BACK = timedelta(days=30)
_PERSON = "mail:in"
_PLAIN = re.compile(r"\d{1,19}", re.ASCII)


def take_bounces(portal: Portal, letter: Letter) -> Taken | None:
    """None for what is no report about a mail of ours."""
    return Taken(Done.HANDLED) if take_bounce(portal, letter.raw) else None


def take_bounce(portal: Portal, raw: bytes) -> Outcome | None:
    """Take in a report as it came: BOUNCE when its mail came back, AUTO when it is only late; None for anything else.

    Whoever calls may forget it once this returns; safe to repeat.
    """
    report = read_report(raw)
    if report is None:
        return None
    try:
        told = read_mail(raw)
    except NoMail:
        return None
    with portal.ledger.read() as conn:
        before = came_before(conn, told.key)
        found = _its_mail(portal, conn, told, report)
    if before is not None or found is None:
        return before
    return _take(portal, told, *found)


def _take(portal: Portal, told: Incoming, mail: MailRow, delivery: Delivery) -> Outcome:
    outcome = Outcome.BOUNCE if delivery.failed else Outcome.AUTO
    with portal.ledger.write(_PERSON) as unit:
        if came_before(unit.conn, told.key) is not None:
            return outcome
        if delivery.failed:
            bounce(unit, mail.id, mail.recipient, mail.issuer_id, delivery.failure)
        recipient = told.recipients[0] if told.recipients else ""
        add_inbound(unit, told.key, outcome, None, told.sender, recipient, told.subject, None, None)
        unit.commit()
    return outcome


def _its_mail(portal: Portal, conn: Connection, told: Incoming, report: Report) -> tuple[MailRow, Delivery] | None:
    for mail_id in _by_token(portal, told):
        mail = _recent(portal, conn, mail_id)
        if mail is not None:
            return mail, _worst(report.deliveries)
    for message_id in report.message_ids:
        mail = _named(portal, conn, message_id)
        if mail is None:
            continue
        key = address_key(mail.recipient)
        theirs = [one for one in report.deliveries if any(address_key(box) == key for box in one.addresses)]
        if theirs:
            return mail, _worst(theirs)
    return None


def _named(portal: Portal, conn: Connection, message_id: str) -> MailRow | None:
    """The mail that has this Message-ID, or, while it is in doubt whether it went out, that would have it."""
    name = message_id[1:].partition("@")[0]
    said = read_mail_token(name, portal.keys)
    if said is not None and said[0] is Back.MESSAGE:
        mail = _recent(portal, conn, said[1])
        return mail if mail is not None and mail.message_id in (message_id, None) else None
    mail = _recent(portal, conn, int(name)) if _PLAIN.fullmatch(name) else None
    return mail if mail is not None and mail.message_id == message_id else None


def _by_token(portal: Portal, told: Incoming) -> Iterator[int]:
    ours = portal.settings.reply_address
    for recipient in told.recipients if ours else ():
        tag = tag_of(recipient, ours or "")
        said = read_mail_token(tag, portal.keys) if tag else None
        if said and said[0] is Back.BOUNCE:
            yield said[1]


def _recent(portal: Portal, conn: Connection, mail_id: int) -> MailRow | None:
    """A mail that went out, or may have, not too long ago."""
    mail = mails.find_mail(conn, mail_id) if mail_id < 1 << 63 else None
    gone = (mail.sent_at or mail.sending_at) if mail else None
    return mail if gone is not None and gone > portal.clock.now() - BACK else None


def _worst(deliveries: tuple[Delivery, ...] | list[Delivery]) -> Delivery:
    return max(deliveries, key=lambda one: (one.failed, one.failure.status))
