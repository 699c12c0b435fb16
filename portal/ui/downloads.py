"""Files made on request: ask, watch the progress, fetch. Our own route asks again who wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from portal.app.export_requests import DocumentsRequest, ExportRequest, Format, GroupsRequest
from portal.app.exports import ExportState, State, export_state
from portal.app.exports_at_once import ask_file
from portal.domain import places
from portal.domain.access import Actor
from portal.errors import NotFound
from portal.text import Text
from portal.ui import guard, state
from portal.ui.acting import refusals
from portal.ui.exports_view import EVERY, draw_cancel, draw_progress
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.plain import plain

_ICONS = {
    Format.PDF: "picture_as_pdf", Format.XLSX: "table", Format.CSV: "csv", Format.PARQUET: "database",
    Format.JSONL: "data_object", Format.ZIP: "folder_zip",
}  # fmt: skip
_MEANT_FOR = {
    Format.PARQUET: Text("Para programas de análisis, con tipos."),
    Format.JSONL: Text("Para programas: un objeto JSON por línea."),
    Format.ZIP: Text("Paquete de fin de mes: PDF y XML de cada documento, índice y estados de cuenta."),
}
_FILE, _GROUPS = Text("Descargar {format}"), Text("Descargar grupos ({format})")
_DOCUMENTS = Text("Descargar documentos ({format})")
_USUAL, _MORE = (Format.XLSX, Format.CSV), (Format.ZIP, Format.PARQUET, Format.JSONL)


def draw_downloads(
    actor: Actor,
    key: str,
    offered: Sequence[ExportRequest],
    more: Sequence[DocumentsRequest] = (),
    apart: Text | None = None,
) -> None:
    """A button per format, those of `more` behind one, with the choices of CSV; below, the file last asked for here.

    `apart`: what those of `more` hold, where it is something else than the others do.
    """
    if not places.EXPORTS.opens_to(actor):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = [request for request in offered if _pressed(key, request)]
        if more:
            with st.popover(say(Text("Más formatos")), icon=":material/tune:"):
                comma, bom = _draw_style(key)
                if apart is not None:
                    st.caption(say(apart))
                asked += [request for request in more if _draw_more(key, request, apart is not None)]
            asked = [_styled(one, comma, bom) for one in asked]
        for request in asked:
            with refusals():
                state.keep_export(key, ask_file(state.portal(), actor, request))
        draw_asked(actor, key)


def _pressed(key: str, request: ExportRequest, named: bool = False) -> bool:
    """`named`: the button says that it gives documents, because others give something else."""
    word = _GROUPS if isinstance(request, GroupsRequest) else _DOCUMENTS if named else _FILE
    said = say(word.filled(format=request.format.value.upper()))
    key = f"{key}-documentos-{request.format}" if named else f"{key}-{request.format}"
    return st.button(said, key=key, icon=f":material/{_ICONS[request.format]}:")


def _draw_more(key: str, request: DocumentsRequest, named: bool) -> bool:
    pressed = _pressed(key, request, named)
    if request.format in _MEANT_FOR:
        st.caption(say(_MEANT_FOR[request.format]))
    return pressed


def _draw_style(key: str) -> tuple[bool, bool]:
    """How CSV is written: what spreadsheet programs here expect, or what programs do."""
    comma = st.checkbox(say(Text("CSV con coma decimal y punto y coma")), key=f"{key}-coma")
    bom = st.checkbox(say(Text("CSV con marca de orden (BOM), como lo espera Excel")), value=True, key=f"{key}-bom")
    return comma, bom


def _styled(request: ExportRequest, comma: bool, bom: bool) -> ExportRequest:
    return (
        replace(request, decimal_comma=comma, bom=bom)
        if isinstance(request, DocumentsRequest | GroupsRequest)
        else request
    )


def draw_list_downloads(actor: Actor, key: str, order: DocumentsRequest) -> None:
    """A list of documents in every format that it has; `order` says all but the format."""
    usual, further = ([replace(order, format=kind) for kind in kinds] for kinds in (_USUAL, _MORE))
    draw_downloads(actor, key, usual, further)


def draw_group_downloads(actor: Actor, key: str, order: GroupsRequest) -> None:
    """Groups in the formats that they have; behind one button, the documents that were added up, in theirs."""
    behind = order.filter if order.currency is None else replace(order.filter, currencies=(order.currency,))
    documents = [DocumentsRequest(kind, behind, language=order.language) for kind in (*_USUAL, *_MORE)]
    offered = [replace(order, format=kind) for kind in _USUAL]
    draw_downloads(actor, key, offered, documents, Text("Los documentos que suman estos grupos, uno por fila:"))


def draw_asked(actor: Actor, key: str) -> None:
    """How far the file last asked for at a place is, and where to fetch it; nothing if none was."""
    export_id = state.asked_export(key)
    if export_id is None:
        return
    try:
        found = export_state(state.portal(), actor, export_id)
    except NotFound:
        state.forget_export(key)
        return
    if found.state.over:
        _draw_over(found)
    else:
        st.fragment(_watch, run_every=EVERY)(export_id)


def _watch(export_id: int) -> None:
    guard.begin_run()  # a fragment runs without the shell
    actor = guard.require_visitor(places.EXPORTS)
    try:
        found = export_state(state.portal(), actor, export_id)
    except NotFound:  # taken away in another tab
        st.rerun()
    if found.state.over:
        st.rerun()
    with st.container(width=300, gap="small"):
        draw_progress(found)
        with st.container(horizontal=True, vertical_alignment="center"):
            draw_cancel(actor, found)
            st.page_link(script(places.EXPORTS), label=say(places.EXPORTS.title), icon=":material/folder_open:")
        if actor.user_id is not None:
            st.caption(say(Text("Puedes seguir o irte: te avisamos por correo.")))


def _draw_over(found: ExportState) -> None:
    if found.state is State.CANCELLED:
        return
    if found.error is not None:
        st.warning(plain(say(found.error)))
        return
    name = say(Text("Abrir {name}", name=found.name))
    st.link_button(name, found.address, type="primary", icon=":material/download:")
    if found.note is not None:
        st.caption(plain(say(found.note)))
