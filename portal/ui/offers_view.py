"""What an issuer decides about paying in each currency, beside what its payers will be offered."""

from __future__ import annotations

import streamlit as st

from portal.app.payments.quoting import Way
from portal.app.payments.rules import Offer, decide_rules, read_offers
from portal.domain.checkouts import Rules
from portal.domain.typed_amounts import read_amount
from portal.render.words import means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain


def draw_offers(desk: Desk) -> None:
    """A part for each currency of the issuer's documents."""
    for offer in read_offers(state.portal(), desk.actor, desk.issuer_id):
        st.subheader(say(Text("Pagos en {currency}", currency=offer.currency)))
        rules, seen = st.columns(2, gap="medium")
        with rules, st.container(border=True):
            _draw_rules(desk, offer)
        with seen, st.container(border=True):
            _draw_seen(offer)


def _draw_rules(desk: Desk, offer: Offer) -> None:
    currency, now, money = offer.currency, offer.rules, show.labels().money
    with st.form(f"reglas-{desk.issuer_id}-{currency}", border=False):
        parts = st.toggle(say(Text("Recibir abonos")), now.parts, key=f"abonos-{desk.issuer_id}-{currency}")
        st.caption(say(Text("Sin abonos, cada documento se paga completo.")))
        smallest = st.text_input(
            say(Text("Abono mínimo por documento ({currency})", currency=currency)),
            money(now.smallest, currency),
            key=f"minimo-{desk.issuer_id}-{currency}",
        )
        tolerance = st.text_input(
            say(Text("Diferencia que se redondea ({currency})", currency=currency)),
            money(now.tolerance, currency),
            key=f"diferencia-{desk.issuer_id}-{currency}",
        )
        st.caption(say(Text("Un saldo que queda por centavos se cierra con un ajuste de redondeo.")))
        if st.form_submit_button(say(Text("Guardar reglas"))):
            act(Text("Reglas guardadas."), lambda: _decide(desk, currency, parts, smallest, tolerance))


def _decide(desk: Desk, currency: str, parts: bool, smallest: str, tolerance: str) -> None:
    rules = Rules(parts, read_amount(smallest or "0", currency), read_amount(tolerance or "0", currency))
    decide_rules(state.portal(), desk.actor, desk.issuer_id, currency, rules, here())


def _draw_seen(offer: Offer) -> None:
    title = say(Text("Lo que verá quien paga"))
    st.markdown(f"**{plain(title)}**")
    for way in offer.ways:
        with st.container(gap=None):
            st.text(say(Text("Pagar con {provider}", provider=show.provider(way.title))))
            st.caption(plain(_names(way)))
    if not offer.ways:
        st.text(
            say(Text("Nadie puede pagar en línea en {currency}: ningún método encendido recibe esa moneda.",
                     currency=offer.currency))
        )  # fmt: skip


def _names(way: Way) -> str:
    told = [means_name(method, show.labels()) for method in way.methods]
    return " · ".join(told if way.live else [*told, say(Text("De prueba"))])
