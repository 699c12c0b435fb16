"""The pieces of the first page."""

from __future__ import annotations

import streamlit as st

from portal.app.access_requests import asked_at
from portal.app.viewing import viewing
from portal.domain.access import Actor
from portal.text import Text
from portal.ui import show, state
from portal.ui.charts import draw_aging
from portal.ui.document_list import open_document
from portal.ui.filter_bar import overdue_view, show_list
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.sums import draw_sums_table
from portal.views.rows import DocumentRow
from portal.views.summary import Owed, Summary


def draw_greeting(actor: Actor) -> None:
    """What the one issuer of all these documents says to its customers."""
    if greeting := viewing(state.portal(), actor).look.greeting:
        st.text(greeting)


def draw_currency(summary: Summary, currency: str, several: bool) -> None:
    """What stands in one currency: four figures, the aging, and by issuer if there are several."""
    owed = [one for one in summary.owed if one.currency == currency]
    outstanding, overdue = sum(one.outstanding for one in owed), sum(one.overdue for one in owed)
    available, reserved = sum(one.available for one in owed), sum(one.reserved for one in owed)
    with st.container(border=True):
        st.markdown(f"#### {_we_owe(outstanding, overdue, currency)}")
        with st.container(horizontal=True):
            st.metric(say(Text("Saldo pendiente")), show.money(outstanding, currency))
            st.metric(say(Text("Vencido")), show.money(overdue, currency))
            st.metric(say(Text("Saldo a favor")), show.money(available, currency))
            if reserved:
                st.metric(say(Text("Reservado")), show.money(reserved, currency))
        if outstanding:
            draw_aging(summary.aging[currency], currency)
        if overdue and len(summary.latest) > 1:
            _draw_way_to_overdue(currency)
        if several and outstanding:
            _draw_issuers(owed, currency)


def _draw_way_to_overdue(currency: str) -> None:
    if st.button(say(Text("Ver lo vencido")), key=f"vencido-{currency}", icon=":material/schedule:"):
        show_list(overdue_view(currency))


def _we_owe(outstanding: int, overdue: int, currency: str) -> str:
    if overdue:
        return say(Text("Tienes {sum} vencidos", sum=show.money(overdue, currency)))
    if outstanding:
        return say(Text("Debes {sum}, nada vencido", sum=show.money(outstanding, currency)))
    return say(Text("Estás al día en {currency}", currency=currency))


def _draw_issuers(owed: list[Owed], currency: str) -> None:
    money = show.labels().money
    columns = {
        Text("Emisor"): [one.issuer_name for one in owed],
        Text("Saldo pendiente"): [money(one.outstanding, currency) for one in owed],
        Text("Vencido"): [money(one.overdue, currency) for one in owed],
        Text("Saldo a favor"): [money(one.available, currency) for one in owed],
    }
    if state.prefers_cards():
        columns.popitem()  # a phone has room for three
    draw_sums_table(f"emisores-{currency}", columns, 1)


def draw_single(row: DocumentRow) -> None:
    """The one document of a customer that has only one."""
    with st.container(border=True):
        st.markdown(f"**{show.kind(row.kind, row.type_code)}**")
        st.text(f"{row.number} · {row.issuer_name}")
        st.text(f"{show.money(row.total, row.currency)} · {show.status(row)}")
        if st.button(say(Text("Abrir el documento")), type="primary"):
            open_document(row.id)


def draw_nothing_yet(actor: Actor) -> None:
    """The empty portal, with the next step: for who sees nothing at all, and for who waits for documents."""
    if not actor.scope().empty:
        st.info(
            say(
                Text(
                    "Todavía no hay documentos a tu nombre. Cuando quien te factura los cargue, aparecerán aquí; "
                    "si esperabas alguno, escríbele."
                )
            ),
            icon=":material/inbox:",
        )
        return
    for issuer in asked_at(state.portal(), actor):
        waits = Text("{issuer} revisa tu solicitud y te avisamos por correo cuando la apruebe.", issuer=issuer)
        st.info(plain(say(waits)), icon=":material/hourglass_top:")
    st.subheader(say(Text("Todavía no ves documentos: falta un paso")))
    for icon, step in _STEPS:
        with st.container(border=True):
            st.markdown(f":material/{icon}: {say(step)}")


_STEPS = (
    (
        "qr_code_scanner",
        Text("Escanea el código QR de la tienda que te factura y pide acceso con los datos de una factura."),
    ),
    ("link", Text("O abre el enlace personal que te enviaron por correo o WhatsApp y súmalo a tu cuenta.")),
    ("mail", Text("O pide a quien te factura, o a tu colega, que te invite con el correo de esta cuenta.")),
)
