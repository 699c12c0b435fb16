"""Running a job: claim it, do its work, say how it ended. Deliveries may repeat, get lost or come late."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from portal.app.announcing import announce
from portal.app.export_making import make_export
from portal.app.importing.doing import run_import
from portal.app.importing.undoing import undo_import
from portal.app.mailing import send_mail
from portal.app.payments.asking import ask_provider
from portal.app.payments.daily import compare_days
from portal.app.payments.noticing import handle_notice
from portal.app.payments.opening import open_door
from portal.app.payments.probing import probe_by_job
from portal.app.payments.sandboxing import sandbox_notice
from portal.app.portal import Portal
from portal.app.reminders.sending import send_reminder, send_reminders
from portal.app.statements.files import make_paper
from portal.app.statements.monthly import send_statements
from portal.app.statements.sending import send_statement
from portal.domain.access import Actor, By
from portal.errors import NotFound, PortalError
from portal.ledger import outbox
from portal.ledger.audit import Event, note
from portal.ledger.outbox import DeadLetter, Job
from portal.ledger.unit import Unit

MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=30)  # how long after the death of its worker another one takes a job
FIRST_PAUSE = timedelta(seconds=5)  # doubled with each failure
LONGEST_PAUSE = timedelta(minutes=30)
RELAYED_AT_ONCE = 200
_MOST_ERROR = 500
log = logging.getLogger(__name__)

# What each job does. The work may run twice, even twice at once: it must have its effect once.
WORK: dict[str, Callable[[Portal, Job], None]] = {
    "announce": announce,
    "make_export": lambda portal, job: make_export(portal, job.id),
    "send_mail": send_mail,
    "open_door": open_door,
    "ask_provider": ask_provider,
    "handle_notice": handle_notice,
    "probe_account": probe_by_job,
    "sandbox_notice": sandbox_notice,
    "compare_days": compare_days,
    "send_reminders": send_reminders,
    "send_statements": send_statements,
    "make_paper": make_paper,
    "send_reminder": send_reminder,
    "send_statement": send_statement,
    "run_import": run_import,
    "undo_import": undo_import,
}


def run_job(portal: Portal, job_id: int) -> None:
    """Do a job unless it is done, dead, or in another worker's hands. Its failure is recorded, not raised.

    A refusal is final; any other error is tried again, at most MOST_ATTEMPTS times in all. What is raised is the
    ledger's own failure, or an interruption from outside; the relay then sends the job again.
    """
    with _transaction(portal) as unit:
        job = outbox.claim(unit, job_id, LEASE, MOST_ATTEMPTS)
    if job is None:
        return
    try:
        with _held(portal, job):
            WORK[job.name](portal, job)
    except BaseException as error:
        _failed(portal, job, error)
        if not isinstance(error, Exception):
            raise
    else:
        with _transaction(portal) as unit:
            outbox.done(unit, job.id)


def relay(portal: Portal) -> int:
    """Hand overdue jobs to the queue again; returns how many. Several relays may run: each job goes by one of them."""
    with portal.ledger.read() as conn:
        if not outbox.overdue(conn, portal.clock.now()):
            return 0
    with _transaction(portal) as unit:
        job_ids = outbox.take_overdue(unit, RELAYED_AT_ONCE)
    portal.ledger.sent(job_ids)
    return len(job_ids)


def hurry_unclaimed(portal: Portal) -> None:
    """At the start of a process whose queue is in memory: what its predecessor left there is overdue now."""
    with _transaction(portal) as unit:
        outbox.hurry_unclaimed(unit)


def dead_letters(portal: Portal, actor: Actor) -> list[DeadLetter]:
    """The jobs that were given up, the newest first. Operators only."""
    _operators_only(actor)
    with portal.ledger.read() as conn:
        return outbox.dead_letters(conn)


def retry_dead_letter(portal: Portal, actor: Actor, job_id: int) -> None:
    """Try a given-up job again, with all its attempts. Operators only; raises NotFound when it is not dead."""
    _operators_only(actor)
    with portal.ledger.write(actor.name) as unit:
        if not outbox.revive(unit, job_id):
            raise NotFound()
        note(unit, Event.DEAD_LETTER_RETRIED, f"job:{job_id}")
        unit.commit()
    portal.ledger.sent([job_id])


def pause_after(attempt: int) -> timedelta:
    """How long to wait after a failed attempt: doubling, and never the same for all that failed together."""
    pause: timedelta = min(FIRST_PAUSE * (1 << (attempt - 1)), LONGEST_PAUSE)
    return pause * random.uniform(0.75, 1.25)  # noqa: S311


def _failed(portal: Portal, job: Job, error: BaseException) -> None:
    final = job.attempt >= MOST_ATTEMPTS or (isinstance(error, PortalError) and error.status < 500)
    said = f"{type(error).__name__}: {error}"[:_MOST_ERROR]
    how = "given up" if final else "to be tried again"
    log.error("job %s (%s), attempt %s failed, %s", job.id, job.name, job.attempt, how, exc_info=error)
    with _transaction(portal) as unit:
        if final:
            outbox.give_up(unit, job, said)
        else:
            outbox.try_later(unit, job, said, pause_after(job.attempt))


@contextmanager
def _held(portal: Portal, job: Job) -> Iterator[None]:
    """Renews the job's lease while the block runs; a worker that dies stops renewing."""
    ended = threading.Event()
    keeper = threading.Thread(target=_keep, args=(portal, job, ended), name=f"lease-{job.id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _keep(portal: Portal, job: Job, ended: threading.Event) -> None:
    while not ended.wait(LEASE.total_seconds() / 3):
        try:
            with _transaction(portal) as unit:
                outbox.keep(unit, job, LEASE)
        except Exception:  # the work goes on; at worst a second worker starts on it too
            log.warning("the lease of job %s could not be renewed", job.id, exc_info=True)


@contextmanager
def _transaction(portal: Portal) -> Iterator[Unit]:
    with portal.ledger.write("jobs") as unit:
        yield unit
        unit.commit()


def _operators_only(actor: Actor) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
