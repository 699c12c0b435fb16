"""How much of a bill: all of it, a sum that goes to the oldest first, or so much of each document.

What is typed stays text until it is whole minor units; nothing here is a float.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from portal.app.payments.quoting import Bill
from portal.domain.checkouts import oldest_first
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.ledger.payables import Payable
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say
from portal.ui.plain import plain

Chosen = Mapping[int, int]  # by document: less than all of it, 0 for none of it now
_ALL, _SUM, _EACH = "todo", "valor", "cada"
_MODES = {_ALL: Text("Todo"), _SUM: Text("Una parte"), _EACH: Text("Por documento")}
_PAY = Text("A pagar")


def pick_amounts(bill: Bill, lines: list[Payable]) -> Chosen | None:
    """What the payer wants to pay of these; None while what is typed can't be paid, which is said here."""
    if not bill.rules.parts:
        st.caption(say(Text("{issuer} recibe el saldo completo de cada documento.", issuer=plain(bill.issuer_name))))
        return {}
    modes = [_ALL, _SUM, *([_EACH] if len(lines) > 1 else [])]
    mode = st.segmented_control(
        say(Text("Cuánto")),
        modes,
        default=_ALL,
        required=True,
        format_func=lambda one: say(_MODES[one]),
        key=_key(bill),
        label_visibility="collapsed",
    )
    try:
        if mode == _SUM:
            return _typed_sum(bill)
        return _typed_each(bill, lines) if mode == _EACH else {}
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return None


def picks_each(bill: Bill) -> bool:
    """Whether the payer types amounts into a table of the documents, so that no second one is needed."""
    return bool(st.session_state.get(_key(bill)) == _EACH)


def _key(bill: Bill) -> str:
    return f"cuanto-{bill.key}"


def _typed_sum(bill: Bill) -> Chosen | None:
    typed = st.text_input(
        say(Text("¿Cuánto quieres pagar? ({currency})", currency=bill.currency)),
        key=f"valor-{bill.key}",
        placeholder=show.labels().money(bill.outstanding, bill.currency),
        width=280,
    )
    if len(bill.lines) > 1:
        st.caption(say(Text("Se abona desde lo más antiguo.")))
    _explain(bill)
    if not typed.strip():
        return None
    total = read_amount(typed, bill.currency)
    if not 0 < total <= bill.outstanding:
        raise Refused(
            Text("Escribe un valor mayor que cero, hasta {most}.", most=show.money(bill.outstanding, bill.currency))
        )
    return oldest_first(bill.dues, total)


def _explain(bill: Bill) -> None:
    if bill.rules.smallest:
        least = show.money(bill.rules.smallest, bill.currency)
        name = plain(bill.issuer_name)
        st.caption(say(Text("{issuer} recibe abonos desde {least} por documento.", issuer=name, least=plain(least))))


def _typed_each(bill: Bill, lines: list[Payable]) -> Chosen:
    """A table to type in; an empty cell or 0 leaves a document out."""
    money = show.labels().money
    table = pd.DataFrame(
        {
            say(Text("Número")): [one.number for one in lines],
            say(Text("Saldo")): [money(one.outstanding, one.currency) for one in lines],
            say(_PAY): [money(one.outstanding, one.currency) for one in lines],
        }
    )
    name = say(_PAY)
    edited = st.data_editor(
        table,
        hide_index=True,
        disabled=[one for one in table.columns if one != name],
        column_config={
            say(Text("Saldo")): st.column_config.TextColumn(alignment="right"),
            name: st.column_config.TextColumn(alignment="right", max_chars=24),
        },
        key=f"partes-{bill.key}",
    )
    st.caption(say(Text("Escribe en la columna «A pagar»; deja 0 en lo que no pagas ahora.")))
    _explain(bill)
    return _read_each(lines, [str(one or "") for one in edited[name]])


def _read_each(lines: list[Payable], typed: list[str]) -> Chosen:
    chosen: dict[int, int] = {}
    for line, text in zip(lines, typed, strict=True):
        part = read_amount(text, line.currency) if text.strip() else 0
        if part > line.outstanding:
            most = show.money(line.outstanding, line.currency)
            raise Refused(Text("{number}: paga como máximo su saldo, {most}.", number=line.number, most=most))
        if part != line.outstanding:
            chosen[line.document_id] = part
    return chosen
