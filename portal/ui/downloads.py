"""Files made on request: ask, watch the progress, fetch. Our own route asks again who wants it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.export_requests import ExportRequest, Format
from portal.app.exports import ExportState, State, export_state, request_export
from portal.domain import places
from portal.domain.access import Actor
from portal.errors import NotFound
from portal.text import Text
from portal.ui import guard, state
from portal.ui.i18n import say

_ICONS = {Format.PDF: "picture_as_pdf", Format.XLSX: "table", Format.CSV: "csv"}
_EVERY = 1.0  # seconds between looks at a file that is being made


def draw_downloads(actor: Actor, key: str, offered: Sequence[ExportRequest]) -> None:
    """A button per format; below it, the file last asked for here."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for request in offered:
            name = say(Text("Descargar {format}", format=request.format.value.upper()))
            if st.button(name, key=f"{key}-{request.format}", icon=f":material/{_ICONS[request.format]}:"):
                state.keep_export(key, request_export(state.portal(), actor, request))
        draw_asked(actor, key)


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
    if found.state in (State.READY, State.FAILED):
        _draw_done(found)
    else:
        st.fragment(_watch, run_every=_EVERY)(export_id)


def _watch(export_id: int) -> None:
    guard.begin_run()  # a fragment runs without the shell
    found = export_state(state.portal(), guard.require_visitor(places.DOCUMENTS), export_id)
    if found.state in (State.READY, State.FAILED):
        st.rerun()
    share = found.done_rows / found.total_rows if found.total_rows else 0.0
    st.progress(min(share, 1.0), text=say(Text("Preparando el archivo…")), width=240)


def _draw_done(found: ExportState) -> None:
    if found.error is not None:
        st.warning(say(found.error))
    else:
        st.link_button(
            say(Text("Abrir {name}", name=found.name)), found.address, type="primary", icon=":material/download:"
        )
