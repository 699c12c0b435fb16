"""Customers that may be one: found, looked at side by side, and joined."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from portal.app.customer_joining import Preview, Side, join_customers, preview_join, proposals
from portal.domain.access import Right
from portal.domain.same_party import Spelling
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, refusals
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.sums import draw_sums_table

_SEARCH, _GROUP = "repetidos", "repetido"
_MOST = 100
_SPELLED = Text("La misma identificación escrita de varias formas: con dígito de verificación, con otro tipo…")


def draw_joining(desk: Desk) -> bool:
    """The way to the search, or what it found; True while that is what the page is about."""
    if desk.actor.scope(Right.APPROVE).empty:
        return False
    if opened(_SEARCH) is None:
        if st.button(say(Text("Buscar clientes repetidos")), key="buscar-repetidos", icon=":material/merge:"):
            open_row(_SEARCH, desk.issuer_id)
            st.rerun()
        return False
    if st.button(say(Text("Volver a la lista")), key="volver-repetidos", icon=":material/arrow_back:", type="tertiary"):
        close_row(_SEARCH)
        close_row(_GROUP)
        st.rerun()
    found = proposals(state.portal(), desk.actor, desk.issuer_id)
    chosen = next((group for group in found if group[0].id == opened(_GROUP)), None)
    if chosen:
        _draw_group(desk, chosen)
    _draw_found(found)
    return True


def _draw_found(found: Sequence[Sequence[Spelling]]) -> None:
    if not found:
        st.info(say(Text("No hay clientes repetidos: cada identificación está escrita de una sola forma.")))
        return
    st.caption(
        say(Text("La misma identificación escrita de varias formas: con dígito de verificación, con otro tipo…"))
    )
    some = found[:_MOST]
    columns = {
        Text("Cliente"): [group[0].name for group in some],
        Text("Identificación"): [group[0].tax_id for group in some],
        Text("También"): ["; ".join(f"{one.name} · {one.tax_id}" for one in group[1:]) for group in some],
    }
    if click := draw_rows("repetidos", columns, [Button(Text("Revisar"))]):
        open_row(_GROUP, some[click[1]][0].id)
        st.rerun()


def _draw_group(desk: Desk, group: Sequence[Spelling]) -> None:
    names = {one.id: f"{one.name} · {one.tax_id}" for one in group}
    with st.container(border=True):
        stays = st.radio(
            say(Text("Queda como")), list(names), format_func=names.__getitem__, key=f"queda-{group[0].id}"
        )
        others = [one for one in names if one != stays]
        goes = others[0]
        if len(others) > 1:
            goes = st.selectbox(
                say(Text("Se junta")), others, format_func=names.__getitem__, key=f"se-junta-{group[0].id}-{stays}"
            )
        with refusals():
            _draw_preview(desk, preview_join(state.portal(), desk.actor, int(stays), int(goes)))


def _draw_preview(desk: Desk, preview: Preview) -> None:
    sides = (preview.stays, preview.goes)
    number = show.labels().number
    columns = {
        Text("Cliente"): [one.spelling.name for one in sides],
        Text("Identificación"): [one.spelling.tax_id for one in sides],
        Text("Documentos"): [number(Decimal(one.documents)) for one in sides],
        Text("Saldo"): [_sums(one) for one in sides],
        Text("Personas"): [number(Decimal(one.people)) for one in sides],
        Text("Enlaces activos"): [number(Decimal(one.links)) for one in sides],
    }
    draw_sums_table("juntar", columns, 2)
    st.text(say(_WHAT))
    if preview.paying:
        st.warning(say(Text("Hay un pago en curso de uno de los dos: espera a que termine.")))
    with st.container(horizontal=True):
        with st.popover(say(Text("Juntar")), icon=":material/merge:", disabled=preview.paying):
            st.text(say(_SURE))
            if st.button(say(Text("Juntar los dos clientes")), key="juntar", type="primary"):
                stays, goes = preview.stays.spelling.id, preview.goes.spelling.id
                done = Text("Clientes juntados: sus documentos están ahora en uno solo.")
                act(done, lambda: join_customers(state.portal(), desk.actor, stays, goes, here()), closes=_GROUP)
        if st.button(say(Text("Cancelar")), key="cancelar-juntar", type="tertiary"):
            close_row(_GROUP)
            st.rerun()


_WHAT = Text(
    "Los documentos, saldos, enlaces, personas y contactos quedan en uno solo. Ningún saldo cambia, en ninguna fecha. "
    "Quien ve hoy a uno de los dos verá lo de ambos, y lo que llegue con cualquiera de las dos formas entra ahí."
)
_SURE = Text("No se puede separar después con un clic. ¿Es el mismo cliente?")


def _sums(side: Side) -> str:
    owed = [show.money(one.outstanding, one.currency) for one in side.sums if one.outstanding]
    return " · ".join(owed) or "—"
