"""An objection on a document's page: how it stands, the issuer's answer, and where the customer objects."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from portal.app.reading import DocumentDetail
from portal.app.threads.objecting import Objection, answer_dispute, dispute_of, object_to, withdraw_dispute
from portal.domain.access import Actor, Right
from portal.domain.disputes import ANSWERS, DisputeState, Ground
from portal.domain.threads import LONGEST, reads_notes
from portal.domain.typed_amounts import read_amount
from portal.ledger.disputes import Dispute
from portal.render.dispute_words import GROUNDS, STATES
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, confirmed
from portal.ui.i18n import say
from portal.ui.myself import here


def draw_dispute(actor: Actor, detail: DocumentDetail) -> None:
    """What is objected to, since when and until when; whoever may act on it finds how."""
    last = dispute_of(state.portal(), actor, detail.id)
    writes = actor.scope(Right.COMMENT).covers(detail.issuer_id, detail.customer_id)
    staff = reads_notes(actor, detail.issuer_id)
    if last and last.live:
        st.warning(_sentence(last), icon=":material/gavel:")
        if staff:
            _draw_answer(actor, detail, last)
        elif writes and confirmed(
            Text("Retirar la objeción"), Text("El documento deja de estar en disputa."), "retirar-objecion"
        ):
            done = Text("Objeción retirada.")
            act(done, lambda: withdraw_dispute(state.portal(), actor, detail.id, here(), state.language()))
    elif last and last.state is DisputeState.ACCEPTED and detail.outstanding and staff:
        told = Text("Objeción aceptada: falta la nota crédito. Hazla en tu sistema e impórtala aquí.")
        st.info(say(told), icon=":material/receipt:")


def draw_way_to_object(actor: Actor, detail: DocumentDetail) -> None:
    """For the customer of an invoice or debit note that nobody objects to."""
    writes = actor.scope(Right.COMMENT).covers(detail.issuer_id, detail.customer_id)
    fits = detail.facts.kind.is_debit and detail.state == "active" and not reads_notes(actor, detail.issuer_id)
    last = dispute_of(state.portal(), actor, detail.id) if writes and fits else None
    if not (writes and fits) or (last and last.live):
        return
    with st.popover(say(Text("Objetar este documento")), icon=":material/gavel:"), st.form("objecion", border=False):
        ground = st.selectbox(say(Text("Motivo")), list(Ground), format_func=lambda one: say(GROUNDS[one]))
        amount = st.text_input(
            say(Text("Valor que objetas ({currency}), si no es todo", currency=detail.facts.currency)),
            key="objecion-valor",
        )
        words = st.text_area(say(Text("Qué pasó y qué esperas")), key="objecion-texto", max_chars=LONGEST)
        st.caption(say(Text("Mientras se responde no recibirás recordatorios de este documento.")))
        if st.form_submit_button(say(Text("Enviar la objeción")), type="primary"):
            act(Text("Objeción enviada."), lambda: _object(actor, detail, ground or Ground.OTHER, amount, words))


def _object(actor: Actor, detail: DocumentDetail, ground: Ground, amount: str, words: str) -> None:
    minor = read_amount(amount, detail.facts.currency) if amount.strip() else None
    object_to(state.portal(), actor, detail.id, Objection(ground, words, minor, state.language()), here())


def _sentence(one: Dispute) -> str:
    said = show.labels()
    facts = {
        "day": said.day(one.opened_at.astimezone(ZoneInfo(said.timezone)).date()),
        "reason": GROUNDS[one.ground],
        "amount": show.money(one.amount, one.currency) if one.amount else "",
        "due": said.day(one.due_on),
        "state": STATES[one.state],
    }
    whole = Text("En disputa desde el {day}: {reason}. {state}; respuesta hasta el {due}.")
    part = Text("En disputa desde el {day}: {reason}, por {amount}. {state}; respuesta hasta el {due}.")
    return say((part if one.amount else whole).filled(**facts))


def _draw_answer(actor: Actor, detail: DocumentDetail, one: Dispute) -> None:
    with st.popover(say(Text("Responder la objeción")), icon=":material/gavel:"), st.form("respuesta", border=False):
        chosen = st.selectbox(say(Text("Respuesta")), list(ANSWERS), format_func=lambda each: say(STATES[each]))
        due = st.date_input(
            say(Text("Respuesta definitiva hasta")), value=one.due_on, format="YYYY-MM-DD", key="objecion-fecha"
        )  # fmt: skip
        words = st.text_area(say(Text("Lo que lee el cliente")), key="objecion-respuesta", max_chars=LONGEST)
        if st.form_submit_button(say(Text("Responder")), type="primary"):
            moved = due if chosen is DisputeState.REVIEW and due != one.due_on else None
            act(
                Text("Respuesta enviada."),
                lambda: answer_dispute(
                    state.portal(), actor, detail.id, chosen, words, moved, here(), state.language()
                ),
            )
