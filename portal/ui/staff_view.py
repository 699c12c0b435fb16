"""The pieces of the team's page: who, at which level, since when and by whom; invitations; another level; the end."""

from __future__ import annotations

import streamlit as st

from portal.app.accounts.invitations import invite
from portal.app.people import Sight, end_grant, set_level, staff_of_issuer
from portal.domain.roles import LEVELS, Role
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed
from portal.ui.i18n import say
from portal.ui.invitation_list import draw_invitations
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.people_view import pick_mail_language
from portal.ui.plain import plain
from portal.ui.role_words import role_name
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_MEMBER = "equipo"
_MAY = {
    Role.OWNER: Text("Dueño: todo, también el equipo y los ajustes."),
    Role.COLLECTOR: Text("Cartera: enlaces, solicitudes, importar y registrar pagos."),
    Role.READER: Text("Solo lectura: ver, descargar y exportar."),
    Role.ANALYST: Text("Analista: ver, descargar y exportar, también de otros emisores que lo inviten."),
}


def draw_staff(desk: Desk) -> None:
    """The team as a table; a click opens one of them."""
    team = staff_of_issuer(state.portal(), desk.actor, desk.issuer_id)
    chosen = next((one for one in team if one.grant.id == opened(_MEMBER)), None)
    if chosen:
        _draw_member(desk, chosen)
    if not team:
        st.info(say(Text("Todavía no hay nadie en el equipo. Invita a la primera persona.")))
        return
    said = labels()
    columns: dict[Text, list[object]] = {
        Text("Persona"): [one.grant.user_name for one in team],
        Text("Nivel"): [role_name(one.grant.role) for one in team],
        Text("Correo"): [one.grant.email for one in team],
        Text("Desde"): [one.since for one in team],
        Text("Por"): [said.say(one.by) for one in team],
    }
    if click := draw_rows("equipo", columns, [Button(Text("Cambiar"))]):
        open_row(_MEMBER, team[click[1]].grant.id)
        st.rerun()


def draw_invite(desk: Desk) -> None:
    """The form for a new person, and the invitations that are open."""
    with st.expander(say(Text("Invitar al equipo")), icon=":material/person_add:"), st.form("invitar", border=False):
        email = st.text_input(say(Text("Correo")), key="invitar-correo", placeholder=say(Text("nombre@empresa.com")))
        role = _pick_level("invitar-nivel")
        language = pick_mail_language("invitar-idioma")
        if st.form_submit_button(say(Text("Enviar invitación")), type="primary"):
            _invite(desk, email, role, language)
    draw_invitations(
        desk.actor,
        "equipo",
        lambda one: one.offer.issuer_id == desk.issuer_id and one.offer.role in LEVELS,
        lambda one: role_name(one.offer.role) if one.offer.role else "",
    )


def _draw_member(desk: Desk, one: Sight) -> None:
    grant = one.grant
    with st.container(border=True):
        st.markdown(f"**{plain(grant.user_name)}** · {plain(role_name(grant.role))}")
        role = _pick_level(f"nivel-{grant.id}", grant.role)
        with st.container(horizontal=True):
            if st.button(
                say(Text("Guardar el nivel")), key="cambiar-nivel", type="primary", disabled=role is grant.role
            ):
                act(
                    Text("Nivel guardado: vale desde ya."),
                    lambda: set_level(state.portal(), desk.actor, grant.id, role, here()),
                    closes=_MEMBER,
                )
            lost = Text("Esta persona deja de ver lo de este emisor ahora mismo.")
            if confirmed(Text("Quitar del equipo"), lost, "quitar-equipo"):
                act(
                    Text("Persona retirada del equipo."),
                    lambda: end_grant(state.portal(), desk.actor, grant.id, here()),
                    closes=_MEMBER,
                )
            if st.button(say(Text("Cancelar")), key="cancelar-equipo", type="tertiary"):
                close_row(_MEMBER)
                st.rerun()


def _pick_level(key: str, now: Role = Role.COLLECTOR) -> Role:
    index = LEVELS.index(now)
    return Role(st.radio(say(Text("Nivel")), LEVELS, index=index, format_func=lambda role: say(_MAY[role]), key=key))


def _invite(desk: Desk, email: str, role: Role, language: str) -> None:
    act(
        Text("Invitación enviada: sirve una vez, durante siete días."),
        lambda: invite(state.portal(), desk.actor, email, desk.issuer_id, None, role, (), language, where=here()),
        empties="invitar-correo",
    )
