"""The forms of a castigo and of an adjustment: with a reason, and with what will then be owed said before."""

from __future__ import annotations

from datetime import date

import streamlit as st

from portal.app.book.lowering import adjust, write_off
from portal.domain.acts import LONGEST_REASON
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.text import Text
from portal.ui import show, state
from portal.ui.book_payment import draw_outcome
from portal.ui.book_view import Chosen
from portal.ui.i18n import say
from portal.ui.plain import plain

_LESS, _MORE = "menos", "mas"
_SIGNS = {_LESS: Text("Rebajar"), _MORE: Text("Aumentar")}


def draw_write_off(chosen: Chosen) -> None:
    """Castigar the ticked documents, or a part of one."""
    if not chosen.ticked:
        st.caption(say(Text("Marca arriba los documentos que se castigan: su saldo deja de deberse, sin dinero.")))
        return
    currency, lines = chosen.book.whose.currency, chosen.ticked
    typed = ""
    if len(lines) == 1:
        name = say(Text("Valor ({currency})", currency=currency))
        hint = show.labels().money(lines[0].outstanding, currency)
        typed = st.text_input(name, key=f"{chosen.key}-castigo", placeholder=hint, width=220)
        st.caption(say(Text("Vacío: todo el saldo.")))
    reason, on = draw_reason(chosen, Text("Cartera incobrable…"))
    try:
        amount = read_amount(typed, currency) if typed.strip() else None
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    parts = {one.document_id: min(amount, one.outstanding) if amount else one.outstanding for one in lines}
    draw_outcome(chosen, lines, parts, Text("Se castiga"))
    sum_ = chosen.money(sum(parts.values()))
    if st.button(say(Text("Castigar {sum}", sum=sum_)), key=f"{chosen.key}-castigar", type="primary"):
        done = Text("Castigado: {sum}.", sum=sum_)
        actor = chosen.desk.actor
        chosen.do(done, lambda wish: write_off(state.portal(), actor, wish, chosen.ids, reason, amount, on))


def draw_adjust(chosen: Chosen) -> None:
    """More or less of one ticked document."""
    if len(chosen.ticked) != 1:
        st.caption(say(Text("Marca arriba un documento: se rebaja su saldo, o se aumenta lo que antes se rebajó.")))
        return
    (line,), currency = chosen.ticked, chosen.book.whose.currency
    with st.container(horizontal=True, vertical_alignment="bottom"):
        sign = st.segmented_control(
            say(Text("Ajuste")), [_LESS, _MORE], default=_LESS, required=True, key=f"{chosen.key}-signo",
            format_func=lambda one: say(_SIGNS[one]),
        )  # fmt: skip
        name = say(Text("Valor ({currency})", currency=currency))
        typed = st.text_input(name, key=f"{chosen.key}-ajuste", width=220)
    reason, on = draw_reason(chosen, Text("Descuento acordado…"))
    try:
        amount = read_amount(typed, currency) if typed.strip() else 0
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    signed = amount if sign == _MORE else -amount
    if amount:
        left = chosen.money(max(0, line.outstanding + signed))
        told = Text("Quedan {sum} por pagar del documento {number}.", sum=left, number=line.number)
        st.markdown(f"**{plain(say(told))}**")
    if st.button(say(Text("Ajustar")), key=f"{chosen.key}-ajustar", type="primary", disabled=not amount):
        actor, done = chosen.desk.actor, Text("Ajuste registrado: {sum}.", sum=chosen.money(signed))
        chosen.do(done, lambda wish: adjust(state.portal(), actor, wish, line.document_id, signed, reason, on))


def draw_reason(chosen: Chosen, hint: Text) -> tuple[str, date]:
    """Why, and from which day on."""
    with st.container(horizontal=True):
        reason = st.text_input(
            say(Text("Motivo")), key=f"{chosen.key}-motivo", max_chars=LONGEST_REASON, placeholder=say(hint), width=420
        )
        on = st.date_input(
            say(Text("Fecha")), chosen.book.today, max_value=chosen.book.today, key=f"{chosen.key}-fecha-acto",
            format=show.typed_day_format(), width=180,
        )  # fmt: skip
    return reason, on
