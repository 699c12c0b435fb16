"""Mails that came in for comments, on the operator's page: what was taken, what was refused and why."""

from __future__ import annotations

import streamlit as st

from portal.app.threads.inbox import list_inbound
from portal.domain.access import Actor
from portal.ledger.inbound import InboundMail, Outcome, Reason
from portal.text import Text
from portal.ui import state
from portal.ui.i18n import say
from portal.ui.paging import offset_so_far
from portal.ui.row_table import draw_rows

_SIZE = 50
_OUTCOMES = {
    Outcome.TAKEN: Text("Quedó en su documento"),
    Outcome.REFUSED: Text("No se recibió como comentario"),
    Outcome.AUTO: Text("Respuesta automática"),
    Outcome.BOUNCE: Text("Un correo nuestro devuelto"),
}
_REASONS = {
    Reason.UNREADABLE: Text("No se puede leer"),
    Reason.TOKEN: Text("No va a una dirección de respuesta del portal"),
    Reason.SENDER: Text("Lo envió otra dirección que la que recibió el correo"),
    Reason.RIGHTS: Text("La persona ya no puede escribir en ese documento"),
    Reason.MANY: Text("Demasiados en una hora"),
    Reason.EMPTY: Text("No trae nada nuevo"),
}


def draw_inbound(actor: Actor) -> None:
    """Who wrote to which address, and what became of it; never what it says."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-llegados", _SIZE, lambda limit, at: list_inbound(state.portal(), actor, limit, at)
        )
    with table:
        if not found:
            none = Text("Todavía no ha llegado ningún correo para los comentarios.")
            if not state.portal().settings.reply_address:
                none = Text("Las respuestas por correo llegan al portal cuando configures PORTAL_REPLY_ADDRESS.")
            st.info(say(none), icon=":material/inbox:")
            return
        draw_rows(
            "correos-llegados",
            {
                Text("De"): [one.sender for one in found],
                Text("Asunto"): [one.subject for one in found],
                Text("Estado"): [say(_OUTCOMES[one.outcome]) for one in found],
                Text("Por qué"): [_why(one) for one in found],
                Text("Llegó"): [one.came_at for one in found],
            },
        )


def _why(one: InboundMail) -> str:
    return say(_REASONS[one.reason]) if one.reason else ""
