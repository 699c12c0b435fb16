"""Whether customers hear of new documents by mail, and in which words."""

from __future__ import annotations

import streamlit as st

from portal.app.announcing import Announcing, decide_announcing, read_announcing
from portal.app.link_mails import LONGEST
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here


def draw_announcing(desk: Desk) -> None:
    """One switch and the issuer's words, saved together."""
    now = read_announcing(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Avisos de documentos nuevos")))
    with st.form(f"avisos-{desk.issuer_id}"):
        enabled = st.toggle(say(Text("Avisar por correo a cada cliente")), now.enabled, key="avisos-encendidos")
        st.caption(say(_MEANS))
        words = st.text_area(
            say(Text("Mensaje (si quieres)")), now.words, max_chars=LONGEST, key="avisos-mensaje", height=80
        )
        if st.form_submit_button(say(Text("Guardar avisos"))):
            wanted = Announcing(enabled, words)
            act(
                Text("Avisos guardados."),
                lambda: decide_announcing(state.portal(), desk.actor, desk.issuer_id, wanted, here()),
            )


_MEANS = Text(
    "A los pocos minutos de importar facturas y notas, cada cliente con correo recibe uno solo, con sus documentos "
    "nuevos y su enlace personal. De lo que ya estaba, o se emitió hace más de quince días, no sale ningún correo."
)
