"""From what was asked for to the bytes of its file: the list, its groups, or the statement of account."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

from portal.app.export_requests import ExportRequest, Format, GroupsRequest, StatementRequest, StatementsRequest
from portal.app.group_files import write_groups
from portal.app.list_files import Made, Told, write_list
from portal.app.packages.making import write_package
from portal.app.portal import Portal
from portal.app.statements.batch import Many, write_many
from portal.app.statements.files import issued_file, read_content
from portal.app.statements.issuing import Wish, issue
from portal.domain.access import Actor, Right
from portal.domain.issued import StatementFormat

MEDIA_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PDF: "application/pdf",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.JSONL: "application/jsonl",
    Format.ZIP: "application/zip",
}


def write_export(
    portal: Portal, actor: Actor, request: ExportRequest, asked_at: datetime, out: BinaryIO, told: Told
) -> Made:
    """Write what the actor may download now to `out`, which stays open.

    A statement of account is issued, and a package made, as known when it was asked for.
    """
    if isinstance(request, StatementRequest):
        return _statement(portal, actor, request, asked_at, out)
    if isinstance(request, StatementsRequest):
        wanted = Many(request.issuer_id, request.start, request.end, request.owing, request.known_at)
        return Made(*write_many(portal, actor, wanted, request.language, asked_at, out, told))
    if isinstance(request, GroupsRequest):
        return write_groups(portal, actor.scope(Right.DOWNLOAD), request, out, told)
    if request.format is Format.ZIP:
        return write_package(portal, actor, request, asked_at, out, told)
    return write_list(portal, actor.scope(Right.DOWNLOAD), request, out, told)


def _statement(portal: Portal, actor: Actor, request: StatementRequest, asked_at: datetime, out: BinaryIO) -> Made:
    account = (request.issuer_id, request.customer_id, request.currency)
    issued = issue(portal, actor, Wish(*account, request.start, request.end, request.known_at), at=asked_at)
    format = StatementFormat(request.format.value)
    file = issued_file(portal, issued, format, request.language)
    out.write(file.data)
    return Made(file.name.removesuffix(f".{format}"), read_content(portal, issued).statement.count)
