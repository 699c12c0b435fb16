"""The pieces of the comments' page: who waits for an answer, and the way to each document."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.threads.objecting import list_disputes
from portal.app.threads.reading import list_threads, waiting_threads
from portal.domain import places
from portal.domain.threads import ThreadState
from portal.ledger.disputes import Dispute
from portal.ledger.thread_lists import ListedThread
from portal.render.dispute_words import GROUNDS, STATES, with_head
from portal.text import Text
from portal.ui import show, state
from portal.ui.document_list import open_document
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.nav import script
from portal.ui.paging import offset_so_far
from portal.ui.row_button import Button
from portal.ui.row_table import Columns, draw_rows

_SIZE = 20
_SHORT = 140  # characters of the last words
_NONE = {
    ThreadState.WAITING: Text(
        "Nadie espera respuesta. Lo que un cliente escriba en un documento aparecerá aquí y en tu correo."
    ),
    ThreadState.ANSWERED: Text("Todavía no has respondido ningún comentario."),
    ThreadState.CLOSED: Text("No hay conversaciones cerradas. Ciérralas en el documento cuando ya no haga falta más."),
}


def draw_threads(desk: Desk, which: ThreadState) -> None:
    """The threads in a state, a page at a time; a row leads to its document, where one answers."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            f"pagina-{which}", _SIZE, lambda limit, at: list_threads(state.portal(), desk.actor, which, limit, at)
        )
    with table:
        if not found:
            st.info(say(_NONE[which]), icon=":material/forum:")
            return
        name = Text("Responder") if which is ThreadState.WAITING else Text("Ver")
        lead = Text("Documento")
        if click := draw_rows(f"hilos-{which}", _columns(found, which), [Button(name)], lead=lead):
            open_document(found[click[1]].document_id)


def _columns(found: Sequence[ListedThread], which: ThreadState) -> Columns:
    waits = which is ThreadState.WAITING
    return {
        Text("Documento"): [one.number for one in found],
        Text("Cliente"): [one.customer_name for one in found],
        Text("Espera desde") if waits else Text("Último"): [one.waits_since or one.last_at for one in found],
        Text("Escribió"): [one.name for one in found],
        Text("Comentario"): [_short(with_head(one.head, one.words, show.labels())) for one in found],
    }


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHORT else f"{line[: _SHORT - 1]}…"


def draw_disputes(desk: Desk) -> None:
    """The objections that are to be answered, the nearest day first."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-objeciones", _SIZE, lambda limit, at: list_disputes(state.portal(), desk.actor, limit, at)
        )
    with table:
        if not found:
            none = Text("Nadie objeta un documento. Cuando un cliente lo haga, aquí verás hasta cuándo responder.")
            st.info(say(none), icon=":material/gavel:")
            return
        said = show.labels()
        columns: Columns = {
            Text("Documento"): [one.number for one in found],
            Text("Cliente"): [one.customer_name for one in found],
            Text("Responder hasta"): [said.day(one.dispute.due_on) for one in found],
            Text("Motivo"): [say(GROUNDS[one.dispute.ground]) for one in found],
            Text("Valor"): [_objected(one.dispute) for one in found],
            Text("Estado"): [say(STATES[one.dispute.state]) for one in found],
        }
        if click := draw_rows("objeciones", columns, [Button(Text("Responder"))], sums=[Text("Valor")]):
            open_document(found[click[1]].dispute.document_id)


def _objected(one: Dispute) -> str:
    return show.money(one.amount, one.currency) if one.amount else say(Text("Todo"))


def draw_waiting_count(desk: Desk) -> None:
    """A line that leads to the comments, while anybody waits for an answer."""
    count = waiting_threads(state.portal(), desk.actor)
    if not count:
        return
    name = Text("Comentarios sin respuesta: {count}", count=count)
    if st.button(say(name), key="comentarios-sin-respuesta", icon=":material/forum:", type="tertiary"):
        st.switch_page(script(places.COMMENTS))
