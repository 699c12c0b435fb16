"""The conversation on a document's page: both sides, the issuer's own notes for its people, and where to write."""

from __future__ import annotations

import streamlit as st

from portal.app.reading import DocumentDetail
from portal.app.threads.reading import MOST_SHOWN, ShownThread, close_thread, read_thread
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import Actor, Right
from portal.domain.threads import LONGEST, Side
from portal.ledger.threads import Message, MessageFile
from portal.render.dispute_words import with_head
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.plain import plain

_FIELD = "comentario"


def draw_thread(actor: Actor, detail: DocumentDetail) -> None:
    """All that was written, the oldest first, then the field to write in for who may."""
    shown = read_thread(state.portal(), actor, detail.id)
    if not (shown.messages or shown.may_write):
        return
    st.subheader(say(Text("Comentarios")))
    takes = actor.scope(Right.DOWNLOAD).covers(detail.issuer_id, detail.customer_id)
    if len(shown.messages) == MOST_SHOWN:
        st.caption(say(Text("Se muestran los {most} comentarios más recientes.", most=MOST_SHOWN)))
    for message in shown.messages:
        _draw_message(message, shown.files.get(message.id, []) if takes else [], detail.facts.issuer.name)
    if shown.may_write:
        _draw_field(actor, detail, shown)


def _draw_message(message: Message, files: list[MessageFile], issuer: str) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            name = message.name if message.side is Side.CUSTOMER else f"{message.name} · {issuer}"
            own = message.name == issuer
            st.markdown(f"**{plain(message.name if own else name)}**", width="content")
            st.caption(show.labels().moment(message.written_at), width="content")
            if message.side is Side.NOTE:
                st.badge(say(Text("Nota interna")), color="gray", icon=":material/lock:", width="content")
            if message.message_id:
                st.badge(say(Text("por correo")), color="gray", icon=":material/mail:", width="content")
        if words := with_head(message.head, message.words, show.labels()):
            st.text(words)
        if message.left_out:
            st.caption(say(Text("Archivos que no se recibieron: {names}", names=plain(message.left_out))))
        if files:
            with st.container(horizontal=True):
                for one in files:
                    st.link_button(plain(one.name), f"/attachments/{one.id}", icon=":material/attach_file:")


def _draw_field(actor: Actor, detail: DocumentDetail, shown: ShownThread) -> None:
    turn = state.turn(_FIELD)
    with st.form(f"{_FIELD}-{detail.id}-{turn}", border=False):
        hint = Text("Escribe al cliente…") if shown.staff else Text("Pregunta o cuéntale algo a quien te factura…")
        words = st.text_area(
            say(Text("Tu comentario")), key=f"{_FIELD}-{turn}", placeholder=say(hint), max_chars=LONGEST
        )  # fmt: skip
        note = shown.staff and st.checkbox(
            say(Text("Nota interna: solo la ve tu equipo")), key=f"{_FIELD}-nota-{turn}"
        )  # fmt: skip
        sent = st.form_submit_button(say(Text("Enviar")), type="primary" if words or shown.staff else "secondary")
    with st.container(horizontal=True):
        address = state.with_language(f"/comment/{detail.id}")
        st.link_button(say(Text("Escribir con archivos")), address, icon=":material/attach_file:", type="tertiary")
        _draw_close(actor, detail, shown)
    if sent:
        done = Text("Nota guardada.") if note else Text("Comentario enviado.")
        act(done, lambda: _write(actor, detail.id, words, bool(note)))


def _write(actor: Actor, document_id: int, words: str, note: bool) -> None:
    key = state.press_key(f"{_FIELD}-{document_id}-{state.turn(_FIELD)}")
    said = Said(words, key, note=note, language=state.language())
    write_comment(state.portal(), actor, document_id, said, here())
    state.next_turn(_FIELD)


def _draw_close(actor: Actor, detail: DocumentDetail, shown: ShownThread) -> None:
    """Nothing to answer: the desk counts it no longer."""
    if not (shown.staff and shown.thread and shown.thread.waits_since):
        return
    if st.button(say(Text("No hace falta responder")), key="cerrar-hilo", type="tertiary", icon=":material/check:"):
        act(Text("Conversación cerrada."), lambda: close_thread(state.portal(), actor, detail.id, here()))
