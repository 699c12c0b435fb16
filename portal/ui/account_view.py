"""The pieces of «Mi cuenta», but for the second factor."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.app.accounts.leaving import delete_account
from portal.app.accounts.my_sessions import end_all_sessions, end_session_of, sessions_of
from portal.app.accounts.profile import change_profile
from portal.app.accounts.resets import change_password
from portal.app.people import end_grant, what_i_see
from portal.domain.access import Actor
from portal.errors import Refused
from portal.i18n import LANGUAGES
from portal.ledger.sessions import Session
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed, refusals
from portal.ui.agents import agent_words
from portal.ui.i18n import say
from portal.ui.myself import here, my_session, myself
from portal.ui.opened import close_row, open_row, opened
from portal.ui.redirect import go_to
from portal.ui.role_words import rights_said, role_name
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_SIGHT = "acceso"
_WIDTH = 560  # pixels: a line of a form that is read at a glance


def draw_profile(_actor: Actor) -> None:
    """Name and language."""
    me = myself()
    st.text(me.email)
    with st.form("perfil", width=_WIDTH):
        name = st.text_input(say(Text("Nombre")), me.name, key="nombre", autocomplete="name")
        languages = list(LANGUAGES)
        language = st.selectbox(
            say(Text("Idioma de los correos que recibes")),
            languages,
            index=languages.index(me.language or "es"),
            format_func=LANGUAGES.__getitem__,
            key="idioma-cuenta",
        )
        if st.form_submit_button(say(Text("Guardar")), type="primary"):
            act(Text("Perfil guardado."), lambda: change_profile(state.portal(), me.id, name, language, here()))


def draw_password(_actor: Actor) -> None:
    """Set a first password, or change it by the old one."""
    me, old = myself(), ""
    with st.form("contraseña", clear_on_submit=True, width=_WIDTH):
        if me.password_hash is None:
            st.caption(say(Text("Todavía no tienes contraseña: entras con un código al correo. Puedes crear una.")))
        else:
            old = _secret(Text("Contraseña actual"), "anterior", "current-password")
        new = _secret(Text("Contraseña nueva"), "nueva", "new-password")
        again = _secret(Text("Repite la contraseña nueva"), "otra-vez", "new-password")
        st.caption(say(Text("Al cambiarla se cierra tu sesión en los demás dispositivos.")))
        if st.form_submit_button(say(Text("Guardar contraseña")), type="primary"):
            act(Text("Contraseña guardada."), lambda: _change_password(me.id, old, new, again))


def _secret(name: Text, key: str, autocomplete: str) -> str:
    return st.text_input(say(name), type="password", key=key, autocomplete=autocomplete)


def _change_password(user_id: int, old: str, new: str, again: str) -> None:
    if new != again:
        raise Refused(Text("Las dos contraseñas nuevas no son iguales: escríbelas de nuevo."))
    change_password(state.portal(), user_id, old, new, my_session().token_hash, here())


def draw_devices(_actor: Actor) -> None:
    """Where the person is signed in: one session ended by its button, or all of them."""
    mine, me = my_session(), myself()
    found = sessions_of(state.portal(), me.id)
    columns: dict[Text, list[object]] = {
        Text("Dispositivo"): [_device(one, mine) for one in found],
        Text("Dirección"): [one.address or "" for one in found],
        Text("Visto"): [one.seen_at for one in found],
        Text("Entró"): [one.created_at for one in found],
    }
    others = [one.token_hash != mine.token_hash for one in found]
    if click := draw_rows("sesiones", columns, [Button(Text("Cerrar"), others)]):
        chosen = found[click[1]].token_hash
        act(Text("Sesión cerrada."), lambda: end_session_of(state.portal(), me.id, chosen, here()))
    everywhere = Text("También se cierra aquí: tendrás que volver a entrar.")
    if confirmed(Text("Cerrar sesión en todas partes"), everywhere, "cerrar-todas"):
        with refusals():
            end_all_sessions(state.portal(), me.id, here())
            go_to("/")
            st.stop()


def _device(one: Session, mine: Session) -> str:
    words = agent_words(one.agent)
    return say(Text("{device} (este)", device=words) if one.token_hash == mine.token_hash else words)


def draw_sights(actor: Actor) -> None:
    """What was granted, why, by whom; everybody may give up their own."""
    st.caption(say(Text("Esto es todo lo que puedes ver, y por qué.")))
    found = what_i_see(state.portal(), actor)
    if not found:
        st.info(say(Text("Todavía nadie te ha dado acceso a documentos.")))
        return
    chosen = next((one for one in found if one.grant.id == opened(_SIGHT)), None)
    if chosen:
        _draw_leave(actor, chosen.grant.id, chosen.grant.customer_name or chosen.grant.issuer_name)
    said = labels()
    columns: dict[Text, list[object]] = {
        Text("Emisor"): [one.grant.issuer_name for one in found],
        Text("Cliente"): [one.grant.customer_name or say(Text("Todos")) for one in found],
        Text("Nivel"): [role_name(one.grant.role) for one in found],
        Text("Puedes"): [rights_said(one.grant.grant.rights) for one in found],
        Text("Por qué"): [say(one.why) for one in found],
        Text("Por"): [said.say(one.by) for one in found],
        Text("Desde"): [one.since for one in found],
        Text("Hasta"): [said.moment(one.until) if one.until else "" for one in found],
    }
    if click := draw_rows("accesos", columns, [Button(Text("Renunciar"))]):
        open_row(_SIGHT, found[click[1]].grant.id)
        st.rerun()


def _draw_leave(actor: Actor, grant_id: int, name: str) -> None:
    with st.container(border=True):
        st.text(
            say(Text("¿Dejar de ver los documentos de {party}? Para volver necesitas otra invitación.", party=name))
        )
        with st.container(horizontal=True):
            if st.button(say(Text("Renunciar")), key="renunciar", type="primary"):
                act(
                    Text("Ya no ves esos documentos."),
                    lambda: end_grant(state.portal(), actor, grant_id, here()),
                    closes=_SIGHT,
                )
            if st.button(say(Text("Cancelar")), key="cancelar-acceso", type="tertiary"):
                close_row(_SIGHT)
                st.rerun()


def draw_data(_actor: Actor) -> None:
    """Take one's data along, or leave for good."""
    me = myself()
    st.subheader(say(Text("Descargar mis datos")))
    st.text(say(Text("Un archivo JSON con lo que el portal guarda sobre ti.")))
    st.html(f'<a href="/account/data.json" style="color:inherit">{escape(say(Text("Descargar mis datos")))}</a>')
    st.subheader(say(Text("Eliminar mi cuenta")))
    st.text(say(Text("Tu nombre, tu correo y tus accesos se borran ahora mismo y no hay vuelta atrás.")))
    st.text(say(Text("Las facturas son de quien las emitió y se conservan.")))
    with st.form("eliminar", width=_WIDTH):
        typed = st.text_input(say(Text("Escribe tu correo para confirmar")), key="confirmar-correo", autocomplete="off")
        if st.form_submit_button(say(Text("Eliminar mi cuenta"))):
            with refusals():
                _leave(me.id, me.email, typed)


def _leave(user_id: int, email: str, typed: str) -> None:
    if typed.strip().lower() != email:
        raise Refused(Text("Ese no es el correo de tu cuenta: escríbelo completo para eliminarla."))
    delete_account(state.portal(), user_id, here())
    go_to("/")
    st.stop()
