"""What the receivables' page is asked for: the date and the currency, both kept in the address."""

from __future__ import annotations

from datetime import date

import streamlit as st

from portal.app.portal import Portal
from portal.app.receivables import Receivables, issuer_today
from portal.domain import places
from portal.domain.receivables import Position
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.nav import script
from portal.ui.receivables_figures import draw_figures

_YEARS = 9
_DATE, _CURRENCY = "fecha", "moneda"


def pick_date(portal: Portal, desk: Desk) -> date:
    """Today at the issuer, or the past date that was chosen."""
    today = issuer_today(portal, desk.issuer_id)
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom"):
        chosen = st.date_input(
            say(Text("Cartera al")),
            value=today,
            min_value=today.replace(year=today.year - _YEARS, month=1, day=1),
            max_value=today,
            key=_DATE,
            format=show.typed_day_format(),
            bind="query-params",
            width=180,
        )
    return chosen if isinstance(chosen, date) else today


def draw_past(found: Receivables) -> None:
    """On a past date: which one, and what is not told of it."""
    if not found.now:
        when = show.labels().day(found.on)
        st.info(
            say(
                Text(
                    "Cartera al {day}: con lo que hasta ese día se facturó, se pagó y se aplicó. "
                    "Las listas de documentos muestran los saldos de hoy.",
                    day=when,
                )
            ),
            icon=":material/history:",
        )
        _draw_way_back(found)


def _draw_way_back(found: Receivables) -> None:
    st.button(
        say(Text("Volver a hoy")),
        key="volver-a-hoy",
        icon=":material/today:",
        on_click=lambda: st.session_state.update({_DATE: found.today}),
    )


def draw_nothing(desk: Desk, found: Receivables) -> None:
    """No balances: nothing has come in yet, or not by that date."""
    if not found.now:
        st.info(say(Text("Ese día no había nada por cobrar. Elige otra fecha.")), icon=":material/history:")
        _draw_way_back(found)
        return
    st.subheader(say(Text("Todavía no hay documentos")))
    st.info(
        say(Text("Cuando entren tus primeras facturas verás aquí quién te debe, cuánto y desde cuándo.")),
        icon=":material/inbox:",
    )
    if places.IMPORTS.opens_to(desk.actor):
        st.page_link(
            script(places.IMPORTS), label=say(Text("Traer mis primeras facturas")), icon=":material/upload_file:"
        )


def draw_currencies(found: Receivables) -> Position:
    """The figures of every currency; returns the one whose charts are to be drawn, the first unless chosen."""
    for at in found.positions:
        draw_figures(found, at)
    names = [at.currency for at in found.positions]
    if len(names) == 1:
        return found.positions[0]
    chosen = st.segmented_control(
        say(Text("Gráficas en")), names, default=names[0], required=True, key=_CURRENCY, bind="query-params"
    )
    return next((at for at in found.positions if at.currency == chosen), found.positions[0])
