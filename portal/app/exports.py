"""Exports: asked for, watched, fetched. The file is made by a job (`export_making`) and is for whoever asked only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from portal.app.export_requests import (
    GROUPS,
    LISTS,
    STATEMENTS,
    DocumentsRequest,
    ExportRequest,
    Format,
    GroupsRequest,
    StatementRequest,
    StatementsRequest,
    from_json,
    to_json,
)
from portal.app.portal import Portal
from portal.app.requesters import Requester, present_actor, requester_of
from portal.app.statements.batch import Many, check_many
from portal.app.statements.issuing import check_period
from portal.domain.access import Actor, Right
from portal.errors import NotFound, Refused
from portal.ledger import exports as rows
from portal.ledger.audit import Event, Where, note
from portal.ledger.exports import ExportRow
from portal.ledger.links import owner_of
from portal.ledger.unit import Unit
from portal.text import Text

KEPT = timedelta(days=7)
MOST_LISTED = 100
MOST_WAITING = 5  # files of one actor still to be made
QUEUE, JOB = "exports", "make_export"
_GIVEN_UP = Text("No pudimos preparar el archivo. Ya avisamos a quien opera el portal; pídelo otra vez más tarde.")


class State(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing changes any more."""
        return self not in (State.WAITING, State.WORKING)


@dataclass(frozen=True, slots=True)
class ExportState:
    """How far an export is. `address` is where to fetch it, once it is ready; `error` says why it failed.

    `total_rows` is None until they have been counted, and for statements until they are ready. `note`: what its reader
    should know of it; `size` in bytes.
    """

    id: int
    state: State
    done_rows: int
    total_rows: int | None
    address: str
    name: str | None
    error: Text | None
    expires_at: datetime
    request: ExportRequest
    created_at: datetime
    size: int | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file as it leaves, a block at a time: it may be larger than memory."""

    name: str
    media_type: str
    size: int
    blocks: Callable[[], Iterator[bytes]]
    in_browser: bool = True

    @property
    def data(self) -> bytes:
        """All of it, for who knows that it is small."""
        return b"".join(self.blocks())


def request_export(portal: Portal, actor: Actor, request: ExportRequest) -> int:
    """Ask for a file; returns the export's id. It is made soon after, with the rights that the actor then has.

    Raises NotFound for what the actor may not download, Refused for an impossible period, a format there is not, or
    too many files still in preparation.
    """
    check_request(actor, request)
    with portal.ledger.write(actor.name) as unit:
        _check_waiting(unit, actor)
        export_id = unit.job(QUEUE, JOB, {})
        add_request(unit, actor, request, export_id)
        unit.commit()
    return export_id


def add_request(unit: Unit, actor: Actor, request: ExportRequest, export_id: int) -> None:
    """The row of an export, in the caller's transaction; the audit knows. Raises NotFound for who has no access now."""
    requester = requester_of(unit.conn, actor)
    if present_actor(unit.conn, requester, unit.now) is None:
        raise NotFound()
    _check_account(unit, request)
    rows.add_export(unit, export_id, requester.to_json(), to_json(request), unit.now + KEPT)
    _note_asked(unit, actor, request, export_id)


def export_state(portal: Portal, actor: Actor, export_id: int) -> ExportState:
    """How far an export of this actor is. Raises NotFound for anybody else's and once it has expired."""
    return _told(_own(portal, actor, export_id))


def list_exports(portal: Portal, actor: Actor) -> list[ExportState]:
    """This actor's exports that it may still take, the newest first."""
    with portal.ledger.read() as conn:
        found = rows.exports_of(conn, actor.name, portal.clock.now(), MOST_LISTED)
    return [_told(export) for export in found if Requester.from_json(export.requester).may_take(actor)]


def cancel_export(portal: Portal, actor: Actor, export_id: int) -> None:
    """Its file is wanted no more: who makes it stops soon. What is over stays as it is. Raises NotFound."""
    _own(portal, actor, export_id)
    with portal.ledger.write(actor.name) as unit:
        rows.set_cancelled(unit, export_id)
        unit.commit()


def export_file(portal: Portal, actor: Actor, export_id: int) -> ExportFile:
    """The file of an export of this actor. Raises NotFound unless it is ready, and has not expired."""
    return _file(portal, _own(portal, actor, export_id))


