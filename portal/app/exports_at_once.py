"""Small exports: made while whoever asked waits, a moment; the rest becomes a job."""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta

from portal.app.export_files import MEDIA_TYPES, write_export
from portal.app.export_keeping import keep_bytes
from portal.app.export_requests import DocumentsRequest, ExportRequest, Format, GroupsRequest, StatementsRequest
from portal.app.exports import JOB, QUEUE, add_request, check_request, request_export
from portal.app.portal import Portal
from portal.app.reading import everywhere, read_statement
from portal.domain.access import Actor, Right
from portal.ledger import exports as rows
from portal.views import groups, pages

# Rows, or movements, of a file that takes less than a second. A package never does.
AT_ONCE = {Format.CSV: 10_000, Format.JSONL: 10_000, Format.PARQUET: 10_000, Format.XLSX: 3_000, Format.PDF: 200}
_IF_NOT = timedelta(minutes=2)  # then its job makes it, should this process have been stopped


def ask_file(portal: Portal, actor: Actor, request: ExportRequest) -> int:
    """Ask for a file; returns the export's id. A small one is ready; another one waits for its job.

    Raises as `request_export` does.
    """
    check_request(actor, request)
    if _rows(portal, actor, request) > AT_ONCE.get(request.format, -1):
        return request_export(portal, actor, request)
    with portal.ledger.write(actor.name) as unit:
        export_id = unit.job(QUEUE, JOB, {}, _IF_NOT)
        add_request(unit, actor, request, export_id)
        unit.commit()
    try:
        _make(portal, actor, request, export_id)
    except BaseException:
        with portal.ledger.write(actor.name) as unit:
            rows.delete_exports(unit, [export_id])
            unit.commit()
        raise
    return export_id


def _make(portal: Portal, actor: Actor, request: ExportRequest, export_id: int) -> None:
    with tempfile.TemporaryFile() as file:
        made = write_export(portal, actor, request, portal.clock.now(), file, lambda _done, _total: None)
        sha256 = keep_bytes(portal, export_id, file)
    name = f"{made.title}.{request.format.value}"
    with portal.ledger.write(actor.name) as unit:
        rows.set_ready(unit, export_id, name, MEDIA_TYPES[request.format], sha256 or "", made.rows, made.note)
        unit.commit()


def _rows(portal: Portal, actor: Actor, request: ExportRequest) -> int:
    if isinstance(request, StatementsRequest):
        return sys.maxsize
    if isinstance(request, DocumentsRequest):
        scope = actor.scope(Right.DOWNLOAD)
        order = (request.sort, request.descending)
        return pages.page(portal.views, scope, request.filter, *order, 0, 0, everywhere(portal)).total
    if isinstance(request, GroupsRequest):
        asked = (actor.scope(Right.DOWNLOAD), request.filter, request.by, request.currency, request.measure)
        return groups.groups(portal.views, *asked, 0, 0, everywhere(portal)).total
    account = (request.issuer_id, request.customer_id, request.currency)
    return read_statement(portal, actor, *account, request.start, request.end, limit=0).count
