"""An issuer's settings: each switch with what it means for whom."""

from __future__ import annotations

import streamlit as st

from portal.app.issuer_settings import read_settings, set_settings
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here


def draw_settings(desk: Desk) -> None:
    """The switches, saved together."""
    now = read_settings(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Acceso y seguridad")))
    with st.form(f"ajustes-{desk.issuer_id}"):
        second_factor = _switch(
            "pasos",
            Text("Verificación en dos pasos para el equipo"),
            Text("Cada persona del equipo confirma su entrada con un código de su teléfono."),
            now.second_factor,
        )
        device_code = _switch(
            "dispositivo",
            Text("Código por correo en dispositivos nuevos"),
            Text("Quien abre un enlace personal en un dispositivo nuevo escribe un código que llega a su correo."),
            now.device_code,
        )
        auto_requests = _switch(
            "automatico",
            Text("Aprobar solas las solicitudes que coinciden"),
            Text("Entra sin espera quien conoce la identificación, el número de una factura y su total."),
            now.auto_requests,
        )
        if st.form_submit_button(say(Text("Guardar")), type="primary"):
            act(
                Text("Ajustes guardados."),
                lambda: set_settings(
                    state.portal(), desk.actor, desk.issuer_id, second_factor=second_factor,
                    device_code=device_code, auto_requests=auto_requests, where=here(),
                ),
            )  # fmt: skip


def _switch(key: str, name: Text, meaning: Text, now: bool) -> bool:
    chosen = st.toggle(say(name), now, key=f"ajuste-{key}")
    st.caption(say(meaning))
    return chosen
