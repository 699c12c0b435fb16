"""Making an export's file: the job's work. It may run twice, or twice at once: the first file that is ready stays."""

from __future__ import annotations

import logging
import tempfile
import time
from contextlib import suppress

from portal.app.export_files import MEDIA_TYPES, write_export
from portal.app.export_keeping import drop_bytes, keep_bytes
from portal.app.export_requests import ExportRequest, from_json
from portal.app.exports import KEPT
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.requesters import Requester, present_actor
from portal.domain.access import Actor
from portal.domain.places import EXPORTS
from portal.errors import PortalError, Refused
from portal.ledger import exports as exports_table
from portal.ledger.exports import ExportRow
from portal.ledger.unit import Unit
from portal.ledger.users import user_by_id
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
    except _Unwanted:
        log.info("export %s was cancelled", export_id)
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
        sha256 = keep_bytes(portal, export.id, file)
    if sha256 is None:
        return
    name = f"{made.title}.{request.format.value}"
    with portal.ledger.write(_PERSON) as unit:
        ready = exports_table.set_ready(
            unit, export.id, name, MEDIA_TYPES[request.format], sha256, made.rows, made.note
        )
        if ready:
            _tell_person(portal, unit, actor, name, request)
        unit.commit()
    if not ready:
        drop_bytes(portal, sha256)


def _tell_person(portal: Portal, unit: Unit, actor: Actor, name: str, request: ExportRequest) -> None:
    """A mail to who signed in; it leads to the list, where the file is only for who asked."""
    user = user_by_id(unit.conn, actor.user_id) if actor.user_id is not None else None
    if user is None:
        return
    values = {"name": name, "days": str(KEPT.days), "link": f"{portal.settings.base_url}/{EXPORTS.address}"}
    with suppress(Refused):  # an address that no mail can go to: the list tells
        post_mail(portal, unit, Template.EXPORT_READY, user.email, user.language or request.language or "es", values)


class _Unwanted(Exception):
    """Somebody cancelled the export meanwhile."""


class _Progress:
    """Writes down how far the work is, every so often, and stops it when the file is wanted no more."""

    def __init__(self, portal: Portal, export_id: int) -> None:
        self.portal, self.export_id, self._next = portal, export_id, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + TOLD_EVERY
        with self.portal.ledger.read() as conn:
            if not exports_table.is_waiting(conn, self.export_id):
                raise _Unwanted
        try:
            with self.portal.ledger.write(_PERSON) as unit:
                exports_table.set_progress(unit, self.export_id, done, total)
                unit.commit()
        except Exception:  # a busy ledger must not end the work that only wanted to say how far it is
            log.warning("the progress of export %s could not be written", self.export_id, exc_info=True)
