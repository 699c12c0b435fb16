"""Who sees a customer's documents: the list, other rights, the end, and invitations."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.accounts.invitations import invite
from portal.app.people import Sight, end_grant, people_of_customer, set_rights
from portal.domain.access import Actor, Right
from portal.domain.roles import CUSTOMER_RIGHTS, Role
from portal.i18n import LANGUAGES
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed
from portal.ui.i18n import say
from portal.ui.invitation_list import draw_invitations
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.plain import plain
from portal.ui.role_words import right_name, rights_said
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_PERSON = "persona"


def draw_people(actor: Actor, issuer_id: int, customer_id: int) -> None:
    """The people of one customer, and all that the visitor may do about them."""
    people = people_of_customer(state.portal(), actor, customer_id)
    chosen = next((one for one in people if one.grant.id == opened(_PERSON)), None)
    if chosen:
        _draw_person(actor, chosen, givable(actor, issuer_id, customer_id))
    if people:
        buttons = [Button(Text("Cambiar"), [one.grant.role is Role.CUSTOMER for one in people])]
        if click := draw_rows(f"personas-{customer_id}", _columns(people), buttons):
            open_row(_PERSON, people[click[1]].grant.id)
            st.rerun()
    else:
        st.info(say(Text("Nadie más entra con su propia cuenta a estos documentos. Invita a quien los necesite.")))
    _draw_invite(actor, issuer_id, customer_id)
    draw_invitations(
        actor, "cliente", lambda one: one.offer.customer_id == customer_id and one.offer.role is Role.CUSTOMER
    )


def givable(actor: Actor, issuer_id: int, customer_id: int) -> list[Right]:
    """The rights of a customer's person that the visitor may give: an issuer's people any, others what they hold."""
    at_issuer = any(actor.scope(right).covers(issuer_id, 0) for right in (Right.LINKS, Right.APPROVE))
    return [
        right
        for right in Right
        if right in CUSTOMER_RIGHTS and (at_issuer or actor.scope(right).covers(issuer_id, customer_id))
    ]


def pick_rights(offered: Sequence[Right], held: frozenset[Right], key: str) -> list[Right]:
    """Which of the rights; seeing is always among them."""
    rest = [right for right in offered if right is not Right.SEE]
    kept = [right for right in rest if right in held]
    chosen = st.multiselect(
        say(Text("Además de ver, puede")),
        rest,
        kept,
        format_func=right_name,
        key=key,
        placeholder=say(Text("Solo ver")),
    )
    return [Right.SEE, *chosen]


def _columns(people: Sequence[Sight]) -> dict[Text, list[object]]:
    said = labels()
    return {
        Text("Persona"): [one.grant.user_name for one in people],
        Text("Correo"): [one.grant.email for one in people],
        Text("Puede"): [rights_said(one.grant.grant.rights) for one in people],
        Text("Por qué"): [say(one.why) for one in people],
        Text("Por"): [said.say(one.by) for one in people],
        Text("Desde"): [one.since for one in people],
    }


def _draw_person(actor: Actor, one: Sight, offered: list[Right]) -> None:
    grant = one.grant
    offered = [right for right in Right if right in offered or right in grant.grant.rights]
    with st.container(border=True):
        st.markdown(f"**{plain(grant.user_name)}**")
        st.text(grant.email)
        rights = pick_rights(offered, grant.grant.rights, f"permisos-{grant.id}")
        with st.container(horizontal=True):
            if st.button(say(Text("Guardar permisos")), key="guardar-permisos", type="primary"):
                act(
                    Text("Permisos guardados."),
                    lambda: set_rights(state.portal(), actor, grant.id, rights, here()),
                    closes=_PERSON,
                )
            lost = Text("Esta persona deja de ver estos documentos ahora mismo.")
            if confirmed(Text("Quitar acceso"), lost, "quitar-acceso"):
                act(
                    Text("Acceso quitado."),
                    lambda: end_grant(state.portal(), actor, grant.id, here()),
                    closes=_PERSON,
                )
            if st.button(say(Text("Cancelar")), key="cancelar-persona", type="tertiary"):
                close_row(_PERSON)
                st.rerun()


def _draw_invite(actor: Actor, issuer_id: int, customer_id: int) -> None:
    offered = givable(actor, issuer_id, customer_id)
    invites = st.expander(say(Text("Invitar a una persona")), icon=":material/person_add:")
    with invites, st.form("invitar", border=False):
        email = st.text_input(say(Text("Correo")), key="invitar-correo", placeholder=say(Text("nombre@empresa.com")))
        usual = frozenset(offered) - {Right.MANAGE}
        rights = pick_rights(offered, usual, "invitar-permisos")
        language = pick_mail_language("invitar-idioma")
        if st.form_submit_button(say(Text("Enviar invitación")), type="primary"):
            act(
                Text("Invitación enviada: sirve una vez, durante siete días."),
                lambda: invite(
                    state.portal(), actor, email, issuer_id, customer_id, Role.CUSTOMER, rights, language,
                    where=here(),
                ),
                empties="invitar-correo",
            )  # fmt: skip


def pick_mail_language(key: str) -> str:
    """In which language a mail is written."""
    chosen: str = st.selectbox(
        say(Text("Idioma del correo")), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key=key
    )
    return chosen
