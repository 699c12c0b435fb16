"""The filters of the documents' list. Every choice lives in the address, so that a view can be kept and shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import streamlit as st

from portal.domain.documents import Kind
from portal.domain.money import exponent, to_minor
from portal.errors import Refused
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say
from portal.ui.periods import NAMES, Period, span
from portal.views.facets import Facets
from portal.views.filters import DocumentFilter, Settled, SortKey

_SETTLED = {
    Settled.OPEN: Text("Pendiente"),
    Settled.PART: Text("Abonada en parte"),
    Settled.SETTLED: Text("Pagada"),
    Settled.CREDITED: Text("Saldada con nota crédito"),
    Settled.VOID: Text("Anulada"),
}
_SORTS = {
    SortKey.ISSUE_DATE: Text("Fecha de emisión"),
    SortKey.DUE_DATE: Text("Fecha de vencimiento"),
    SortKey.NUMBER: Text("Número"),
    SortKey.TOTAL: Text("Total"),
    SortKey.BALANCE: Text("Saldo"),
    SortKey.ISSUER: Text("Emisor"),
}
_TYPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*|\d+)(?:(?!(?P=mark))[.,](?P<decimals>\d+))?",
    re.ASCII,
)
_LONE = re.compile(r"\d+[.,]\d{3}", re.ASCII)
_LATE = ("vencidas", "al-dia")


def draw_filters(facets: Facets, today: date) -> DocumentFilter:
    """Draw the search box and the filters; returns what they ask for."""
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
            return _draw_rest(facets, today, search or "")


def _draw_rest(facets: Facets, today: date, search: str) -> DocumentFilter:
    settled = _many(Text("Estado"), "estado", list(Settled), lambda one: say(_SETTLED[Settled(one)]))
    late = st.segmented_control(
        say(Text("Vencimiento")),
        _LATE,
        key="vencidas",
        format_func=lambda one: say(Text("Vencidas") if one == _LATE[0] else Text("Al día")),
        bind="query-params",
    )
    kinds = _many(Text("Tipo"), "tipo", list(facets.kinds), lambda one: show.kind(Kind(one)))
    names = {str(issuer): name for issuer, name in facets.issuers}
    issuers = _many(Text("Emisor"), "emisor", list(names), lambda one: names[one]) if len(names) > 1 else []
    currencies = _many(Text("Moneda"), "moneda", list(facets.currencies), str) if len(facets.currencies) > 1 else []
    issued = _dates(Text("Emitidos"), "emitidos", today)
    due = _dates(Text("Vencen"), "vencen", today)
    only = facets.currencies[0] if len(facets.currencies) == 1 else currencies[0] if len(currencies) == 1 else None
    amounts = _amounts(only) if only else (None, None)
    return DocumentFilter(
        currencies=tuple(currencies),
        kinds=tuple(Kind(one) for one in kinds),
        settlements=tuple(Settled(one) for one in settled),
        overdue=None if late is None else late == _LATE[0],
        issuers=tuple(int(one) for one in issuers),
        issued_from=issued[0],
        issued_to=issued[1],
        due_from=due[0],
        due_to=due[1],
        amount_from=amounts[0],
        amount_to=amounts[1],
        search=search,
    )


def _many(name: Text, key: str, options: Sequence[str], word: Callable[[str], str]) -> list[str]:
    chosen = st.multiselect(
        say(name),
        list(options),
        key=key,
        format_func=word,
        placeholder=say(Text("Todos")),
        bind="query-params",
    )
    return [str(one) for one in chosen]


def _dates(name: Text, key: str, today: date) -> tuple[date | None, date | None]:
    period = st.selectbox(
        say(name), list(Period), key=key, format_func=lambda one: say(NAMES[one]), bind="query-params"
    )
    if period is Period.CUSTOM:
        chosen = st.date_input(
            say(Text("Desde y hasta")),
            value=(),
            key=f"{key}-fechas",
            format=show.typed_day_format(),
            bind="query-params",
        )
        days = tuple(chosen) if isinstance(chosen, tuple) else (chosen,)
        return (days[0], days[-1] if len(days) > 1 else None) if days else (None, None)
    return span(Period(period or Period.ALL), today) or (None, None)


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


def read_amount(typed: str, currency: str) -> int:
    """What a person types, in minor units: '1.500.000', '1500000', '1.234,50', '1,234.50', 'COP 1.500'.

    Either sign before a group of three digits parts thousands, else decimals; alone, it parts decimals where the
    currency has three of them. Raises Refused.
    """
    bare = "".join(typed.upper().replace(currency, "").replace("$", "").split())
    found = _TYPED.fullmatch(bare)
    if found is None:
        raise Refused(Text("«{amount}» no es un valor: escribe, por ejemplo, 1.500.000", amount=typed.strip()[:40]))
    if exponent(currency) == 3 and _LONE.fullmatch(bare):
        return to_minor(Decimal(bare.replace(",", ".")), currency)
    whole, decimals = re.sub("[.,]", "", found["whole"]), found["decimals"] or "0"
    return to_minor(Decimal(f"{whole}.{decimals}"), currency)


def draw_sort() -> tuple[SortKey, bool]:
    """Draw the order; returns the key and whether the largest comes first."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"):
        sort = st.selectbox(
            say(Text("Ordenar por")),
            list(SortKey),
            key="orden",
            format_func=lambda one: say(_SORTS[one]),
            bind="query-params",
            width=220,
        )
        ascending = st.toggle(say(Text("Ascendente")), key="ascendente", bind="query-params")
    return SortKey(sort or SortKey.ISSUE_DATE), not ascending
