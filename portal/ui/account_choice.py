"""Which account: asked only where somebody sees more than one."""

from __future__ import annotations

import streamlit as st

from portal.app.viewing import find_customers
from portal.domain.access import Actor
from portal.ledger.parties import Account
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import portal, remembered_choice

_MOST = 50


def pick_account(actor: Actor) -> Account | None:
    """The one account, or the one chosen among those found by name or tax id; None where there is none."""
    found = find_customers(portal(), actor, "", _MOST + 1)
    if len(found) > _MOST:
        asked = st.text_input(
            say(Text("Cliente")), key="cliente-buscado", placeholder=say(Text("Nombre o NIT")), width=240
        )
        found = find_customers(portal(), actor, asked, _MOST) if asked else found[:_MOST]
    if len(found) < 2:
        return found[0] if found else None
    names = {str(account.customer_id): account.title for account in found}
    with remembered_choice("cliente", list(names)):
        chosen = st.selectbox(say(Text("Cuenta")), list(names), format_func=names.__getitem__, key="cliente", width=420)
    return next(account for account in found if str(account.customer_id) == chosen)
