"""What a payer keeps back of the documents of a bill: suggested, typed, and the net that is left to pay."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.quoting import Bill, less
from portal.app.payments.withheld_offers import MOST
from portal.app.payments.withheld_stating import Stated, state_withholdings
from portal.domain import places
from portal.domain.access import Actor
from portal.domain.typed_amounts import read_amount
from portal.domain.withholdings import Stateable, Withheld
from portal.errors import Refused
from portal.ledger.payables import Payable
from portal.render.words import withholding_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import refusals
from portal.ui.document_list import open_document
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.nav import script
from portal.ui.plain import plain


def pick_withheld(bill: Bill, lines: Sequence[Payable]) -> Stated | None:
    """By document, what is kept back; None while what is typed can't be, which is said here.

    Nothing is kept back before the payer says so; then what is suggested stands there to be changed.
    """
    mine = [line for line in lines if line.document_id in bill.stateable]
    if bill.too_many_to_withhold:
        st.caption(say(Text("Para practicar retenciones, paga hasta {most} documentos a la vez.", most=MOST)))
    if not mine or not st.toggle(say(Text("Practicar retenciones")), key=f"retener-{bill.key}"):
        return {}
    try:
        stated = {
            line.document_id: _draw_document(bill, line, bill.stateable[line.document_id], len(mine) == 1)
            for line in mine
        }
        less(bill, stated)
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return None
    return {document_id: amounts for document_id, amounts in stated.items() if any(amounts.values())}


def _draw_document(bill: Bill, line: Payable, may: Stateable, only: bool) -> dict[Withheld, int]:
    with st.expander(say(Text("Retenciones de {number}", number=plain(line.number))), expanded=only):
        stated = {tax: _typed(bill, line, may, tax) for tax in may.most}
        net = line.outstanding - sum(stated.values())
        if net >= 0:
            told = Text("Saldo {balance}, neto a pagar {net}.")
            amounts = {"balance": show.money(line.outstanding, line.currency), "net": show.money(net, line.currency)}
            st.caption(say(told.filled(**{name: plain(one) for name, one in amounts.items()})))
    return stated


def _typed(bill: Bill, line: Payable, may: Stateable, tax: Withheld) -> int:
    suggested = may.suggested.get(tax, 0)
    typed = st.text_input(
        f"{withholding_name(tax, show.labels())} ({line.currency})",
        show.labels().money(suggested, line.currency) if suggested else "",
        key=f"retener-{bill.key}-{line.document_id}-{tax}",
        placeholder="0",
        max_chars=24,
    )
    return read_amount(typed, line.currency) if typed.strip() else 0


def draw_kept_back(stated: Stated, bill: Bill) -> None:
    """How much of what is asked for is kept back in all."""
    total = sum(sum(amounts.values()) for amounts in stated.values())
    if total:
        st.caption(say(Text("Ya sin {sum} que retienes.", sum=plain(show.money(total, bill.currency)))))


def draw_state_alone(actor: Actor, bill: Bill, stated: Stated) -> None:
    """State them without paying here: who pays by transfer, or keeps back all that is left."""
    if not stated:
        return
    if not bill.outstanding:
        st.text(say(Text("Lo que retienes cubre todo el saldo: no hay nada por pagar.")))
    if st.button(
        say(Text("Informar las retenciones sin pagar aquí")),
        key=f"informar-{bill.key}",
        type="secondary" if bill.outstanding else "primary",
    ):
        press = state.press_key(f"retener {sorted((one, sorted(told.items())) for one, told in stated.items())}")
        with refusals():
            state_withholdings(state.portal(), actor, stated, press, state.language(), here())
            if len(stated) == 1:
                open_document(next(iter(stated)))
            st.switch_page(script(places.DOCUMENTS))