def statement_file(portal: Portal, actor: Actor, export_id: int, format: Format) -> ExportFile:
    """As `export_file`, for a statement of account in this very format."""
    export = _own(portal, actor, export_id)
    request = from_json(export.request)
    if not isinstance(request, StatementRequest) or request.format is not format:
        raise NotFound()
    return _file(portal, export)


def _told(export: ExportRow) -> ExportState:
    state = _state(export)
    return ExportState(
        export.id,
        state,
        export.done_rows,
        export.total_rows,
        _address(export),
        export.name,
        export.error or (_GIVEN_UP if state is State.FAILED else None),
        export.expires_at,
        from_json(export.request),
        export.created_at,
        export.size,
        export.note,
    )


def _file(portal: Portal, export: ExportRow) -> ExportFile:
    if export.name is None or export.media_type is None or export.sha256 is None:
        raise NotFound()
    size = portal.files.size(export.sha256)
    return ExportFile(export.name, export.media_type, size, partial(portal.files.blocks, export.sha256))


def _own(portal: Portal, actor: Actor, export_id: int) -> ExportRow:
    with portal.ledger.read() as conn:
        export = rows.find_export(conn, export_id)
    if export is None or export.actor != actor.name or portal.clock.now() >= export.expires_at:
        raise NotFound()
    if not Requester.from_json(export.requester).may_take(actor):
        raise NotFound()
    return export


def _state(export: ExportRow) -> State:
    if export.state in (rows.READY, rows.CANCELLED):
        return State(export.state)
    if export.dead or export.state == rows.REFUSED:
        return State.FAILED
    return State.WORKING if export.attempts else State.WAITING


def _address(export: ExportRow) -> str:
    request = from_json(export.request)
    if isinstance(request, StatementRequest):
        return f"/statements/{export.id}.{request.format.value}"
    return f"/exports/{export.id}"


def check_request(actor: Actor, request: ExportRequest) -> None:
    """Raises NotFound for what the actor may not download, Refused for what can't be made."""
    match request:
        case StatementRequest():
            actor.require(Right.DOWNLOAD, request.issuer_id, request.customer_id)
            if request.format not in STATEMENTS:
                raise Refused(Text("El estado de cuenta se descarga en PDF, XLSX o CSV."))
            check_period(request.start, request.end)
        case StatementsRequest():
            check_many(actor, Many(request.issuer_id, request.start, request.end))
        case GroupsRequest():
            _require_some(actor)
            if request.format not in GROUPS:
                raise Refused(Text("Los grupos se descargan en CSV o XLSX."))
        case DocumentsRequest():
            _require_some(actor)
            if request.format not in LISTS:
                raise Refused(Text("La lista de documentos se descarga en CSV o XLSX, no en PDF."))
            request.chosen  # noqa: B018  refuses columns that there are not


def _require_some(actor: Actor) -> None:
    if actor.scope(Right.DOWNLOAD).empty:
        raise NotFound()


def _check_account(unit: Unit, request: ExportRequest) -> None:
    """Whoever may download all that an issuer has could name a customer that is not there, or somebody else's."""
    if isinstance(request, StatementRequest):
        owner = owner_of(unit.conn, request.customer_id)
        if owner is None or owner[0] != request.issuer_id:
            raise NotFound()


def _note_asked(unit: Unit, actor: Actor, request: ExportRequest, export_id: int) -> None:
    """For every issuer whose documents may be in the file: each reads in its audit who took them along."""
    whose: dict[int | None, set[int | None]] = {}
    if isinstance(request, StatementRequest):
        whose[request.issuer_id] = {request.customer_id}
    if isinstance(request, StatementsRequest):
        whose[request.issuer_id] = {None}
    for grant in actor.grants if isinstance(request, DocumentsRequest | GroupsRequest) else ():
        if Right.DOWNLOAD in grant.rights:
            whose.setdefault(grant.issuer_id, set()).add(grant.customer_id)
    for issuer_id, customers in (whose or {None: {None}}).items():
        customer_id = next(iter(customers)) if len(customers) == 1 else None
        about = (f"export:{export_id}", issuer_id, customer_id, Where(actor.address))
        note(unit, Event.EXPORT_ASKED, *about, format=request.format.value)


def _check_waiting(unit: Unit, actor: Actor) -> None:
    if rows.count_waiting(unit.conn, actor.name) >= MOST_WAITING:
        raise Refused(
            Text("Ya tienes {most} archivos en preparación. Espera a que esté listo alguno para pedir otro.",
                 most=MOST_WAITING)
        )  # fmt: skip
