"""What an operator does about mails: look at one in a file, cancel what waits, retry what failed, forget marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from portal.app.files import FileAnswer
from portal.app.mail_lists import ListedMail, listed
from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.domain.comparing import span
from portal.domain.mail import one_line
from portal.errors import NotFound, Refused
from portal.ledger import addresses, audit, mail_lists, outbox
from portal.ledger.audit import Event, Where
from portal.mail.eml import EmlMailer
from portal.mail.received import headers_and_text
from portal.render.labels import Labels
from portal.text import Text

LATELY = timedelta(days=1)
MOST_AT_ONCE = 500
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail says: its headers in their order, and its plain text."""

    headers: tuple[tuple[str, str], ...]
    text: str


def open_mail(portal: Portal, actor: Actor, mail_id: int) -> ListedMail:
    """One mail. Operators only. Raises NotFound."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        found = mail_lists.listed_mail(conn, mail_id, portal.clock.now())
    if found is None:
        raise NotFound()
    return listed(found)


def keeps_files(portal: Portal) -> bool:
    """Whether mails are written to files, where they can be read; what a mail server got is gone for good."""
    return isinstance(portal.mailer, EmlMailer)


def read_mail_file(portal: Portal, actor: Actor, mail_id: int, where: Where | None = None) -> ReadMail:
    """What a mail in a file says, with the link in it: every look is in the audit. Operators only. Raises NotFound."""
    headers, text = headers_and_text(_looked_at(portal, actor, mail_id, where))
    return ReadMail(headers, text)


def mail_file(portal: Portal, actor: Actor, mail_id: int, _labels: Labels) -> FileAnswer:
    """The file as it stands there, in the audit too. Operators only. Raises NotFound."""
    return FileAnswer(f"{mail_id}.eml", "message/rfc822", _looked_at(portal, actor, mail_id, None))


def cancel_mail(portal: Portal, actor: Actor, mail_id: int, why: str, where: Where | None = None) -> None:
    """It never goes out. Operators only. Raises NotFound; Refused without a reason, and when it is too late."""
    _operators_only(actor)
    reason = one_line(why, LONGEST_REASON)
    if not reason:
        raise Refused(Text("Escribe por qué se cancela."))
    with portal.ledger.write(actor.name) as unit:
        found = mail_lists.listed_mail(unit.conn, mail_id, unit.now)
        if found is None:
            raise NotFound()
        if not mail_lists.cancel(unit, mail_id, reason):
            raise Refused(Text("Ya no se puede cancelar: salió, o está saliendo en este momento."))
        outbox.done(unit, mail_id)
        audit.note(unit, Event.MAIL_CANCELLED, f"mail:{mail_id}", found.mail.issuer_id, None, where, note=reason)
        unit.commit()


def count_failed(portal: Portal, actor: Actor) -> int:
    """How many `retry_failed` would try again. Operators only."""
    _operators_only(actor)
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        return len(mail_lists.failed_since(conn, now - LATELY, now, MOST_AT_ONCE))


def retry_failed(portal: Portal, actor: Actor, where: Where | None = None) -> int:
    """Try again what failed within a day, MOST_AT_ONCE at most; not what may have gone out, nor refused recipients.

    Returns how many. Operators only.
    """
    _operators_only(actor)
    with portal.ledger.write(actor.name) as unit:
        found = mail_lists.failed_since(unit.conn, unit.now - LATELY, unit.now, MOST_AT_ONCE)
        revived = [mail_id for mail_id in found if outbox.revive(unit, mail_id)]
        if revived:
            audit.note(unit, Event.DEAD_LETTER_RETRIED, None, where=where, documents=len(revived))
        unit.commit()
    portal.ledger.sent(revived)
    return len(revived)


def count_marks(portal: Portal, actor: Actor, day: date, zone: str) -> int:
    """How many addresses `forget_marks` would write to again. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return sum(addresses.marked_between(conn, *span(day, ZoneInfo(zone))).values())


def forget_marks(portal: Portal, actor: Actor, day: date, zone: str, where: Where | None = None) -> int:
    """All addresses, at every issuer, that were marked on a day of the clock of `zone` are written to again.

    For a day on which the mail server was set up wrongly. Each issuer's audit says how many. Returns how many in all.
    Operators only.
    """
    _operators_only(actor)
    start, end = span(day, ZoneInfo(zone))
    with portal.ledger.write(actor.name) as unit:
        marks = addresses.marked_between(unit.conn, start, end)
        addresses.forget_marked(unit, start, end)
        for issuer_id, many in marks.items():
            audit.note(unit, Event.ADDRESS_TRIED_AGAIN, None, issuer_id, None, where, since=day.isoformat(), marks=many)
        unit.commit()
    return sum(marks.values())


def _looked_at(portal: Portal, actor: Actor, mail_id: int, where: Where | None) -> bytes:
    mail = open_mail(portal, actor, mail_id)
    kept = portal.mailer.read(mail_id, mail.created_at) if isinstance(portal.mailer, EmlMailer) else None
    if kept is None:
        raise NotFound(Text("Este correo no está en un archivo de esta máquina."))
    with portal.ledger.write(actor.name) as unit:
        audit.note(unit, Event.MAIL_LOOKED_AT, f"mail:{mail_id}", mail.issuer_id, None, where, to=mail.recipient)
        unit.commit()
    return kept


def _operators_only(actor: Actor) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
