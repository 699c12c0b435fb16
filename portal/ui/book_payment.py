"""The form of a payment by hand: what came, for which documents; what will then be owed is said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import streamlit as st

from portal.app.book.paying import Receipt, money_known, register_payment
from portal.domain.acts import LONGEST_REASON, LONGEST_REFERENCE, Money, share_money
from portal.domain.checkouts import Due
from portal.domain.transfers import MEANS
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.ledger.papers import Twin
from portal.ledger.payables import Payable
from portal.render.words import kind_name, means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.book_view import Chosen
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.sums import draw_sums_table


def draw_payment_form(chosen: Chosen) -> None:
    """Nothing is posted before its button."""
    lines = list(chosen.ticked) or [one for one in chosen.book.lines if one.document_id not in chosen.book.against]
    typed, money = draw_money(chosen.key, chosen.book.today, chosen.book.whose.currency, _hint(chosen, lines))
    try:
        parts = _pick_parts(chosen, lines)
        amount = read_amount(typed, chosen.book.whose.currency) if typed.strip() else 0
        money = replace(money, amount=amount, parts=parts)
        amounts = share_money([_due(one) for one in lines], money) if amount else {}
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    if amount:
        _draw_outcome(chosen, lines, amounts, amount)
    other = not amount or _other_money(chosen, money)
    receipt = draw_receipt(chosen.key, chosen.book.email)
    name = Text("Registrar el pago de {sum}", sum=chosen.money(amount)) if amount else Text("Registrar el pago")
    if st.button(say(name), key=f"{chosen.key}-pagar", type="primary", disabled=not amount or not other):
        ids = [one.document_id for one in lines if one.document_id in amounts]
        done = Text("Pago registrado: {sum}.", sum=chosen.money(amount))
        chosen.do(
            done,
            lambda wish: register_payment(state.portal(), chosen.desk.actor, wish, ids, money, other, receipt),
        )


def draw_money(key: str, today: date, currency: str, hint: str = "") -> tuple[str, Money]:
    """The fields of a payment: what was typed as its amount, and the rest of it. `hint` empty: no amount is asked."""
    typed = ""
    with st.container(horizontal=True):
        if hint:
            name = say(Text("Valor recibido ({currency})", currency=currency))
            typed = st.text_input(name, key=f"{key}-valor", placeholder=hint, width=220)
        on = st.date_input(
            say(Text("Fecha del pago")), today, max_value=today, key=f"{key}-fecha", format=show.typed_day_format(),
            width=180,
        )  # fmt: skip
        method = st.selectbox(
            say(Text("Medio")), list(MEANS), format_func=lambda one: means_name(one, show.labels()),
            key=f"{key}-medio", width=240,
        )  # fmt: skip
        reference = st.text_input(
            say(Text("Referencia")), key=f"{key}-referencia", max_chars=LONGEST_REFERENCE, width=220
        )
        note = st.text_input(
            say(Text("Nota")), key=f"{key}-nota", max_chars=LONGEST_REASON, width=300,
            placeholder=say(Text("Solo la ve tu equipo")),
        )  # fmt: skip
    return typed, Money(0, on, str(method), reference, note)


def draw_receipt(key: str, email: str | None) -> Receipt:
    """Whether a comprobante is issued, and to whom it is mailed. `email` None: it is mailed to nobody."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        issued = st.checkbox(say(Text("Emitir comprobante de pago")), value=True, key=f"{key}-comprobante")
        if not issued or email is None:
            return Receipt(issued)
        to = st.text_input(
            say(Text("Enviarlo a")), email, key=f"{key}-correo", width=300,
            placeholder=say(Text("Déjalo vacío para no enviarlo")),
        )  # fmt: skip
    return Receipt(True, to)


def _hint(chosen: Chosen, lines: Sequence[Payable]) -> str:
    currency = chosen.book.whose.currency
    return show.labels().money(sum(one.outstanding for one in lines), currency)


