"""Files made on request: what each is, how far it is, and what can be done with it. It looks again by itself."""

from __future__ import annotations

import streamlit as st

from portal.app.export_keeping import remove_export
from portal.app.export_requests import DocumentsRequest, Format, GroupsRequest, StatementsRequest
from portal.app.exports import ExportState, State, cancel_export, list_exports
from portal.domain import places
from portal.domain.access import Actor
from portal.text import Text
from portal.ui import guard, state
from portal.ui.acting import act, refusals
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.plain import plain
from portal.ui.show import labels

EVERY = 1.0  # seconds between looks at what is being made
_SHOWN = 20
_STATES = {
    State.WAITING: Text("En espera"),
    State.WORKING: Text("En preparación"),
    State.READY: Text("Listo"),
    State.FAILED: Text("No se pudo preparar"),
    State.CANCELLED: Text("Cancelado"),
}
_ICONS = {
    State.WAITING: "schedule", State.WORKING: "hourglass_top", State.READY: "check_circle", State.FAILED: "error",
    State.CANCELLED: "block",
}  # fmt: skip
_UNITS = ("B", "KB", "MB", "GB", "TB")
_STEP = 1024


def draw_exports(actor: Actor) -> None:
    """The list; while something is being made it draws itself anew."""
    found = list_exports(state.portal(), actor)
    if all(one.state.over for one in found):
        _draw(actor, found)
    else:
        st.fragment(_watch, run_every=EVERY)()


def _watch() -> None:
    guard.begin_run()  # a fragment runs without the shell
    actor = guard.require_visitor(places.EXPORTS)
    found = list_exports(state.portal(), actor)
    if all(one.state.over for one in found):
        st.rerun()
    _draw(actor, found)


def _draw(actor: Actor, found: list[ExportState]) -> None:
    if not found:
        st.info(
            say(Text("No tienes archivos. Pide uno con los botones de descarga de «Documentos» o «Estado de cuenta».")),
            icon=":material/folder_open:",
        )
        st.page_link(script(places.DOCUMENTS), label=say(Text("Ir a Documentos")), icon=":material/arrow_forward:")
        return
    st.caption(say(Text("Solo tú puedes abrirlos. Cada uno se borra solo cuando vence.")))
    for one in found[:_SHOWN]:
        with st.container(border=True, key=f"archivo-{one.id}"):
            _draw_one(actor, one)
    if len(found) > _SHOWN:
        st.caption(say(Text("Se muestran los {count} más recientes: quita los que no necesitas.", count=_SHOWN)))


def _draw_one(actor: Actor, one: ExportState) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(gap="small", width="stretch"):
            st.markdown(f":material/{_ICONS[one.state]}: **{plain(one.name or say(title(one)))}**")
            st.caption(plain(" · ".join(_facts(one))))
        with st.container(horizontal=True, width="content", horizontal_alignment="right"):
            _draw_buttons(actor, one)
    if not one.state.over:
        draw_progress(one)
    if one.error is not None:
        st.caption(plain(say(one.error)))
    if one.note is not None:
        st.caption(plain(say(one.note)), width="stretch")


def draw_progress(one: ExportState) -> None:
    """A bar that moves with the rows."""
    share = one.done_rows / one.total_rows if one.total_rows else 0.0
    said = labels()
    if one.total_rows:
        done = Text("{done} de {total} filas", done=said.count(one.done_rows), total=said.count(one.total_rows))
    else:
        done = _STATES[one.state]
    st.progress(min(share, 1.0), text=plain(say(done)))


def draw_cancel(actor: Actor, one: ExportState) -> None:
    """Stop what is being made."""
    if st.button(say(Text("Cancelar")), key=f"cancelar-{one.id}", icon=":material/close:"):
        with refusals():
            cancel_export(state.portal(), actor, one.id)
            st.rerun()


def title(one: ExportState) -> Text:
    """What was asked for, before the file has a name."""
    kind = one.request.format.value.upper()
    if isinstance(one.request, StatementsRequest):
        return Text("Estados de cuenta (ZIP)")
    if isinstance(one.request, GroupsRequest):
        return Text("Grupos de documentos ({format})", format=kind)
    if not isinstance(one.request, DocumentsRequest):
        return Text("Estado de cuenta ({format})", format=kind)
    if one.request.format is Format.ZIP:
        return Text("Paquete de fin de mes (ZIP)")
    return Text("Documentos ({format})", format=kind)


def _draw_buttons(actor: Actor, one: ExportState) -> None:
    if one.state is State.READY:
        st.link_button(say(Text("Bajar")), one.address, icon=":material/download:", type="primary")
    if not one.state.over:
        draw_cancel(actor, one)
    elif st.button(say(Text("Quitar")), key=f"quitar-{one.id}", icon=":material/delete:", type="tertiary"):
        act(Text("Quitado de la lista."), lambda: remove_export(state.portal(), actor, one.id))


def _facts(one: ExportState) -> list[str]:
    said = labels()
    told = [say(_STATES[one.state])]
    if one.state is State.READY:
        told.append(say(Text("{rows} filas", rows=said.count(one.done_rows))))
    if one.size is not None and one.state is State.READY:
        told.append(_size(one.size))
    told.append(say(Text("pedido {when}", when=said.moment(one.created_at))))
    if one.state is State.READY:
        told.append(say(Text("vence {when}", when=said.moment(one.expires_at))))
    return told


def _size(size: int) -> str:
    """Bytes as people say them: 1,2 MB."""
    step = max(0, min((size.bit_length() - 1) // 10, len(_UNITS) - 1))
    value = round(size / _STEP**step, 1 if step > 1 else 0)
    return f"{labels().count(value)} {_UNITS[step]}"
