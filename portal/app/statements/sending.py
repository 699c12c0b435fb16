"""A statement that waits to be mailed is sent if its address is still to be written to when it goes out."""

from __future__ import annotations

from portal.app.mailing import send_mail
from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.domain.contacts import Gets, Silent
from portal.domain.mail_state import kept_silence
from portal.domain.mail_trouble import MailRefused
from portal.domain.monthly import days_of
from portal.ledger import audit
from portal.ledger import statement_mails as rows
from portal.ledger.audit import Event
from portal.ledger.holds import hold
from portal.ledger.mails import cancel_mail, may_have_gone
from portal.ledger.outbox import Job
from portal.ledger.spellings import present_customer
from portal.ledger.statement_mails import WaitingStatement
from portal.ledger.unit import Unit

QUEUE, JOB = "plans", "send_statements"
_PERSON = "job:send_statement"


def send_statement(portal: Portal, job: Job) -> None:
    """Send it, unless its reader stopped statements or mails came back meanwhile: then it is left out, and why is kept.

    So is one whose address the mail server refuses. A monthly one's customer is looked at anew: another of its contacts
    may get it. One that may have gone out already is only not sent again; one that came back, and that an operator
    retries, is sent whatever its address is marked with.
    """
    if not _still_wanted(portal, job):
        return
    try:
        send_mail(portal, job)
    except MailRefused as refused:
        if refused.bounce is None or _still_wanted(portal, job, just_refused=True):
            raise


def _still_wanted(portal: Portal, job: Job, just_refused: bool = False) -> bool:
    with portal.ledger.write(_PERSON) as unit:
        one = rows.waiting_statement(unit.conn, job.id)
        if one is None:  # it has gone out
            return True
        why = why_silent(unit.conn, one.issuer_id, [one.email], Gets.STATEMENTS).get(one.email)
        retried = one.bounced_at is not None and not just_refused
        if why is None or (why is Silent.BOUNCED and retried):
            return True
        hold(unit, f"statement mails {one.issuer_id}")
        if not may_have_gone(unit.conn, job.id):
            rows.leave_out(unit, job.id, why)
            whose = (None, one.issuer_id, one.customer_id, None)
            audit.note(unit, Event.STATEMENT_LEFT_OUT, *whose, to=one.email, silent=why)
            _look_anew(unit, one)
        cancel_mail(unit, job.id, kept_silence(why))
        unit.commit()
    return False


def _look_anew(unit: Unit, one: WaitingStatement) -> None:
    if one.month:
        start, end = (day.isoformat() for day in days_of(one.month))
        customers = [present_customer(unit.conn, one.customer_id)]
        unit.job(QUEUE, JOB, {"issuer": one.issuer_id, "start": start, "end": end, "customers": customers})
