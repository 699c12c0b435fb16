"""Making an export's file: the job's work. It may run twice, or twice at once: the first file that is ready stays."""

from __future__ import annotations

import logging
import tempfile
import time

from portal.app.export_files import MEDIA_TYPES, write_export
from portal.app.export_requests import from_json
from portal.app.portal import Portal
from portal.app.requesters import Requester, present_actor
from portal.domain.access import Actor
from portal.errors import PortalError, Refused
from portal.ledger import exports as exports_table
from portal.ledger.exports import ExportRow
from portal.text import Text

TOLD_EVERY = 1.0  # seconds between two looks at the progress that others may take
_PERSON = "job:make_export"
log = logging.getLogger(__name__)


def make_export(portal: Portal, export_id: int) -> None:
    """Make the file of an export that still waits, within what its requester may download now.

    A refusal (the link was revoked meanwhile, too many rows for Excel) ends the export with a sentence for whoever
    asked; any other error is raised, for the job to be tried again.
    """
    with portal.ledger.read() as conn:
        export = exports_table.find_export(conn, export_id)
        if export is None or export.state != exports_table.WAITING:
            return
        actor = present_actor(conn, Requester.from_json(export.requester), portal.clock.now())
    try:
        if actor is None:
            raise Refused(Text("Tu acceso terminó antes de preparar el archivo. Abre tu enlace y pídelo otra vez."))
        _make(portal, actor, export)
    except PortalError as error:
        if error.status >= 500:
            raise
        with portal.ledger.write(_PERSON) as unit:
            exports_table.set_refused(unit, export_id, error.text)
            unit.commit()


def _make(portal: Portal, actor: Actor, export: ExportRow) -> None:
    request = from_json(export.request)
    with tempfile.TemporaryFile() as file:
        made = write_export(portal, actor, request, export.created_at, file, _Progress(portal, export.id))
        file.seek(0)
        sha256 = portal.files.put_stream(file)
    name = f"{made.title}.{request.format.value}"
    with portal.ledger.write(_PERSON) as unit:
        exports_table.set_ready(unit, export.id, name, MEDIA_TYPES[request.format], sha256, made.rows)
        unit.commit()


class _Progress:
    """Writes down how far the work is, every so often."""

    def __init__(self, portal: Portal, export_id: int) -> None:
        self.portal, self.export_id, self._next = portal, export_id, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TOLD_EVERY
        try:
            with self.portal.ledger.write(_PERSON) as unit:
                exports_table.set_progress(unit, self.export_id, done, total)
                unit.commit()
        except Exception:  # a busy ledger must not end the work that only wanted to say how far it is
            log.warning("the progress of export %s could not be written", self.export_id, exc_info=True)
