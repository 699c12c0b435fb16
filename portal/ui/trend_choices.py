"""Whose books are told over time: an issuer's or one customer's, in which currency, of which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from portal.app.desks import customer_named, customers_with
from portal.app.reading import zone_of
from portal.app.receivables import issuer_today
from portal.app.trends import accounts_with_books, currencies_of
from portal.domain.access import Actor, Right
from portal.domain.trends import Books
from portal.ledger.parties import Account
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.issuer_choice import at_desk
from portal.ui.period_choice import pick_period
from portal.ui.state import asked_customer, open_customer, portal, remembered_choice, show_in_zone

_MOST = 50
_TYPED, _CHOSEN = "tendencias-buscado", "tendencias-cliente"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The books, and the first and the last day."""

    books: Books
    start: date
    end: date


def pick_trends(actor: Actor) -> Chosen | None:
    """What is chosen; None where there are no books, or nothing in them yet."""
    accounts = accounts_with_books(portal(), actor)
    if not accounts:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        account = _pick_account(accounts)
        show_in_zone(zone_of(portal(), {account.issuer_id}))
        mine = at_desk(actor, account.issuer_id)
        customer = account.customer_id or _pick_customer(mine)
        known = currencies_of(portal(), actor, account.issuer_id, customer)
        currency = _pick_currency(known) if known else ""
        start, end = pick_period(None, issuer_today(portal(), account.issuer_id))
    return Chosen(Books(account.issuer_id, customer, currency), start, end) if currency else None


def _pick_account(accounts: tuple[Account, ...]) -> Account:
    if len(accounts) == 1:
        return accounts[0]
    names = {f"{one.issuer_id}-{one.customer_id or ''}": one for one in accounts}
    with remembered_choice("cuenta", list(names)):
        chosen = st.selectbox(
            say(Text("Cuenta")), list(names), format_func=lambda one: names[one].title, key="cuenta", width=300
        )
    return names[chosen]


def _pick_customer(actor: Actor) -> int | None:
    """One of the issuer's customers, kept in the address; None: all of them."""
    asked = asked_customer()
    named = customer_named(portal(), actor, asked, Right.EXPORT) if asked is not None else None
    found = customers_with(portal(), actor, Right.EXPORT, "", _MOST + 1)
    if len(found) > _MOST:
        typed = st.text_input(say(Text("Buscar cliente")), key=_TYPED, placeholder=say(Text("Nombre o NIT")), width=200)
        found = customers_with(portal(), actor, Right.EXPORT, typed, _MOST) if typed else []
    offered = {one.customer_id: one for one in [*([named] if named else []), *found]}
    if not offered:
        return None
    if st.session_state.get(_CHOSEN) not in offered:
        st.session_state[_CHOSEN] = named.customer_id if named else None
    chosen = st.selectbox(
        say(Text("Cliente")), list(offered), index=None, format_func=lambda one: offered[one].customer_name or "",
        key=_CHOSEN, placeholder=say(Text("Todos")), width=300,
    )  # fmt: skip
    if chosen != asked:
        open_customer(chosen)
    return chosen


def _pick_currency(known: tuple[str, ...]) -> str:
    if len(known) == 1:
        return known[0]
    chosen = st.segmented_control(
        say(Text("Moneda")), known, default=known[0], required=True, key="moneda", bind="query-params"
    )
    return chosen if chosen in known else known[0]
