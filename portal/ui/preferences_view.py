"""A switch for each kind of mail, by issuer and address."""

from __future__ import annotations

import streamlit as st

from portal.app.preferences import Preference, list_preferences, set_preference
from portal.domain.access import Actor, By
from portal.domain.contacts import Gets
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.plain import address, plain

_KINDS = {
    Gets.INVOICES: Text("Avisos de documentos nuevos"),
    Gets.REMINDERS: Text("Recordatorios de pago"),
    Gets.STATEMENTS: Text("Estados de cuenta"),
}


def draw_preferences(actor: Actor) -> None:
    """Comprobantes, answers and codes come whatever is chosen here."""
    st.subheader(say(Text("Qué correos quieres recibir")))
    found = list_preferences(state.portal(), actor)
    if not found:
        st.info(say(Text("Ningún proveedor te escribe por su cuenta a tu correo.")), icon=":material/mail:")
        return
    st.caption(say(Text("Los comprobantes, las respuestas y los códigos que pides llegan siempre.")))
    for place, one in enumerate(found):
        _draw_one(actor, one, place)


def _draw_one(actor: Actor, one: Preference, place: int) -> None:
    with st.form(f"avisos-{place}"):
        shown = _masked(one.email) if actor.by is By.LINK else one.email
        st.markdown(f"**{plain(one.issuer_name)}** · {address(shown)}")
        wanted = {
            what: st.toggle(say(_KINDS[what]), now, key=f"avisos-{place}-{what}", disabled=what in one.fixed)
            for what, now in one.wanted.items()
        }
        if one.fixed:
            st.caption(say(Text("Lo que su lector dejó de recibir desde su propio correo solo él lo activa de nuevo.")))
        if st.form_submit_button(say(Text("Guardar"))):
            act(
                Text("Preferencias guardadas."),
                lambda: set_preference(state.portal(), actor, one.issuer_id, one.email, wanted, here()),
            )


def _masked(email: str) -> str:
    """Whoever has the link need not know whose address it is."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
