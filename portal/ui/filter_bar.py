"""The filters of the documents' list. Every choice lives in the address, so that a view can be kept and shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from portal.domain import places
from portal.domain.documents import Kind
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.render.words import kind_name
from portal.text import Text
from portal.ui import show
from portal.ui.choices import pick_at_most_one, pick_many, pick_one
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.periods import NAMES, Period, period_name, span
from portal.views.facets import Facets
from portal.views.filters import DocumentFilter, Owed, Settled, SortKey

SETTLED = {
    Settled.OPEN: Text("Pendiente"),
    Settled.PART: Text("Abonada en parte"),
    Settled.SETTLED: Text("Pagada"),
    Settled.CREDITED: Text("Saldada con nota crédito"),
    Settled.VOID: Text("Anulada"),
    Settled.REVIEW: Text("En revisión"),
    Settled.DISPUTED: Text("En disputa"),
}
_SORTS = {
    SortKey.ISSUE_DATE: Text("Fecha de emisión"),
    SortKey.DUE_DATE: Text("Fecha de vencimiento"),
    SortKey.NUMBER: Text("Número"),
    SortKey.TOTAL: Text("Total"),
    SortKey.BALANCE: Text("Saldo"),
    SortKey.ISSUER: Text("Emisor"),
}
_LATE = {"vencidas": Text("Vencidas"), "al-dia": Text("Al día")}
_OWED = {Owed.ANY: Text("Con saldo por pagar"), Owed.UNOPENED: Text("Con saldo y sin abrir por el cliente")}
FILTERS = (
    "buscar", "estado", "vencidas", "saldo", "tipo", "emisor", "moneda", "emitidos", "emitidos-fechas", "vencen",
    "vencen-fechas", "desde", "hasta", "orden", "ascendente",
)  # fmt: skip
_YEARS = 9  # how far back a date can be typed


def overdue_view(currency: str) -> dict[str, str]:
    """The list's address for what is overdue in a currency, the oldest first."""
    return {
        "vencidas": say(_LATE["vencidas"]),
        "moneda": currency,
        "orden": say(_SORTS[SortKey.DUE_DATE]),
        "ascendente": "true",
    }


def owed_view(
    currency: str,
    due: tuple[date | None, date | None] = (None, None),
    customer_id: int | None = None,
    owed: Owed = Owed.ANY,
) -> dict[str, str | list[str]]:
    """The list's address for what is owed in a currency, due between two days (None: open), by a customer."""
    asked: dict[str, str | list[str]] = {
        "saldo": say(_OWED[owed]),
        "moneda": currency,
        "orden": say(_SORTS[SortKey.DUE_DATE]),
        "ascendente": "true",
    }
    first, last = due
    if first or last:
        known = first or last or date.min
        days = (
            (first or known.replace(month=1, day=1, year=known.year - _YEARS)),
            (last or known.replace(month=12, day=31, year=known.year + _YEARS)),
        )
        asked |= {"vencen": say(NAMES[Period.CUSTOM]), "vencen-fechas": [day.isoformat() for day in days]}
    return asked | ({"cliente": str(customer_id)} if customer_id is not None else {})


def review_view(currency: str) -> dict[str, str | list[str]]:
    """The list's address for what waits for the issuer's word."""
    return {"estado": say(SETTLED[Settled.REVIEW]), "moneda": currency}


def show_list(view: Mapping[str, str | list[str]]) -> None:
    """Go to the list as an address says: what an earlier visit narrowed it to would stay with it."""
    for key in (*FILTERS, "pagina"):
        st.session_state.pop(key, None)
    st.switch_page(script(places.DOCUMENTS), query_params=dict(view))


def draw_filters(facets: Facets, today: date, desk: bool = False) -> DocumentFilter:
    """Draw the search box and the filters; returns what they ask for. `desk`: for who works for an issuer."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            say(Text("Buscar")),
            key="buscar",
            type="search",
            placeholder=say(Text("Número, producto, orden de compra, nota…")),
            bind="query-params",
            width="stretch",
        )
        with st.popover(say(Text("Filtros")), icon=":material/tune:"):
            return _draw_rest(facets, today, search or "", desk)


def _draw_rest(facets: Facets, today: date, search: str, desk: bool) -> DocumentFilter:
    settled = pick_many(Text("Estado"), "estado", list(Settled), lambda one, said: said.say(SETTLED[Settled(one)]))
    late = pick_at_most_one(Text("Vencimiento"), "vencidas", list(_LATE), lambda one, said: said.say(_LATE[one]))
    ways = list(Owed) if desk else [Owed.ANY]
    owed = pick_at_most_one(Text("Saldo"), "saldo", ways, lambda one, said: said.say(_OWED[Owed(one)]))
    kinds = pick_many(Text("Tipo"), "tipo", list(facets.kinds), kind_name)
    names = {str(issuer): name for issuer, name in facets.issuers}
    issuers = pick_many(Text("Emisor"), "emisor", list(names), lambda one, _: names[one]) if len(names) > 1 else []
    several = len(facets.currencies) > 1
    currencies = pick_many(Text("Moneda"), "moneda", facets.currencies, lambda one, _: one) if several else []
    issued = pick_dates(Text("Emitidos"), "emitidos", today)
    due = pick_dates(Text("Vencen"), "vencen", today)
    only = facets.currencies[0] if len(facets.currencies) == 1 else currencies[0] if len(currencies) == 1 else None
    amounts = _amounts(only) if only else (None, None)
    return DocumentFilter(
        currencies=tuple(currencies),
        kinds=tuple(Kind(one) for one in kinds),
        settlements=tuple(Settled(one) for one in settled),
        overdue=None if late is None else late == "vencidas",
        owed=Owed(owed) if owed else None,
        issuers=tuple(int(one) for one in issuers),
        issued_from=issued[0],
        issued_to=issued[1],
        due_from=due[0],
        due_to=due[1],
        amount_from=amounts[0],
        amount_to=amounts[1],
        search=search,
    )


def pick_dates(name: Text, key: str, today: date) -> tuple[date | None, date | None]:
    """A named period or two days; returns the first and the last one, None where it is open."""
    period = Period(pick_one(name, key, list(Period), period_name))
    if period is Period.CUSTOM:
        chosen = st.date_input(
            say(Text("Desde y hasta")),
            value=[],
            key=f"{key}-fechas",
            format=show.typed_day_format(),
            bind="query-params",
        )
        return (chosen[0], chosen[1] if len(chosen) > 1 else None) if chosen else (None, None)
    return span(period, today) or (None, None)


def _amounts(currency: str) -> tuple[int | None, int | None]:
    left, right = st.columns(2)
    with left:
        least = st.text_input(
            say(Text("Total desde ({currency})", currency=currency)), key="desde", bind="query-params"
        )
    with right:
        most = st.text_input(say(Text("Total hasta ({currency})", currency=currency)), key="hasta", bind="query-params")
    return _amount(least, currency), _amount(most, currency)


def _amount(typed: str | None, currency: str) -> int | None:
    if not (typed or "").strip():
        return None
    try:
        return read_amount(typed or "", currency)
    except Refused as refused:
        st.caption(say(refused.text))
        return None


def draw_sort() -> tuple[SortKey, bool]:
    """Draw the order; returns the key and whether the largest comes first."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"):
        sort = pick_one(
            Text("Ordenar por"), "orden", list(SortKey), lambda one, said: said.say(_SORTS[SortKey(one)]), width=220
        )
        ascending = st.toggle(say(Text("Ascendente")), key="ascendente", bind="query-params")
    return SortKey(sort), not ascending
