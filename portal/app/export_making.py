"""Making an export's file: the job's work. It may run twice, or twice at once: the first file that is ready stays."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from portal.app.export_requests import DocumentsRequest, Format, StatementRequest, from_json
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.app.requesters import Requester, present_actor
from portal.app.statements.files import issued_file, read_content
from portal.app.statements.issuing import Wish, issue
from portal.domain.access import Actor, Right
from portal.domain.issued import StatementFormat
from portal.errors import PortalError, Refused
from portal.i18n import translator
from portal.ledger import exports as exports_table
from portal.ledger.exports import ExportRow
from portal.render.labels import Labels
from portal.render.spreadsheets import documents_csv, documents_xlsx
from portal.text import Text
from portal.views import pages
from portal.views.rows import DocumentRow

MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
}
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
    labels = Labels(translator(request.language), request.language)
    with tempfile.TemporaryFile() as file:
        if isinstance(request, StatementRequest):
            title, count = _statement(portal, actor, export, request, file)
        else:
            title, count = _documents(portal, actor, export, request, labels, file)
        file.seek(0)
        sha256 = portal.files.put_stream(file)
    name = f"{title}.{request.format.value}"
    with portal.ledger.write(_PERSON) as unit:
        exports_table.set_ready(unit, export.id, name, MEDIA_TYPES[request.format], sha256, count)
        unit.commit()


def _documents(
    portal: Portal, actor: Actor, export: ExportRow, request: DocumentsRequest, labels: Labels, out: BinaryIO
) -> tuple[str, int]:
    """Writes the list; returns the file's title and its rows."""
    scope, day = actor.scope(Right.DOWNLOAD), everywhere(portal)
    wanted = (portal.views, scope, request.filter, request.sort, request.descending)
    total = pages.page(*wanted, limit=0, offset=0, today=day).total
    with portal.ledger.write(_PERSON) as unit:
        exports_table.set_total(unit, export.id, total)
        unit.commit()
    rows = _told(portal, export.id, pages.rows(*wanted, today=day))
    write = documents_csv if request.format is Format.CSV else documents_xlsx
    return labels.say(Text("documentos-{day}", day=day.usual)), write(rows, out, labels)


def _statement(
    portal: Portal, actor: Actor, export: ExportRow, request: StatementRequest, out: BinaryIO
) -> tuple[str, int]:
    """Writes the statement, issued as known when it was asked for; returns the file's title and its rows."""
    account = (request.issuer_id, request.customer_id, request.currency)
    wish = Wish(*account, request.start, request.end, request.known_at)
    issued = issue(portal, actor, wish, at=export.created_at)
    format = StatementFormat(request.format.value)
    file = issued_file(portal, issued, format, request.language)
    out.write(file.data)
    return file.name.removesuffix(f".{format}"), read_content(portal, issued).statement.count


def _told(portal: Portal, export_id: int, rows: Iterable[DocumentRow]) -> Iterator[DocumentRow]:
    """The rows; how many have gone through is written down every so often."""
    next_time = time.monotonic() + TOLD_EVERY
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 500 == 0 and time.monotonic() >= next_time:
            _tell(portal, export_id, number)
            next_time = time.monotonic() + TOLD_EVERY


def _tell(portal: Portal, export_id: int, done_rows: int) -> None:
    try:
        with portal.ledger.write(_PERSON) as unit:
            exports_table.set_done_rows(unit, export_id, done_rows)
            unit.commit()
    except Exception:  # a busy ledger must not end the work that only wanted to say how far it is
        log.warning("the progress of export %s could not be written", export_id, exc_info=True)
