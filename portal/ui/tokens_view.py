"""Tokens by which an issuer's own systems use the API: made and shown once, listed, revoked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.api_tokens import LONGEST_NAME, Scope, list_tokens, make_token, revoke_token
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed
from portal.ui.audit_words import SCOPES, maker_name
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_TOKEN = "clave"  # noqa: S105


def draw_tokens(desk: Desk) -> None:
    """The one that was just made, those there are, and the form for another."""
    st.subheader(say(Text("Claves de la API")))
    st.caption(say(Text("Con una clave tu sistema lee los pagos o trae documentos. La API se describe en {address}.",
                        address="/api/v1/openapi.json")))  # fmt: skip
    if token := state.take_token():
        st.success(say(Text("Cópiala ahora: no se vuelve a mostrar.")), icon=":material/key:")
        st.code(token, language=None, wrap_lines=True)
    _draw_list(desk)
    with st.form(f"clave-nueva-{state.turn(_TOKEN)}", border=False):
        name = st.text_input(
            say(Text("Nombre del sistema que la usa")), key=f"clave-nombre-{state.turn(_TOKEN)}", max_chars=LONGEST_NAME
        )
        scopes = st.pills(
            say(Text("Para qué sirve")), list(Scope), default=[Scope.PAYMENTS], selection_mode="multi",
            format_func=lambda one: say(SCOPES[one]), key=f"clave-para-{state.turn(_TOKEN)}",
        )  # fmt: skip
        if st.form_submit_button(say(Text("Crear clave"))):
            act(Text("Clave creada."), lambda: _make(desk, name, scopes))


def _make(desk: Desk, name: str, scopes: Sequence[Scope]) -> None:
    state.keep_token(make_token(state.portal(), desk.actor, desk.issuer_id, name, here(), scopes))
    state.next_turn(_TOKEN)


def _draw_list(desk: Desk) -> None:
    found = list_tokens(state.portal(), desk.actor, desk.issuer_id)
    chosen = next((one for one in found if one.row.id == opened(_TOKEN)), None)
    if chosen is not None and chosen.row.revoked_at is None:
        _draw_one(desk, chosen.row.id, chosen.row.name)
    if not found:
        return
    good, gone = say(Text("Activa")), say(Text("Revocada"))
    columns: dict[Text, list[object]] = {
        Text("Nombre"): [one.row.name for one in found],
        Text("Termina en"): [one.row.hint for one in found],
        Text("Para"): [", ".join(say(SCOPES[scope]) for scope in one.row.scopes.split()) for one in found],
        Text("Estado"): [gone if one.row.revoked_at else good for one in found],
        Text("Último uso"): [one.row.last_used_at for one in found],
        Text("Creada"): [one.row.created_at for one in found],
        Text("Por"): [maker_name(one.made_by, labels()) for one in found],
    }
    buttons = [Button(Text("Revocar"), [one.row.revoked_at is None for one in found])]
    if click := draw_rows("claves", columns, buttons):
        open_row(_TOKEN, found[click[1]].row.id)
        st.rerun()


def _draw_one(desk: Desk, token_id: int, name: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(name)}**")
        with st.container(horizontal=True):
            lost = Text("El sistema que la usa deja de entrar ahora mismo.")
            if confirmed(Text("Revocar"), lost, "revocar-clave"):
                act(
                    Text("Clave revocada."),
                    lambda: revoke_token(state.portal(), desk.actor, token_id, here()),
                    closes=_TOKEN,
                )
            if st.button(say(Text("Cancelar")), key="cancelar-clave", type="tertiary"):
                close_row(_TOKEN)
                st.rerun()
