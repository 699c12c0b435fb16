"""The lists of the collections page: what waits for a decision, all that came in, and notices about nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.inspecting import strange_notices
from portal.app.payments.listing import list_payments, waiting_payments
from portal.app.reading import now_here
from portal.domain.collected import KINDS, Collected, Wanted, to_query
from portal.render import payment_words as words
from portal.render.payments_file import documents_paid
from portal.render.words import means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.choices import pick_many
from portal.ui.filter_bar import pick_dates
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.paging import draw_place, read_page
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE, _MOST_WAITING = 50, 50
_SUM = Text("Valor")


def draw_waiting(desk: Desk) -> None:
    """What somebody has to decide about; nothing where there is nothing."""
    found = waiting_payments(state.portal(), desk.actor, _MOST_WAITING)
    if not found:
        return
    st.subheader(say(Text("Por decidir")))
    columns: dict[Text, Sequence[object]] = {
        Text("Fecha"): [show.labels().day(one.effective_on) for one in found],
        Text("Cliente"): [_customer(one) for one in found],
        _SUM: [show.money(one.amount, one.currency) for one in found],
        Text("Por qué"): [say(words.TROUBLES[one.trouble]) if one.trouble else "" for one in found],
        Text("Dónde está"): [words.state_name(one.state, show.labels()) for one in found],
    }
    if click := draw_rows("por-decidir", columns, [Button(Text("Revisar"))], lead=Text("Cliente"), sums=[_SUM]):
        state.open_payment(found[click[1]].id)
        st.rerun()


def draw_collected(desk: Desk) -> None:
    """All that came in and went back, the newest first, as filtered; and the same as a file."""
    st.subheader(say(Text("Todos los cobros")))
    wanted = _draw_filters()
    table, numbers = st.container(), st.container()
    found, offset = read_page(
        "pagina", _SIZE, numbers, lambda limit, at: list_payments(state.portal(), desk.actor, wanted, limit, at),
        lambda page: page.total,
    )  # fmt: skip
    with table:
        if not found.rows:
            st.info(say(_NONE if wanted == Wanted() else _NONE_SUCH), icon=":material/payments:")
            return
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            draw_place(offset, len(found.rows), found.total)
            sums = " · ".join(show.money(booked, currency) for currency, booked in found.sums.items())
            st.text(say(Text("En las cuentas: {sums}", sums=sums)), width="content")
        if click := draw_rows("cobros", _columns(found.rows), [Button(Text("Ver"))], lead=Text("Cliente"), sums=[_SUM]):
            state.open_payment(found.rows[click[1]].id)
            st.rerun()
        _draw_file(desk, wanted)


_NONE = Text("Todavía no ha llegado ningún pago en línea. Cuando llegue el primero lo verás aquí.")
_NONE_SUCH = Text("Ningún cobro cumple estos filtros. Quita alguno o busca otra palabra.")


def _draw_filters() -> Wanted:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            say(Text("Buscar")), key="buscar", type="search", bind="query-params", width="stretch",
            placeholder=say(Text("Cliente, NIT, factura, transacción o referencia")),
        )  # fmt: skip
        with st.popover(say(Text("Filtros")), icon=":material/tune:"):
            kinds = pick_many(Text("Tipo"), "tipo", KINDS, words.fact_name)
            titles = {name: show.provider(one.title) for name, one in state.portal().providers.items()}
            providers = pick_many(Text("Proveedor"), "proveedor", sorted(titles), lambda one, _: titles[one])
            start, end = pick_dates(Text("Fecha"), "fecha", now_here(state.portal()))
    return Wanted(start, end, tuple(kinds), tuple(providers), False, (search or "").strip())


def _columns(rows: Sequence[Collected]) -> dict[Text, Sequence[object]]:
    said, titles = show.labels(), {name: show.provider(one.title) for name, one in state.portal().providers.items()}
    return {
        Text("Fecha"): [said.day(one.effective_on) for one in rows],
        Text("Tipo"): [words.fact_name(one.kind, said) for one in rows],
        Text("Cliente"): [_customer(one) for one in rows],
        _SUM: [show.money(one.amount, one.currency) for one in rows],
        Text("Estado"): [words.state_name(one.state, said) for one in rows],
        Text("Documentos"): [documents_paid(one, said) for one in rows],
        Text("Método de pago"): [means_name(one.method, said) for one in rows],
        Text("Proveedor"): [titles.get(one.provider, one.provider) for one in rows],
        Text("Transacción"): [one.transaction for one in rows],
    }


def _customer(one: Collected) -> str:
    return one.customer_name or say(Text("Sin cliente"))


def _draw_file(desk: Desk, wanted: Wanted) -> None:
    """The same list from our own route, which asks again who wants it."""
    asked = to_query(wanted)
    ways = {Text("Descargar CSV"): f"lang={state.language()}", Text("CSV para tu sistema"): "codes=1"}
    with st.container(horizontal=True):
        for name, way in ways.items():
            address = f"/payments/{desk.issuer_id}.csv?{way}&{asked}".rstrip("&")
            st.link_button(say(name), address, icon=":material/csv:")


def draw_strange(desk: Desk) -> None:
    """Notices that are genuine and about nothing that the portal asked for: sales of the same account elsewhere."""
    found = strange_notices(state.portal(), desk.actor)
    if not found:
        return
    titles = {name: show.provider(one.title) for name, one in state.portal().providers.items()}
    with st.expander(say(Text("Avisos que no son de este portal")), icon=":material/help:"):
        st.caption(say(Text("Son ventas de la misma cuenta hechas en otra parte: aquí no cambian nada.")))
        draw_rows(
            "avisos",
            {
                Text("Llegó"): [one.received_at for one in found],
                Text("Proveedor"): [titles.get(one.provider, one.provider) for one in found],
                Text("Transacción"): [one.transaction_id or "" for one in found],
                Text("Referencia"): [one.reference or "" for one in found],
            },
        )
