"""Sending the statement on the page to its customer by mail."""

from __future__ import annotations

import streamlit as st

from portal.app.statements.issuing import Wish
from portal.app.statements.mailing import mail_statement
from portal.domain.access import Actor, Right
from portal.domain.monthly import LONGEST_TEXT
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here


def draw_mailing(actor: Actor, wish: Wish) -> None:
    """Nothing for who may not make the customer's links."""
    if not actor.scope(Right.LINKS).covers(wish.issuer_id, wish.customer_id):
        return
    with (
        st.popover(say(Text("Enviar por correo")), icon=":material/send:"),
        st.form("estado-por-correo", border=False),
    ):
        st.caption(say(Text("Al correo del cliente para estados de cuenta, con el PDF y su enlace personal.")))
        text = st.text_area(say(Text("Tu mensaje (opcional)")), max_chars=LONGEST_TEXT)
        if st.form_submit_button(say(Text("Enviar")), type="primary"):
            act(Text("Estado de cuenta enviado."), lambda: mail_statement(state.portal(), actor, wish, text, here()))
