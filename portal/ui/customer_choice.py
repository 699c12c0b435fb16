"""Which customer: found by part of its name or tax id, among those for whom the visitor holds a right."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from portal.app.desks import customer_named, customers_with
from portal.domain.access import Actor, Right
from portal.ledger.parties import Account
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import asked_customer, forget_customer, portal
from portal.views.filters import DocumentFilter

_MOST = 50
_WIDTH = 560


def pick_customer(actor: Actor, right: Right, key: str, asked: str = "") -> Account | None:
    """The only one, or the one chosen among those found; None until one is chosen. `asked` begins the search."""
    found = customers_with(portal(), actor, right, "", _MOST + 1)
    if len(found) == 1:
        st.text(_title(found[0]))
        return found[0]
    if len(found) > _MOST or asked:
        typed = st.text_input(
            say(Text("Buscar cliente")),
            asked,
            key=f"{key}-buscado",
            placeholder=say(Text("Nombre o NIT")),
            width=_WIDTH,
        )
        found = customers_with(portal(), actor, right, typed, _MOST)
    if not found:
        st.caption(say(Text("Ningún cliente se llama así ni tiene esa identificación.")))
        return None
    several = len({one.issuer_id for one in found}) > 1
    names = {one.customer_id: _title(one) + (f" · {one.issuer_name}" if several else "") for one in found}
    chosen = st.selectbox(
        say(Text("Cliente")),
        list(names),
        index=0 if len(names) == 1 else None,
        format_func=names.__getitem__,
        key=key,
        placeholder=say(Text("Elige un cliente")),
        width=_WIDTH,
    )
    return next((one for one in found if one.customer_id == chosen), None)


def only_customer(actor: Actor, chosen: DocumentFilter) -> DocumentFilter:
    """The same list for the one customer that the URL names, which is said above it with the way back to all."""
    asked = asked_customer()
    account = customer_named(portal(), actor, asked) if asked is not None else None
    if account is None or account.customer_id is None:
        return chosen
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(say(Text("Solo {customer}", customer=_title(account))), width="content")
        if st.button(say(Text("Ver todos los clientes")), key="todos-los-clientes", type="tertiary"):
            forget_customer()
            st.rerun()
    return replace(chosen, customers=(account.customer_id,))


def _title(account: Account) -> str:
    return f"{account.customer_name} · {account.customer_tax_id}"
