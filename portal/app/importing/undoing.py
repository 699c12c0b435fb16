"""A whole import withdrawn, or restored: asked for with a reason, done by a job, document by document."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from portal.app.importing.asking import QUEUE
from portal.app.importing.register import its_run
from portal.app.portal import Portal
from portal.app.requesters import Requester, present_actor, requester_of
from portal.app.taking_back import given_reason, locked_row, restore_now, withdraw_now
from portal.domain.access import Actor, Right
from portal.errors import PortalError, Refused
from portal.ledger import import_rows as rows
from portal.ledger import import_runs as runs
from portal.ledger.audit import Event, Where, note
from portal.ledger.outbox import Job
from portal.ledger.trouble import AlreadyThere
from portal.ledger.unit import Unit
from portal.text import Text

log = logging.getLogger(__name__)
WITHDRAW, RESTORE = "withdraw", "restore"
_AT_ONCE = 25  # documents in a transaction
_FROM = {WITHDRAW: ("active", "question"), RESTORE: ("withdrawn",)}
_EVENTS = {WITHDRAW: Event.IMPORT_WITHDRAWN, RESTORE: Event.IMPORT_RESTORED}


def withdraw_import(portal: Portal, actor: Actor, run_id: int, reason: str, where: Where | None = None) -> None:
    """Ask that all documents which came in with an import be withdrawn. Raises NotFound, Refused."""
    _ask(portal, actor, run_id, WITHDRAW, given_reason(reason), where)


def restore_import(portal: Portal, actor: Actor, run_id: int, where: Where | None = None) -> None:
    """Ask that those of them which are withdrawn come back. Raises NotFound, Refused."""
    _ask(portal, actor, run_id, RESTORE, "", where)


def _ask(portal: Portal, actor: Actor, run_id: int, what: str, reason: str, where: Where | None) -> None:
    with portal.ledger.write(actor.name) as unit:
        run = its_run(unit.conn, actor, run_id)
        if not run.ended:
            raise Refused(Text("La importación no ha terminado: espera a que termine."))
        if not runs.set_undoing(unit, run_id, what):
            raise Refused(Text("Esta importación ya se está retirando o restaurando."))
        requester = requester_of(unit.conn, actor).to_json()
        unit.job(QUEUE, runs.UNDO_JOB, {"run": run_id, "what": what, "reason": reason, "requester": requester})
        detail: dict[str, str | int] = {"file": run.title}
        detail |= {"reason": reason} if reason else {}
        note(unit, _EVENTS[what], f"import:{run_id}", run.issuer_id, None, where, **detail)
        unit.commit()


def undo_import(portal: Portal, job: Job) -> None:
    """The job's work; killed and run again, it goes on with what is left. A document that can't be taken stays."""
    run_id, what, reason = int(job.payload["run"]), str(job.payload["what"]), str(job.payload["reason"])
    with portal.ledger.read() as conn:
        run = runs.find_run(conn, run_id)
        requester = Requester.from_json(job.payload["requester"])
        actor = present_actor(conn, requester, portal.clock.now())
    if run is None or run.undoing != what:
        return
    if actor is not None and actor.scope(Right.IMPORT).covers(run.issuer_id, 0):
        _all(portal, requester.actor.name, run_id, what, _doing(what, reason))
    with portal.ledger.write(requester.actor.name) as unit:
        runs.set_undoing(unit, run_id, None)
        unit.commit()


def _doing(what: str, reason: str) -> Callable[[Unit, Any], None]:
    return restore_now if what == RESTORE else lambda unit, row: withdraw_now(unit, row, reason)


def _all(portal: Portal, person: str, run_id: int, what: str, do: Callable[[Unit, Any], None]) -> None:
    last, found = 0, [0]
    while found:
        with portal.ledger.read() as conn:
            found = rows.documents_in(conn, run_id, _FROM[what], last, _AT_ONCE)
        for document_id in found:
            last = document_id
            _one(portal, person, document_id, what, do)


def _one(portal: Portal, person: str, document_id: int, what: str, do: Callable[[Unit, Any], None]) -> None:
    """Each in its own transaction: one that is refused, or fails, must not keep its neighbours."""
    try:
        with portal.ledger.write(person) as unit:
            row = locked_row(unit, document_id)
            if row.state in _FROM[what]:
                do(unit, row)
                unit.commit()
    except Refused:
        return  # money for it is on its way, or its number is taken: the page shows it still standing
    except (PortalError, AlreadyThere):
        log.exception("document %s stays as it is: %s failed", document_id, what)
