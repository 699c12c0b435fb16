"""Many documents of several customers, each wholly paid: their numbers pasted, what they are shown, then registered."""

from __future__ import annotations

import re
from collections.abc import Sequence

import streamlit as st

from portal.app.book.paying_many import Account, Named, named_documents, register_many
from portal.clock import today
from portal.ledger.payables import Payable
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import refusals
from portal.ui.book_payment import draw_money, draw_receipt
from portal.ui.book_state import booked, keep_booked
from portal.ui.book_view import TURN
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain
from portal.ui.row_table import draw_rows
from portal.ui.sums import draw_sums_table

_APART = re.compile(r"[\n,;\t]+")


def draw_many(desk: Desk) -> None:
    """Paste, look, register."""
    _draw_told()
    key = f"libro-varios-{state.turn(TURN)}"
    typed = st.text_area(
        say(Text("Números de los documentos pagados")), key=key, height=120,
        placeholder=say(Text("Pégalos de tu extracto o de Excel: uno por línea, o separados por comas")),
    )  # fmt: skip
    numbers = [one for one in _APART.split(typed) if one.strip()]
    if not numbers:
        st.caption(say(Text("Cada documento se paga completo. Se registra un pago por cliente, todos a la vez.")))
        return
    named = named_documents(state.portal(), desk.actor, desk.issuer_id, numbers)
    _draw_named(named)
    if not named.lines:
        return
    with st.container(border=True):
        on = min(today(state.portal().clock, one.timezone) for one in named.lines)
        _, money = draw_money(key, on, "")
        receipt = draw_receipt(key, None)
        names = {(one.customer_id, one.currency) for one in named.lines}
        name = Text("Registrar {n} documentos en {payments} pagos", n=len(named.lines), payments=len(names))
        if st.button(say(name), key=f"{key}-registrar", type="primary"):
            with refusals():
                ids = [one.document_id for one in named.lines]
                press = state.press_key(key)
                told = register_many(state.portal(), desk.actor, desk.issuer_id, press, ids, money, receipt, here())
                keep_booked(told)
                state.next_turn(TURN)
                st.rerun()


def _draw_named(named: Named) -> None:
    if named.lines:
        _draw_lines(named.lines)
    for number, why in named.others:
        st.warning(plain(say(Text("{number}: {why}", number=number, why=why))))


def _draw_lines(lines: Sequence[Payable]) -> None:
    columns: dict[Text, Sequence[object]] = {
        Text("Cliente"): [one.customer_name for one in lines],
        Text("Número"): [one.number for one in lines],
        Text("Vence"): [show.labels().day(one.payable_on) for one in lines],
        Text("Se paga"): [show.money(one.outstanding, one.currency) for one in lines],
    }
    draw_rows("libro-varios-tabla", columns, sums=(Text("Se paga"),))
    totals: dict[str, int] = {}
    for one in lines:
        totals[one.currency] = totals.get(one.currency, 0) + one.outstanding
    sums = ", ".join(show.money(sum_, currency) for currency, sum_ in sorted(totals.items()))
    st.caption(plain(say(Text("Suman {sums}. Después no queda nada por pagar de estos documentos.", sums=sums))))


def _draw_told() -> None:
    """What came in and what stayed out, of what was just registered."""
    told = booked()
    if not told:
        return
    came, left = [one for one in told if one.why is None], [one for one in told if one.why is not None]
    with st.container(border=True):
        if came:
            st.subheader(say(Text("Quedaron registrados")))
            _draw_accounts("libro-entraron", came)
        if left:
            st.subheader(say(Text("No se registraron")))
            _draw_accounts("libro-fuera", left)
        if st.button(say(Text("Entendido")), key="libro-entendido"):
            keep_booked([])
            st.rerun()


def _draw_accounts(key: str, told: Sequence[Account]) -> None:
    why = [say(one.why) if one.why else say(Text("Pago registrado")) for one in told]
    sums = [show.money(one.amount, one.currency) for one in told]
    columns = {Text("Cliente"): [one.customer_name for one in told], Text("Resultado"): why, Text("Valor"): sums}
    draw_sums_table(key, columns, 2)
