"""Sending the statement on the page to its customer by mail: to whom it goes stands there before."""

from __future__ import annotations

import streamlit as st

from portal.app.statements.addressee import Addressee, addressee_of
from portal.app.statements.issuing import Wish
from portal.app.statements.mailing import MOST_ATTACHED, mail_statement
from portal.domain import places
from portal.domain.access import Actor, Right
from portal.domain.monthly import LONGEST_TEXT
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.nav import script
from portal.ui.plain import with_address

_GOES = Text("Va a {email}.")
_ONE_OF = Text("Va a {email}, uno de los contactos que reciben estados de cuenta; se elige en «Clientes».")
_ATTACHED = Text("Lleva el PDF y el enlace personal del cliente.")
_LONG = Text("Es largo: va sin el PDF; el cliente lo descarga con su enlace personal.")
_SENT = Text("Estado de cuenta enviado a {email}.")


def draw_mailing(actor: Actor, wish: Wish, movements: int) -> None:
    """Nothing for who may not make the customer's links: they learn no address. `movements`: how long it is."""
    if not actor.scope(Right.LINKS).covers(wish.issuer_id, wish.customer_id):
        return
    to = addressee_of(state.portal(), actor, wish.issuer_id, wish.customer_id)
    with st.popover(say(Text("Enviar por correo")), icon=":material/send:"):
        if to.against:
            _draw_against(actor, wish.customer_id, to, to.against)
        else:
            _draw_form(actor, wish, to, movements <= MOST_ATTACHED)


def _draw_against(actor: Actor, customer_id: int, to: Addressee, why: Text) -> None:
    st.warning(with_address(say(why), to.email), icon=":material/mail_off:")
    if to.mendable and places.CUSTOMERS.opens_to(actor):
        st.page_link(
            script(places.CUSTOMERS), label=say(Text("Ir a sus contactos")), icon=":material/arrow_forward:",
            query_params={"cliente": str(customer_id)},
        )  # fmt: skip


def _draw_form(actor: Actor, wish: Wish, to: Addressee, attached: bool) -> None:
    with st.form("estado-por-correo", border=False):
        st.caption(with_address(say((_ONE_OF if to.others else _GOES).filled(email=to.email)), to.email))
        st.caption(say(_ATTACHED if attached else _LONG))
        text = st.text_area(say(Text("Tu mensaje (opcional)")), max_chars=LONGEST_TEXT)
        # a click on «Enviar» beside one address is none on that beside another
        if st.form_submit_button(say(Text("Enviar")), type="primary", key=f"enviar-{wish.customer_id}-{to.email}"):
            act(
                lambda email: _SENT.filled(email=email),
                lambda: mail_statement(state.portal(), actor, wish, text, here()),
            )
