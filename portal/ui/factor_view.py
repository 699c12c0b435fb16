"""The second factor of «Mi cuenta»: turned on by a QR and a first code, off by another one."""

from __future__ import annotations

from base64 import b64encode

import streamlit as st

from portal.app.accounts.second_factor import begin_totp, confirm_totp, turn_off_totp
from portal.domain.access import Actor
from portal.render.qr import qr_png
from portal.text import Text
from portal.ui import guard, state
from portal.ui.acting import act, refusals
from portal.ui.i18n import say
from portal.ui.myself import here, my_session, myself

_BEGUN, _CODES = "dos-pasos-clave", "dos-pasos-codigos"


def draw_factor(_actor: Actor) -> None:
    """What the next step is: begin, confirm, keep the recovery codes, or turn it off."""
    me = myself()
    if codes := st.session_state.get(_CODES):
        _draw_codes(codes)
    elif me.totp_on_at is not None:
        _draw_off(me.id)
    elif begun := st.session_state.get(_BEGUN):
        _draw_confirm(me.id, *begun)
    else:
        st.text(say(Text("Además de tu contraseña o del código del correo, pedimos un código de tu teléfono.")))
        if st.button(say(Text("Activar")), key="activar", type="primary"):
            with refusals():
                st.session_state[_BEGUN] = begin_totp(state.portal(), me.id)
                st.rerun()


def _draw_confirm(user_id: int, secret: str, address: str) -> None:
    st.text(say(Text("Escanea este código con tu aplicación de autenticación y escribe los seis números que muestra.")))
    st.image(f"data:image/png;base64,{b64encode(qr_png(address, 5)).decode()}")
    st.caption(say(Text("Si la aplicación está en este teléfono, copia esta clave en ella:")))
    st.code(secret, language=None)
    with st.form("confirmar-pasos", border=False):
        code = st.text_input(say(Text("Código")), key="codigo", autocomplete="one-time-code", max_chars=12)
        if st.form_submit_button(say(Text("Confirmar")), type="primary"):
            with refusals():
                kept = confirm_totp(state.portal(), user_id, code, my_session().token_hash, guard.browser(), here())
                st.session_state.pop(_BEGUN)
                st.session_state[_CODES] = kept
                st.rerun()


def _draw_codes(codes: list[str]) -> None:
    st.success(say(Text("La verificación en dos pasos está activa.")))
    st.text(
        say(Text("Guarda estos códigos: cada uno sirve una vez si pierdes el teléfono. No los mostramos de nuevo."))
    )
    st.code("\n".join(codes), language=None)
    if st.button(say(Text("Ya los guardé")), key="guardados", type="primary"):
        st.session_state.pop(_CODES)
        st.rerun()


def _draw_off(user_id: int) -> None:
    st.success(say(Text("La verificación en dos pasos está activa.")))
    with st.form("desactivar", border=False):
        code = st.text_input(
            say(Text("Código de tu aplicación, o uno de recuperación")),
            key="codigo-final",
            autocomplete="one-time-code",
            max_chars=40,
        )
        if st.form_submit_button(say(Text("Desactivar"))):
            done = Text("La verificación en dos pasos quedó desactivada.")
            act(done, lambda: turn_off_totp(state.portal(), user_id, code, guard.browser(), here()))
