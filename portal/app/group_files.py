"""The groups of an analysis as a file: all of them, as they stand on the screen that asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from portal.app.export_requests import Format, GroupsRequest
from portal.app.list_files import Made, Told, counted, sheets_note
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Scope
from portal.render.cells import of_listing
from portal.render.columns import Column
from portal.render.csv_file import write_csv
from portal.render.group_columns import group_columns
from portal.render.labels import Labels
from portal.render.sums import Sums
from portal.render.xlsx_file import write_xlsx
from portal.text import Text
from portal.views.group_listing import NAMING, GroupListing, group_listing
from portal.views.groups import Grouping

_TITLES = {
    Grouping.CUSTOMER: Text("documentos-por-cliente"),
    Grouping.ISSUER: Text("documentos-por-emisor"),
    Grouping.MONTH: Text("documentos-por-mes"),
    Grouping.SETTLEMENT: Text("documentos-por-estado"),
    Grouping.CURRENCY: Text("documentos-por-moneda"),
}


def write_groups(portal: Portal, scope: Scope, request: GroupsRequest, out: BinaryIO, told: Told) -> Made:
    """Write the groups as they stand now to `out`, which stays open. `told` hears of each step."""
    labels, day = request.labels or Labels(), everywhere(portal)
    columns = group_columns(NAMING[request.by], labels)
    asked = (request.by, request.currency, request.measure, day)
    with group_listing(portal.views, scope, request.filter, *asked) as found:
        note = _write(columns, found, request, out, told)
        parts = (labels.say(_TITLES[request.by]), found.currency, day.usual.isoformat())
    return Made("-".join(part for part in parts if part), found.total, note)


def _write(
    columns: Sequence[Column], found: GroupListing, request: GroupsRequest, out: BinaryIO, told: Told
) -> Text | None:
    """By currency each row is a total already: none below."""
    batches = counted(found.batches, found.total, told)
    if request.format is Format.CSV:
        write_csv(columns, of_listing(columns, batches), out, request.labels, request.style)
        return None
    sums = None if request.by is Grouping.CURRENCY else Sums(columns)
    cells = of_listing(columns, sums.over(batches) if sums else batches)
    title = request.labels.gettext("Grupos") if request.labels else "groups"
    return sheets_note(write_xlsx(title, columns, cells, out, request.labels, sums))
