"""Looking at the portal as a customer sees it: the way there, and the mark above every page while it lasts."""

from __future__ import annotations

from html import escape

import streamlit as st

from portal.app.looking_as import note_look_as
from portal.app.viewing import Viewing
from portal.domain import places
from portal.domain.access import Actor
from portal.text import Text
from portal.ui import state
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.plain import plain


def draw_way_to_look(customer_id: int) -> None:
    """A link to another tab: what is looked at there ends with it."""
    address = state.with_language("/", **{state.LOOKING_AS: str(customer_id)})
    st.link_button(say(Text("Ver el portal como este cliente")), address, icon=":material/visibility:")


def draw_looking_as(actor: Actor, seen: Viewing) -> None:
    """Whose portal this is, that nothing can be done here, and the way back; noted once in each tab."""
    (seeing,) = actor.grants
    if seeing.customer_id is None:
        return
    if state.keep_looking_as(seeing.customer_id):
        note_look_as(state.portal(), actor, here())
    names = [account.customer_name for account in seen.accounts if account.customer_name]
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        mark = Text("Estás viendo el portal como lo ve {customer}. Solo miras: aquí no se paga ni se cambia nada.",
                    customer=names[0] if names else "")  # fmt: skip
        st.warning(plain(say(mark)), icon=":material/visibility:", width="stretch")
        back = escape(state.with_language(f"/{places.CUSTOMERS.address}", cliente=str(seeing.customer_id)))
        words = escape(say(Text("Volver a mi trabajo")))
        st.html(f'<a href="{back}" target="_self" style="color:inherit">{words}</a>', width="content")
