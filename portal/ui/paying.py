"""The ways in to paying: one document, those that are ticked, all that is overdue, all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from portal.app.payments.quoting import MOST, fill_basket
from portal.app.payments.sweeping import ToPay, fill_with_all, sums_to_pay
from portal.domain import places
from portal.domain.access import Actor, Right, Scope
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import refusals
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.views.filters import DocumentFilter
from portal.views.pages import Page
from portal.views.rows import DocumentRow

_ICON = ":material/payments:"
_ALL = DocumentFilter()


def pay(actor: Actor, document_ids: Sequence[int]) -> None:
    """Go and pay these."""
    with refusals():
        open_basket(fill_basket(state.portal(), actor, document_ids))


def open_basket(basket_id: int, bill: str = "") -> None:
    """Go to the page where a basket is paid, or one of its bills."""
    st.switch_page(script(places.PAY), query_params={"b": str(basket_id)} | ({"de": bill} if bill else {}))


def draw_pay_all(actor: Actor, filter: DocumentFilter = _ALL, seen: Page | None = None) -> None:
    """All that is overdue and all that is owed, each with its sum; nothing where there is nothing to pay.

    `filter`: what the list is narrowed to; `seen`: that list.
    """
    sums = sums_to_pay(state.portal(), actor, filter, seen)
    for overdue, name in _offers(sums):
        key, first = ("pagar-vencido", True) if overdue else ("pagar-todo", not sums.overdue)
        if st.button(say(name), key=key, type="primary" if first else "secondary", icon=_ICON):
            with refusals():
                open_basket(fill_with_all(state.portal(), actor, overdue, filter))


def _offers(sums: ToPay) -> Iterable[tuple[bool, Text]]:
    if sums.too_many:
        yield False, Text("Pagar los {count} documentos más antiguos", count=MOST)
        return
    if sums.overdue:
        yield True, Text("Pagar todo lo vencido ({sum})", sum=_sum(sums.overdue))
    if sums.outstanding and sums.outstanding != sums.overdue:
        yield False, Text("Pagar todo ({sum})", sum=_sum(sums.outstanding))


def draw_pay_ticked(actor: Actor, ticked: Sequence[DocumentRow]) -> None:
    """The rows that are ticked, with their sum by currency; those without a balance don't count."""
    scope = actor.scope(Right.PAY)
    rows = [row for row in ticked if may_pay(scope, row)]
    if not rows:
        st.caption(say(Text("Lo que marcaste no tiene saldo por pagar.")))
        return
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.to_pay
    one, many = Text("Pagar 1 documento ({sum})"), Text("Pagar {count} documentos ({sum})")
    name = (one if len(rows) == 1 else many).filled(count=len(rows), sum=_sum(sums.items()))
    if st.button(say(name), key="pagar-marcados", type="primary", icon=_ICON):
        pay(actor, [row.id for row in rows])


def may_pay(scope: Scope, row: DocumentRow) -> bool:
    """Whether something is left to pay of a document, and it is within what this visitor may pay."""
    return row.to_pay > 0 and scope.covers(row.issuer_id, row.customer_id)


def _sum(sums: Iterable[tuple[str, int]]) -> str:
    return " + ".join(show.money(minor, currency) for currency, minor in sums)
