"""The views that somebody kept or was shown: opened, kept, forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from portal.app.desks import desks
from portal.app.saved_views import LONGEST_NAME, KeptView, SavedView, list_views, remove_view, save_view, unshare_view
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
            if one.mine and one.issuer_id and st.button(
                "", icon=":material/group_off:", key=f"vista-dejar-{one.id}", type="tertiary",
                help=say(Text("Dejar de compartir")),
            ):  # fmt: skip
                done = Text("Vista guardada, solo para ti.")
                act(done, lambda one=one: unshare_view(portal(), actor, one.id))  # type: ignore[misc]
            if one.mine and st.button(
                "", icon=":material/delete:", key=f"vista-quitar-{one.id}", type="tertiary", help=say(Text("Quitar"))
            ):
                act(Text("Vista quitada."), lambda one=one: remove_view(portal(), actor, one.id))  # type: ignore[misc]


def _whose(one: SavedView) -> str | None:
    if not one.mine:
        return plain(say(Text("De {person}", person=one.made_by)))
    return say(Text("Compartida con tu equipo")) if one.issuer_id else None


def _draw_form(actor: Actor) -> None:
    shared = {_NOBODY: say(Text("Solo yo, y quienes ya la ven"))} | {
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
            act(lambda kept: _done(kept, shared), lambda: save_view(portal(), actor, name, asked, issuer or None))


def _done(kept: KeptView, shared: Mapping[int, str]) -> Text:
    """What became of the view, and of those who saw the one before it."""
    if kept.issuer_id is None:
        if kept.before is not None:
            return Text("Vista guardada, solo para ti: ya no puedes compartirla con quienes la veían.")
        return Text("Vista guardada en lugar de la anterior.") if kept.replaced else Text("Vista guardada.")
    issuer = shared.get(kept.issuer_id) or Text("ese emisor")
    if kept.before == kept.issuer_id:
        said = Text("Vista guardada en lugar de la anterior; la siguen viendo quienes exportan en {issuer}.")
    elif kept.before is not None:
        said = Text("Vista guardada; ahora la ven quienes exportan en {issuer}, y ya no quienes la veían.")
    else:
        said = Text("Vista guardada; la ven quienes exportan en {issuer}.")
    return said.filled(issuer=issuer)


def _with(issuer_id: int, shared: Mapping[int, str]) -> str:
    if issuer_id == _NOBODY:
        return shared[_NOBODY]
    return say(Text("Quienes exportan en {issuer}", issuer=shared[issuer_id]))
