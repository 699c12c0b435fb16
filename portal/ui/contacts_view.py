"""A customer's contacts: whom to write to and call, and what each mailbox is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from portal.app.contacts import add_contact, change_contact, list_contacts, remove_contact
from portal.app.customers import OpenedCustomer
from portal.app.standing import Standing, standings
from portal.domain.access import Actor
from portal.domain.contacts import Channel, Gets
from portal.ledger.contacts import KeptContact
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.standing_view import draw_standing, in_short

_CONTACT = "contacto"
_CHANNELS = {
    Channel.EMAIL: Text("Correo"),
    Channel.PHONE: Text("Teléfono"),
    Channel.WHATSAPP: Text("WhatsApp"),
}
_GETS = {
    Gets.INVOICES: Text("Facturas"),
    Gets.REMINDERS: Text("Recordatorios"),
    Gets.STATEMENTS: Text("Estados de cuenta"),
}


def draw_contacts(actor: Actor, customer: OpenedCustomer) -> None:
    """The list, the one that is open, and a new one."""
    found = list_contacts(state.portal(), actor, customer.id)
    if customer.email and not any(one.contact.channel is Channel.EMAIL for one in found):
        told = Text("Sus documentos dicen {email}: ahí se le escribe mientras no anotes otro correo.",
                    email=customer.email)  # fmt: skip
        st.caption(say(told).replace(customer.email, f"`{customer.email.replace('`', '')}`"))
    stand = standings(state.portal(), actor, customer.id)
    for email, one in stand.items():
        draw_standing(actor, customer.id, email, one)
    chosen = next((one for one in found if one.id == opened(_CONTACT)), None)
    if chosen:
        _draw_one(actor, chosen)
    if found:
        if click := draw_rows("contactos", _columns(found, stand), [Button(Text("Cambiar"))]):
            open_row(_CONTACT, found[click[1]].id)
            st.rerun()
    elif not customer.email:
        st.info(say(Text("No hay a quién escribirle. Anota su correo, o un teléfono.")), icon=":material/contacts:")
    _draw_new(actor, customer.id)


def _columns(found: Sequence[KeptContact], stand: Mapping[str, Standing]) -> dict[Text, list[object]]:
    contacts = [one.contact for one in found]
    return {
        Text("Dirección"): [one.address for one in contacts],
        Text("Nombre"): [one.name for one in contacts],
        Text("Medio"): [say(_CHANNELS[one.channel]) for one in contacts],
        Text("Recibe"): [", ".join(say(name) for what, name in _GETS.items() if what in one.gets) for one in contacts],
        Text("Estado"): [in_short(stand.get(one.address)) for one in contacts],
    }


def _draw_one(actor: Actor, kept: KeptContact) -> None:
    one = kept.contact
    with st.form(f"contacto-{kept.id}"):
        address = st.text_input(say(_CHANNELS[one.channel]), one.address, key=f"contacto-direccion-{kept.id}")
        name = st.text_input(say(Text("Nombre")), one.name, key=f"contacto-nombre-{kept.id}")
        gets = _pick_gets(f"contacto-recibe-{kept.id}", list(one.gets)) if one.channel is Channel.EMAIL else []
        if st.form_submit_button(say(Text("Guardar contacto")), type="primary"):
            done = Text("Contacto guardado.")
            act(done, lambda: change_contact(state.portal(), actor, kept.id, address, name, gets, here()), _CONTACT)
    with st.container(horizontal=True):
        if confirmed(Text("Quitar"), Text("No se le escribe ni se le llama más."), f"quitar-contacto-{kept.id}"):
            act(Text("Contacto quitado."), lambda: remove_contact(state.portal(), actor, kept.id, here()), _CONTACT)
        if st.button(say(Text("Cancelar")), key="cancelar-contacto", type="tertiary"):
            close_row(_CONTACT)
            st.rerun()


def _draw_new(actor: Actor, customer_id: int) -> None:
    turn = state.turn("contacto")
    with st.expander(say(Text("Añadir un contacto")), icon=":material/person_add:"):
        channel = st.segmented_control(
            say(Text("Medio")),
            list(Channel),
            default=Channel.EMAIL,
            required=True,
            format_func=lambda one: say(_CHANNELS[Channel(one)]),
            key="contacto-medio",
        )
        channel = Channel(channel or Channel.EMAIL)
        with st.form(f"contacto-nuevo-{turn}", border=False):
            address = st.text_input(say(_CHANNELS[channel]), key=f"contacto-direccion-{turn}-{channel}")
            name = st.text_input(say(Text("Nombre")), key=f"contacto-nombre-nuevo-{turn}")
            gets = _pick_gets(f"contacto-recibe-nuevo-{turn}", list(Gets)) if channel is Channel.EMAIL else []
            if st.form_submit_button(say(Text("Añadir contacto")), type="primary"):
                act(Text("Contacto añadido."), lambda: _add(actor, customer_id, channel, address, name, gets))


def _add(actor: Actor, customer_id: int, channel: Channel, address: str, name: str, gets: Sequence[Gets]) -> None:
    add_contact(state.portal(), actor, customer_id, channel, address, name, gets, here())
    state.next_turn("contacto")


def _pick_gets(key: str, held: Sequence[Gets]) -> list[Gets]:
    chosen = st.multiselect(
        say(Text("Recibe")), list(Gets), held, format_func=lambda one: say(_GETS[Gets(one)]), key=key,
        placeholder=say(Text("Nada")),
    )  # fmt: skip
    return [Gets(one) for one in chosen]
