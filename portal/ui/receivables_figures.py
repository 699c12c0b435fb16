"""The figures of an issuer's receivables in one currency, each with the way to the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from portal.app.receivables import Receivables
from portal.domain import places
from portal.domain.receivables import Counted, Position
from portal.text import Text
from portal.ui import show
from portal.ui.filter_bar import overdue_view, owed_view, review_view, show_list
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.views.filters import Owed

View = Mapping[str, str | list[str]]


def draw_figures(found: Receivables, at: Position) -> None:
    """What stands in one currency, each figure with the way to its rows."""
    money, coming = show.labels().money, found.coming.get(at.currency, Counted())
    with st.container(border=True):
        st.markdown(f"#### {_headline(at)}")
        with st.container(horizontal=True):
            st.metric(say(Text("Por cobrar")), money(at.outstanding, at.currency))
            st.metric(say(Text("Vencido")), money(at.overdue, at.currency))
            st.metric(say(Text("Cobrado este mes") if found.now else Text("Cobrado en el mes")), _collected(at))
            st.metric(say(Text("Días de cartera")), _days(at), help=say(_DSO))
            st.metric(say(Text("Saldo a favor de clientes")), money(at.available, at.currency), help=say(_CREDIT))
            if found.now:
                in_review = at.reported.amount + coming.amount
                st.metric(say(Text("En revisión")), money(in_review, at.currency), help=say(_REVIEW))
                if disputed := found.disputed.get(at.currency):
                    st.metric(say(Text("En disputa")), money(disputed.amount, at.currency))
                st.metric(say(Text("Sin abrir por el cliente")), money(at.unopened.amount, at.currency))
        if found.now:
            _draw_ways(at, coming)


_DSO = Text("Lo que te deben, en días de lo que facturaste en los últimos 90 días (DSO).")
_CREDIT = Text("Pagos, anticipos y notas crédito de tus clientes que aún no se aplican a una factura.")
_REVIEW = Text("Pagos y retenciones que avisaron tus clientes y esperan tu respuesta, y pagos en línea por confirmar.")


def _headline(at: Position) -> str:
    if at.overdue:
        return say(Text("Te deben {sum} vencidos", sum=show.money(at.overdue, at.currency)))
    if at.outstanding:
        return say(Text("Te deben {sum}, nada vencido", sum=show.money(at.outstanding, at.currency)))
    return say(Text("Nadie te debe nada en {currency}", currency=at.currency))


def _collected(at: Position) -> str:
    return show.labels().money(at.collected, at.currency)


def _days(at: Position) -> str:
    days = at.days_of_sales
    if days is None:
        return "—"
    return say(Text("{days} días", days=show.labels().number(Decimal(days)))) if days != 1 else say(Text("1 día"))


def _draw_ways(at: Position, coming: Counted) -> None:
    """The rows behind the figures; none where there is nothing."""
    n = at.currency
    ways: tuple[tuple[int, Text, View], ...] = (
        (at.open_count, Text("Por cobrar ({n})", n=at.open_count), owed_view(n)),
        (at.overdue_count, Text("Vencidos ({n})", n=at.overdue_count), overdue_view(n)),
        (at.unopened.count, Text("Sin abrir ({n})", n=at.unopened.count), owed_view(n, owed=Owed.UNOPENED)),
        (at.reported.count, Text("En revisión ({n})", n=at.reported.count), review_view(n)),
    )
    with st.container(horizontal=True):
        for place, (count, name, view) in enumerate(ways):
            if count and st.button(say(name), key=f"ver-{n}-{place}", icon=":material/arrow_forward:"):
                show_list(view)
        if coming.count:
            name = Text("Pagos por confirmar ({n})", n=coming.count)
            st.page_link(script(places.COLLECTED), label=say(name), icon=":material/arrow_forward:")
