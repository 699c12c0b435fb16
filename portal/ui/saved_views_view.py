"""The views that somebody kept or was shown: opened, kept, forgotten."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.desks import desks
from portal.app.saved_views import LONGEST_NAME, SavedView, list_views, remove_view, save_view
from portal.domain.access import Actor, Right
from portal.text import Text
from portal.ui.acting import act
from portal.ui.analysis_choices import asked_now, open_analysis
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.state import portal

_NOBODY = 0


def draw_saved_views(actor: Actor) -> None:
    """A menu of the views, and a form that keeps what is on the screen under a name."""
    found = list_views(portal(), actor)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if found:
            with st.popover(say(Text("Vistas guardadas")), icon=":material/bookmarks:"):
                _draw_list(actor, found)
        with st.popover(say(Text("Guardar vista")), icon=":material/bookmark_add:"):
            _draw_form(actor)


def _draw_list(actor: Actor, found: Sequence[SavedView]) -> None:
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            if st.button(plain(one.name), key=f"vista-{one.id}", type="tertiary", help=_whose(one)):
                open_analysis(one.asked)
            if one.mine and st.button(
                "", icon=":material/delete:", key=f"vista-quitar-{one.id}", type="tertiary", help=say(Text("Quitar"))
            ):
                act(Text("Vista quitada."), lambda one=one: remove_view(portal(), actor, one.id))  # type: ignore[misc]


def _whose(one: SavedView) -> str | None:
    if not one.mine:
        return plain(say(Text("De {person}", person=one.made_by)))
    return say(Text("Compartida con tu equipo")) if one.issuer_id else None


def _draw_form(actor: Actor) -> None:
    shared = {_NOBODY: say(Text("Solo yo"))} | {
        one.issuer_id: one.issuer_name for one in desks(portal(), actor, Right.EXPORT)
    }
    with st.form("guardar-vista", border=False):
        name = st.text_input(say(Text("Nombre")), key="vista-nombre", max_chars=LONGEST_NAME)
        issuer = _NOBODY
        if len(shared) > 1:
            issuer = st.selectbox(
                say(Text("Quién la ve")), list(shared), format_func=lambda one: _with(one, shared), key="vista-con"
            )
        st.caption(
            say(Text("Guarda los filtros, la agrupación y las columnas; los documentos son siempre los de hoy."))
        )
        if st.form_submit_button(say(Text("Guardar")), type="primary"):
            asked = asked_now()
            act(Text("Vista guardada."), lambda: save_view(portal(), actor, name, asked, issuer or None))


def _with(issuer_id: int, shared: dict[int, str]) -> str:
    if issuer_id == _NOBODY:
        return shared[_NOBODY]
    return say(Text("Quienes exportan en {issuer}", issuer=shared[issuer_id]))
