"""One payment: what it is, where the money is, what happened and what was decided, and what is left to decide."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from portal.app.payments.inspecting import PaymentPage, open_payment
from portal.domain.access import Actor
from portal.domain.collected import Collected
from portal.render import payment_words as words
from portal.render.words import kind_name, means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.payment_trail import draw_trail
from portal.ui.plain import plain
from portal.ui.settle_view import draw_decision
from portal.ui.sums import draw_sums_table


def draw_payment(actor: Actor, payment_id: int) -> None:
    """By the id of any of its facts. Raises NotFound for what is not the visitor's."""
    if st.button(say(Text("Volver a la lista")), key="volver-pago", icon=":material/arrow_back:", type="tertiary"):
        state.open_payment(None)
        st.rerun()
    page = open_payment(state.portal(), actor, payment_id)
    _draw_head(page)
    draw_decision(actor, page)
    _draw_facts(page)
    _draw_documents(page)
    draw_trail(page)


def _draw_head(page: PaymentPage) -> None:
    one, said = page.payment, show.labels()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(plain(show.money(one.amount, one.currency)), width="content")
        st.badge(words.state_name(one.state, said), color=_colour(one), width="content")
    title = show.provider(state.portal().providers[one.provider].title)
    pairs = {
        Text("Cliente"): one.customer_name,
        Text("Fecha"): said.day(one.effective_on),
        Text("Método de pago"): means_name(one.method, said),
        Text("Proveedor"): title,
        Text("Transacción"): one.transaction,
        Text("Referencia"): one.reference,
        Text("Comprobante"): str(one.voucher) if one.voucher else None,
        Text("Pedido"): show.money(page.checkout.amount, page.checkout.currency) if page.checkout else None,
    }
    with st.container(horizontal=True, gap="medium"):
        draw_pairs([(say(name), value) for name, value in pairs.items() if value])


def _colour(one: Collected) -> Literal["orange", "green", "gray"]:
    return "orange" if one.waits else "green" if one.item_id is not None else "gray"


def _draw_facts(page: PaymentPage) -> None:
    """The payment and all that went back of it or came again; nothing where it is the payment alone."""
    if len(page.facts) == 1:
        return
    said = show.labels()
    st.subheader(say(Text("Movimientos")))
    draw_sums_table(
        "movimientos",
        {
            Text("Fecha"): [said.day(one.effective_on) for one in page.facts],
            Text("Tipo"): [words.fact_name(one.kind, said) for one in page.facts],
            Text("Estado"): [words.state_name(one.state, said) for one in page.facts],
            Text("Valor"): [show.money(one.amount, one.currency) for one in page.facts],
        },
        3,
    )


def _draw_documents(page: PaymentPage) -> None:
    """What was asked for, beside what the money pays now."""
    said, paid = show.labels(), {one.number: one.amount for one in page.payment.documents}
    if not page.asked:
        return
    st.subheader(say(Text("Documentos")), anchor=False)
    money = page.payment.currency
    asked_in = page.checkout.currency if page.checkout else money
    draw_sums_table(
        "documentos-del-pago",
        {
            Text("Documento"): [f"{kind_name(one.kind, said)} {one.number}" for one, _ in page.asked],
            Text("Pedido"): [said.money(asked, asked_in) for _, asked in page.asked],
            Text("Abonado"): [said.money(paid.get(one.number, 0), money) for one, _ in page.asked],
            Text("Saldo"): [said.money(one.outstanding, asked_in) for one, _ in page.asked],
        },
        1,
    )
