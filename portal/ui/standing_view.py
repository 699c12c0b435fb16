"""How a mailbox stands, in words: since when nothing arrives and why, and what its reader does not want."""

from __future__ import annotations

import streamlit as st

from portal.app.standing import Standing, try_again
from portal.domain.access import Actor
from portal.domain.bounces import in_words
from portal.domain.contacts import Gets
from portal.ledger.addresses import Bounce
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.plain import with_address

_UNWANTED = {
    Gets.INVOICES: Text("no quiere avisos de documentos"),
    Gets.REMINDERS: Text("no quiere recordatorios"),
    Gets.STATEMENTS: Text("no quiere estados de cuenta"),
}


def in_short(standing: Standing | None) -> str:
    """For a table."""
    if standing is None:
        return ""
    dead = [say(Text("no le llega"))] if standing.bounce else []
    return ", ".join(dead + [say(_UNWANTED[what]) for what in Gets if what in standing.stopped])


def draw_standing(actor: Actor, customer_id: int, email: str, standing: Standing) -> None:
    """Of one mailbox, with a button that tries it again; what its reader stopped, only its reader starts."""
    said = show.labels()
    if standing.bounce:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.warning(with_address(_not_reached(email, standing.bounce), email), icon=":material/mark_email_unread:")
            if st.button(say(Text("Volver a intentar")), key=f"intentar-{customer_id}-{email}"):
                done = Text("Se le vuelve a escribir a esa dirección.")
                act(done, lambda: try_again(state.portal(), actor, customer_id, email, here()))
    for what, at in standing.stopped.items():
        words = Text("Desde el {when}, {email} {unwanted}. Solo esa persona puede pedirlos otra vez.",
                     when=said.moment(at), email=email, unwanted=say(_UNWANTED[what]))  # fmt: skip
        st.caption(with_address(say(words), email))


_NOT_REACHED = Text(
    "Desde el {when} a {email} no le llega nada: {why}. El portal no le escribe por su cuenta hasta que lo corrijas."
)


def _not_reached(email: str, bounce: Bounce) -> str:
    why = say(in_words(bounce.status))
    when = show.labels().moment(bounce.at)
    words = _NOT_REACHED.filled(when=when, email=email, why=why)
    said = f" ({bounce.said})" if bounce.said else ""
    return say(words) + said
