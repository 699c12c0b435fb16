"""One bill of a basket: its documents, how much of them, with which credit, and the ways to pay it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from portal.app.payments.quoting import Bill, late, less, quote
from portal.app.payments.starting import AlreadyPending
from portal.app.payments.withheld_stating import Stated
from portal.domain import places
from portal.domain.access import Actor
from portal.errors import Refused
from portal.ledger.payables import Payable
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.pay_amounts import Chosen, pick_amounts, picks_each
from portal.ui.pay_ways import Decided, draw_ways
from portal.ui.plain import plain
from portal.ui.reported_view import draw_way_to_report
from portal.ui.withheld_fields import draw_kept_back, draw_state_alone, pick_withheld

_FEW = 8


def draw_bill(actor: Actor, basket_id: int, bill: Bill, named: bool) -> None:
    """`named`: whoever looks pays for several customers, and has to be told for which one this is."""
    lines = sorted(bill.lines, key=lambda one: (one.payable_on, one.document_id))
    with st.container(border=True):
        st.subheader(plain(bill.issuer_name), anchor=False)
        if named:
            st.caption(plain(bill.customer_name))
        table, amounts, asking = _places()
        with amounts:
            stated = pick_withheld(bill, lines)
            net = less(bill, stated or {})
            chosen = pick_amounts(net, sorted(net.lines, key=lambda one: (one.payable_on, one.document_id)))
        with table:
            if not picks_each(bill):
                _draw_lines(bill, lines, chosen or {})
        with asking:
            _draw_asking(actor, basket_id, net, chosen, stated)


def _places() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Documents and amounts beside what is asked; on a phone the documents come last, and nobody scrolls to pay."""
    if state.prefers_cards():
        amounts, asking, table = st.container(), st.container(), st.container()
        return table, amounts, asking
    left, right = st.columns([3, 2], gap="large")
    with left:
        return st.container(), st.container(), right


def _draw_lines(bill: Bill, lines: Sequence[Payable], chosen: Chosen) -> None:
    said = show.labels()
    count = said.number(Decimal(len(lines)))
    st.caption(say(Text("1 documento") if len(lines) == 1 else Text("{count} documentos", count=count)))
    columns = {say(Text("Número")): [one.number for one in lines]}
    if chosen:
        parts = [chosen.get(one.document_id, one.outstanding) for one in lines]
        columns[say(Text("A pagar"))] = [said.money(part, bill.currency) if part else "–" for part in parts]
    columns |= {
        say(Text("Saldo")): [said.money(one.outstanding, one.currency) for one in lines],
        say(Text("Vence")): [said.day(one.payable_on) for one in lines],
    }
    is_late = [late(state.portal(), one) for one in lines]
    if any(is_late) and not state.prefers_cards():  # on a phone the days say it
        columns[say(Text("Estado"))] = [say(Text("Vencida")) if one else "" for one in is_late]
    right = {say(name): st.column_config.TextColumn(alignment="right") for name in (Text("Saldo"), Text("A pagar"))}
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        column_config=right,
        height="auto" if len(lines) <= _FEW else 320,
        placeholder="",
    )


def _draw_asking(actor: Actor, basket_id: int, bill: Bill, chosen: Chosen | None, stated: Stated | None) -> None:
    """`bill`: without what is kept back of it, `stated`."""
    if stated and not bill.outstanding:
        draw_state_alone(actor, bill, stated)
        return
    use_credit = _draw_credit(bill)
    anyway = _draw_pending(actor, bill)
    if chosen is None or stated is None:
        st.caption(say(Text("Escribe cuánto quieres pagar.")))
        return
    try:
        whole = quote(bill, None, chosen, use_credit)
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    st.metric(say(Text("Vas a pagar")), show.money(whole.amount, bill.currency))
    if whole.credit:
        st.caption(say(Text("Con {sum} de saldo a favor.", sum=plain(show.money(whole.credit, bill.currency)))))
    draw_kept_back(stated, bill)
    draw_ways(actor, Decided(basket_id, bill, chosen, use_credit, anyway, stated), whole)
    draw_state_alone(actor, bill, stated)
    draw_way_to_report(bill.lines[0].document_id, basket_id)


def _draw_credit(bill: Bill) -> bool:
    if not bill.in_favour:
        return False
    name = Text("Usar mi saldo a favor ({sum})", sum=plain(show.money(bill.in_favour, bill.currency)))
    return st.checkbox(say(name), key=f"favor-{bill.key}")


def _draw_pending(actor: Actor, bill: Bill) -> bool:
    """A payment is on its way already: said plainly, and asked whether to pay all the same."""
    if not bill.pending:
        return False
    st.warning(say(AlreadyPending.reported if bill.reports else AlreadyPending.begun), icon=":material/hourglass_top:")
    mine = next((one for one in bill.open_checkouts if one.coming and one.person == actor.name), None)
    if mine is not None and st.button(say(Text("Ver el pago en proceso")), key=f"proceso-{bill.key}"):
        st.switch_page(script(places.PAID), query_params={"b": str(mine.basket_id)})
    return st.checkbox(say(Text("Entiendo; quiero pagar otra vez")), key=f"otra-{bill.key}")
