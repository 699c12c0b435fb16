"""What was posted by hand, the newest first: who, when, why, how much; and «Deshacer» with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.book.reading import read_acts
from portal.app.book.undoing import undo_act
from portal.domain.acts import LONGEST_REASON, Act
from portal.ledger.acts import NamedAct
from portal.render.words import means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.audit_words import ACTS, maker_name
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_OPEN, _SIZE, _MOST_NUMBERS = "libro-registro", 20, 4
_WHAT_FOLLOWS = {
    Act.PAYMENT: Text("Todo el dinero de este pago sale de la cuenta y lo que pagaba vuelve a deberse."),
    Act.APPLIED: Text("Lo aplicado vuelve a deberse y queda como saldo a favor."),
    Act.FREED: Text("Se aplica otra vez como estaba."),
    Act.RELEASED: Text("El crédito vuelve a esperar su documento."),
    Act.WRITTEN_OFF: Text("Lo castigado vuelve a deberse."),
    Act.ADJUSTED: Text("El saldo vuelve a ser el de antes del ajuste."),
}


def draw_book_register(desk: Desk, customer_id: int | None) -> None:
    """Of the chosen customer, else of all."""
    st.subheader(say(Text("Registrado a mano")))
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            f"pagina-registro-{customer_id or 0}", _SIZE,
            lambda limit, at: read_acts(state.portal(), desk.actor, limit, at, customer_id),
        )  # fmt: skip
    with table:
        if not found:
            none = Text("Todavía no se ha registrado nada a mano en esta cuenta.")
            st.caption(say(none if customer_id else Text("Todavía no se ha registrado nada a mano.")))
            return
        _draw_open(desk, found)
        button = Button(Text("Deshacer"), [one.act.undone_at is None for one in found])
        if click := draw_rows(
            "libro-registro-tabla", _columns(found, customer_id is None), [button], sums=(Text("Valor"),)
        ):
            open_row(_OPEN, found[click[1]].act.id)
            st.rerun()


def _columns(found: Sequence[NamedAct], several: bool) -> dict[Text, list[object]]:
    """Without the customer where it is one, and without what nothing in the list has."""
    said = show.labels()
    undone: list[object] = [one.act.undone_reason or "" for one in found]
    return {
        Text("Cuándo"): [one.act.acted_at for one in found],
        Text("Qué"): [_what(one) for one in found],
        **({Text("Cliente"): [one.customer_name for one in found]} if several else {}),
        Text("Valor"): [show.money(one.act.amount, one.act.currency) for one in found],
        Text("Documentos"): [_documents(one) for one in found],
        Text("Fecha"): [said.day(one.act.effective_on) for one in found],
        Text("Motivo"): [_reason(one) for one in found],
        Text("Quién"): [maker_name(one.person, said) for one in found],
        **({Text("Deshecho"): undone} if any(undone) else {}),
    }


def _what(one: NamedAct) -> str:
    name = say(ACTS[one.act.kind])
    return say(Text("{name} (deshecho)", name=name)) if one.act.undone_at else name


def _documents(one: NamedAct) -> str:
    shown = ", ".join(one.numbers[:_MOST_NUMBERS])
    more = len(one.numbers) - _MOST_NUMBERS
    return f"{shown} +{more}" if more > 0 else shown


def _reason(one: NamedAct) -> str:
    told = one.act
    method = means_name(told.method, show.labels()) if told.method else ""
    return " · ".join(part for part in (method, told.reference or "", told.reason) if part)


def _draw_open(desk: Desk, found: Sequence[NamedAct]) -> None:
    one = next((one for one in found if one.act.id == opened(_OPEN)), None)
    if one is None or one.act.undone_at is not None:
        return
    told = Text(
        "¿Deshacer «{name}» de {sum} ({customer})? {follows}",
        name=ACTS[one.act.kind],
        sum=show.money(one.act.amount, one.act.currency),
        customer=one.customer_name,
        follows=_WHAT_FOLLOWS[one.act.kind],
    )
    with st.form(f"libro-deshacer-{one.act.id}"):
        st.text(say(told))
        reason = st.text_input(say(Text("Motivo")), key=f"libro-deshacer-motivo-{one.act.id}", max_chars=LONGEST_REASON)
        with st.container(horizontal=True):
            undo = st.form_submit_button(say(Text("Deshacer el registro")), type="primary")
            leave = st.form_submit_button(say(Text("Cancelar")), type="tertiary")
    if leave:
        close_row(_OPEN)
        st.rerun()
    if undo:
        done = Text("Deshecho: la cuenta quedó como antes.")
        act(done, lambda: undo_act(state.portal(), desk.actor, one.act.id, reason, here()), closes=_OPEN)
