"""The job that brings an import in. It may be killed at any point and run again: what is in is not brought in twice,
and the report says what it would have said.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from portal.app.importing.report import ImportReport
from portal.app.importing.run import Source, import_files
from portal.app.importing.sizing import expected_documents
from portal.app.portal import Portal
from portal.app.requesters import Requester, present_actor
from portal.domain.access import Actor, By, Grant, Right
from portal.errors import PortalError, Refused
from portal.ledger import import_rows as rows
from portal.ledger import import_runs as runs
from portal.ledger.audit import Event, note
from portal.ledger.import_rows import Note, Told
from portal.ledger.import_runs import Run, RunFile
from portal.ledger.outbox import Job
from portal.ledger.unit import Unit
from portal.text import Text

TOLD_EVERY = 0.5  # seconds between two writings of the progress
log = logging.getLogger(__name__)


def run_import(portal: Portal, job: Job) -> None:
    """Do an import that still waits, within what its requester may do now. A refusal ends it with a sentence."""
    with portal.ledger.read() as conn:
        run = runs.find_run(conn, job.id)
        if run is None or run.state != runs.WAITING:
            return
        actor = present_actor(conn, Requester.from_json(run.requester), portal.clock.now())
        files, told = runs.files_of(conn, run.id), rows.told_before(conn, run.id)
    try:
        if actor is None or not actor.scope(Right.IMPORT).covers(run.issuer_id, 0):
            raise Refused(Text("Quien pidió esta importación ya no puede traer documentos de este emisor."))
        _bring(portal, _as_issuer(run), run, files, told)
    except PortalError as error:
        if error.status >= 500:
            raise
        with portal.ledger.write(run.person) as unit:
            runs.refuse_run(unit, run.id, error.text)
            unit.commit()


def _as_issuer(run: Run) -> Actor:
    """Whoever asked, with what an issuer's own import may: bring in what this issuer issued."""
    return Actor(By.ISSUER, run.person, (Grant(run.issuer_id, None, frozenset({Right.IMPORT})),), run.issuer_id)


def _bring(portal: Portal, actor: Actor, run: Run, files: Sequence[RunFile], told: set[Told]) -> None:
    watch, diary = _Watch(portal, run), _Diary(run.id, told)
    watch.expect(files)
    sources = [Source(file.name, lambda file=file: portal.files.get(file.sha256)) for file in files]  # type: ignore[misc]
    report = import_files(portal, actor, sources, progress=watch.tell, diary=diary)
    with portal.ledger.write(run.person) as unit:
        diary.end(unit, report)
        counts = runs.end_run(unit, run.id, report.total("balances"))
        said: dict[str, str | int] = {name: count for name, count in counts.items() if count}
        note(unit, Event.IMPORT_DONE, f"import:{run.id}", run.issuer_id, None, None, **said)
        unit.commit()


class _Diary:
    """What became of each document, once: an attempt that was killed wrote down its part."""

    def __init__(self, run_id: int, told: set[Told]) -> None:
        self.run_id = run_id
        self._documents = {(file, place, document) for _, file, place, document, _ in told if document is not None}
        self._said = {(outcome, file, place, why) for outcome, file, place, document, why in told if document is None}

    def write(self, unit: Unit, notes: Sequence[Note]) -> None:
        new = [one for one in notes if not self._knows(one)]
        rows.add_notes(unit, self.run_id, new)
        self._said |= {(one.outcome, one.file, one.place, one.kept_reason) for one in new if one.document_id is None}

    def end(self, unit: Unit, report: ImportReport) -> None:
        """What was warned of and refused, which no transaction of a document told."""
        for outcome, told in (("warnings", report.warnings), ("problems", report.problems)):
            self.write(unit, [Note(outcome, one.file, one.place, None, one.reason) for one in told])

    def _knows(self, one: Note) -> bool:
        if one.document_id is not None:
            return (one.file, one.place, one.document_id) in self._documents
        return (one.outcome, one.file, one.place, one.kept_reason) in self._said


class _Watch:
    """How far it is, for whoever looks; a busy ledger never stops the work that only wants to say so."""

    def __init__(self, portal: Portal, run: Run) -> None:
        self.portal, self.run, self.done = portal, run, 0
        self.expected: int | None = None
        self._next = 0.0

    def expect(self, files: Sequence[RunFile]) -> None:
        counted = [expected_documents(file.name, self.portal.files.get(file.sha256)) for file in files]
        self.expected = sum(count for count in counted if count) if None not in counted else None
        self._write()

    def tell(self, _name: str, done: int) -> None:
        self.done += done
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + TOLD_EVERY
            self._write()

    def _write(self) -> None:
        try:
            with self.portal.ledger.write(self.run.person) as unit:
                runs.set_progress(unit, self.run.id, self.done, self.expected)
                unit.commit()
        except Exception:
            log.warning("the progress of import %s could not be written", self.run.id, exc_info=True)
