"""What an issuer decides about withholdings: the switches, and its table of rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from portal.app.payments.withheld_policy import decide_policy, decide_rate, drop_rate, read_policy
from portal.app.reading import now_here
from portal.domain.typed_amounts import read_amount
from portal.domain.withholdings import CURRENCY, Policy, Rate, Withheld, read_percent
from portal.ledger.withholding_policies import KeptRate
from portal.render.words import withholding_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_BASES = {True: Text("IVA"), False: Text("Antes de impuestos")}


def draw_withheld_settings(desk: Desk) -> None:
    """A part of its own: withholdings are in pesos only."""
    now = read_policy(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Retenciones")))
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        _draw_switches(desk, now.policy)
    with right, st.container(border=True):
        _draw_rates(desk, now.rates)


def _draw_switches(desk: Desk, now: Policy) -> None:
    with st.form(f"retenciones-{desk.issuer_id}", border=False):
        allowed = _switch(
            desk,
            "recibir",
            Text("Recibir pagos netos de retención"),
            Text("Quien paga informa retefuente, ReteIVA o ReteICA y paga el neto."),
            now.allowed,
        )
        automatic = _switch(
            desk,
            "aceptar",
            Text("Aceptar solas las que no pasan de lo sugerido"),
            Text("Lo sugerido sale del propio documento o de tus tarifas. Las demás esperan tu respuesta."),
            now.automatic,
        )
        exempt = _switch(
            desk,
            "exento",
            Text("No nos practican retefuente"),
            Text("Autorretenedores (O-15) y régimen simple (O-47). Si tu factura lo dice, ya lo sabemos."),
            now.exempt,
        )
        if st.form_submit_button(say(Text("Guardar retenciones"))):
            policy = Policy(allowed, automatic, exempt)
            act(
                Text("Retenciones guardadas."),
                lambda: decide_policy(state.portal(), desk.actor, desk.issuer_id, policy, here()),
            )


def _switch(desk: Desk, key: str, name: Text, meaning: Text, now: bool) -> bool:
    chosen = st.toggle(say(name), now, key=f"retenciones-{key}-{desk.issuer_id}")
    st.caption(say(meaning))
    return chosen


def _draw_rates(desk: Desk, rates: Sequence[KeptRate]) -> None:
    title = say(Text("Tus tarifas"))
    st.markdown(f"**{plain(title)}**")
    said = show.labels()
    if not rates:
        st.caption(say(Text("Sin tarifas se sugiere solo lo que dice cada documento.")))
    else:
        told = [one.rate for one in rates]
        columns: dict[Text, list[object]] = {
            Text("Retención"): [withholding_name(one.tax, said) for one in told],
            Text("Tarifa"): [f"{said.number(one.percent)} %" for one in told],
            Text("Base"): [say(_BASES[one.tax.on_vat]) for one in told],
            Text("Base mínima"): [show.money(one.minimum, CURRENCY) for one in told],
            Text("Desde"): [said.day(one.since) for one in told],
        }
        if click := draw_rows("tarifas", columns, [Button(Text("Quitar"))]):
            gone = rates[click[1]].id
            act(Text("Tarifa quitada."), lambda: drop_rate(state.portal(), desk.actor, desk.issuer_id, gone, here()))
    _draw_new_rate(desk)


def _draw_new_rate(desk: Desk) -> None:
    at = desk.issuer_id
    with st.expander(say(Text("Agregar una tarifa"))), st.form(f"tarifa-{at}", border=False):
        taxes = {withholding_name(one, show.labels()): one for one in Withheld}
        tax = taxes[st.selectbox(say(Text("Retención")), list(taxes), index=0, key=f"tarifa-cual-{at}")]
        rate = st.text_input(say(Text("Tarifa (%)")), key=f"tarifa-valor-{at}", placeholder="2,5")
        minimum = st.text_input(
            say(Text("Base mínima ({currency})", currency=CURRENCY)), key=f"tarifa-minimo-{at}", placeholder="0"
        )
        since = st.date_input(
            say(Text("Para documentos emitidos desde")),
            now_here(state.portal()).replace(month=1, day=1),
            format=show.typed_day_format(),
            key=f"tarifa-desde-{at}",
        )
        if st.form_submit_button(say(Text("Agregar la tarifa"))):
            act(Text("Tarifa guardada."), lambda: _decide(desk, tax, rate, minimum, since))


def _decide(desk: Desk, tax: Withheld, rate: str, minimum: str, since: date) -> None:
    told = Rate(tax, read_percent(rate), read_amount(minimum or "0", CURRENCY), since)
    decide_rate(state.portal(), desk.actor, desk.issuer_id, told, here())
