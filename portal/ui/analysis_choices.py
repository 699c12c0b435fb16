"""What the analysis is asked: by what the documents are added up, and which sum compares the groups."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from portal.domain import places
from portal.domain.aging import Settlement
from portal.render.labels import Labels
from portal.text import Text
from portal.ui.choices import pick_one, switch
from portal.ui.filter_bar import FILTERS
from portal.ui.i18n import say
from portal.ui.periods import NAMES, Period
from portal.ui.redirect import go_to
from portal.ui.state import prefers_cards, with_language
from portal.views.facets import Facets
from portal.views.filters import DocumentFilter
from portal.views.groups import Group, Grouping, Measure

Asked = Mapping[str, Sequence[str]]
ROWS = "documents"  # not added up
BY = {
    ROWS: Text("Documentos"),
    Grouping.CUSTOMER.value: Text("Cliente"),
    Grouping.ISSUER.value: Text("Emisor"),
    Grouping.MONTH.value: Text("Mes de emisión"),
    Grouping.SETTLEMENT.value: Text("Estado"),
    Grouping.CURRENCY.value: Text("Moneda"),
}
MEASURES = {
    Measure.OUTSTANDING: Text("Saldo pendiente"),
    Measure.OVERDUE: Text("Vencido"),
    Measure.DEBITS: Text("Facturado"),
    Measure.CREDITS: Text("Notas y recibos"),
    Measure.AVAILABLE: Text("Saldo a favor"),
    Measure.COUNT: Text("Documentos"),
}
GROUP, MEASURE, CURRENCY, COLUMNS, CUSTOMER = "agrupar", "medida", "en", "columnas", "cliente"
_BY = Text("Agrupar por")
KEPT = (*FILTERS, CUSTOMER, GROUP, MEASURE, CURRENCY, COLUMNS)


def pick_grouping(facets: Facets) -> str:
    """`ROWS`, or a `Grouping` of which there are several groups."""
    alone = {Grouping.ISSUER.value: len(facets.issuers) < 2, Grouping.CURRENCY.value: len(facets.currencies) < 2}
    several = [one for one in BY if not alone.get(one)]
    if prefers_cards():  # side by side they are wider than a phone
        return pick_one(_BY, GROUP, several, _group_word)
    return switch(_BY, GROUP, several, _group_word, ROWS)


def _group_word(one: str, said: Labels) -> str:
    return said.say(BY[one])


def pick_measure() -> Measure:
    """What the groups are compared by."""
    word = {measure.value: name for measure, name in MEASURES.items()}
    return Measure(pick_one(Text("Comparar"), MEASURE, list(word), lambda one, said: said.say(word[one]), width=220))


def pick_currency(currencies: Sequence[str]) -> str | None:
    """Amounts of two currencies can't be compared: one of them, if there are several."""
    if len(currencies) < 2:
        return None
    return pick_one(Text("En"), CURRENCY, currencies, lambda one, _: one, width=110)


def asked_now() -> dict[str, list[str]]:
    """What the page's address asks for, its page number aside."""
    return {key: st.query_params.get_all(key) for key in KEPT if key in st.query_params}


def open_analysis(asked: Asked) -> None:
    """Open the page anew as an address asks: the widgets of this visit would keep what they were set to."""
    known = {key: list(said) for key, said in asked.items() if key in KEPT}
    go_to(with_language(f"/{places.ANALYSIS.address}", **known))


def may_drill(by: Grouping, chosen: DocumentFilter) -> bool:
    """Whether a filter can say one group of what is chosen: some statuses are several settlements."""
    return by is not Grouping.SETTLEMENT or {one.value for one in chosen.settlements} <= set(Settlement)


def drilled(by: Grouping, group: Group, word: str, chosen: DocumentFilter) -> dict[str, list[str]]:
    """The address of a group's documents: what is asked now, narrowed to it. `word`: its name on screen."""
    filters = {name: said for name, said in asked_now().items() if name not in (GROUP, MEASURE, CURRENCY)}
    return filters | {"moneda": [group.sums.currency]} | _only(by, group.key, word, chosen)


def _only(by: Grouping, key: int | date | str, word: str, chosen: DocumentFilter) -> dict[str, list[str]]:
    match by:
        case Grouping.CUSTOMER:
            return {CUSTOMER: [str(key)]}
        case Grouping.ISSUER:
            return {"emisor": [word]}
        case Grouping.SETTLEMENT:
            return {"estado": [word]}
        case Grouping.MONTH if isinstance(key, date):
            last = key.replace(day=monthrange(key.year, key.month)[1])
            days = max(key, chosen.issued_from or key), min(last, chosen.issued_to or last)
            custom = say(NAMES[Period.CUSTOM])
            return {"emitidos": [custom], "emitidos-fechas": [day.isoformat() for day in days]}
    return {}