def _due(one: Payable) -> Due:
    return Due(one.document_id, one.item_id, one.outstanding, one.payable_on)


def _pick_parts(chosen: Chosen, lines: Sequence[Payable]) -> Mapping[int, int] | None:
    """So much of each, where that is said; else None, and the oldest come first. Raises Refused."""
    if not chosen.ticked:
        st.caption(say(Text("Sin marcar documentos, se abona desde lo más antiguo. Lo que sobre queda a favor.")))
        return None
    if len(lines) < 2 or not st.toggle(say(Text("Decir cuánto va a cada documento")), key=f"{chosen.key}-cada"):
        return None
    currency, name = chosen.book.whose.currency, say(Text("Abono"))
    table = pd.DataFrame(
        {
            say(Text("Número")): [one.number for one in lines],
            say(Text("Saldo")): [show.labels().money(one.outstanding, currency) for one in lines],
            name: [show.labels().money(one.outstanding, currency) for one in lines],
        }
    )
    right = st.column_config.TextColumn(alignment="right", max_chars=24)
    ids = "-".join(str(one.document_id) for one in lines)
    edited = st.data_editor(
        table, hide_index=True, disabled=list(table.columns[:2]), key=f"{chosen.key}-partes-{hash(ids)}",
        column_config={say(Text("Saldo")): st.column_config.TextColumn(alignment="right"), name: right},
    )  # fmt: skip
    told = [str(one or "").strip() for one in edited[name]]
    return {
        line.document_id: read_amount(text, currency) if text else 0 for line, text in zip(lines, told, strict=True)
    }


def _draw_outcome(chosen: Chosen, lines: Sequence[Payable], amounts: Mapping[int, int], amount: int) -> None:
    """What each document gets and what is then left of it; what is left of the money."""
    paid = [one for one in lines if one.document_id in amounts]
    if paid:
        draw_outcome(chosen, paid, amounts, Text("Se abona"))
    rest = amount - sum(amounts.values())
    owed = sum(one.outstanding for one in paid) - sum(amounts.values())
    told = [Text("Quedan {sum} por pagar en estos documentos.", sum=chosen.money(owed))] if paid else []
    told += [Text("Quedan {sum} como saldo a favor del cliente.", sum=chosen.money(rest))] if rest else []
    st.markdown(f"**{plain(' '.join(say(one) for one in told))}**")


def draw_outcome(chosen: Chosen, lines: Sequence[Payable], amounts: Mapping[int, int], name: Text) -> None:
    """By document: what is owed, what becomes of it, and what is left."""
    columns = {
        Text("Documento"): [one.number for one in lines],
        **({} if state.prefers_cards() else {Text("Saldo"): [chosen.money(one.outstanding) for one in lines]}),
        name: [chosen.money(amounts[one.document_id]) for one in lines],
        Text("Queda"): [chosen.money(one.outstanding - amounts[one.document_id]) for one in lines],
    }
    draw_sums_table("libro-queda", columns, 1)


def _other_money(chosen: Chosen, money: Money) -> bool:
    """Whether it is known to be no money that is there already; draws the question where there is some."""
    twins = money_known(state.portal(), chosen.desk.actor, chosen.book.whose, money)
    if not twins:
        return True
    st.warning(say(Text("¿Es el mismo pago? Ya hay uno por ese valor y de esos días:")))
    for twin in twins:
        st.text(f"· {_twin(twin)}")
    return st.checkbox(say(Text("Es otro pago: registrarlo también")), key=f"{chosen.key}-otro-{money.amount}")


def _twin(twin: Twin) -> str:
    said = show.labels()
    name = f"{kind_name(twin.kind, said)} {twin.number}" if twin.kind else say(Text("Pago"))
    method = means_name(twin.method, said) if twin.method else ""
    return " · ".join(part for part in (name, said.day(twin.on), method, twin.reference or "") if part)
