"""With what customers pay: the issuer's accounts with providers, its rules, and what payers will see."""

import streamlit as st
from portal.domain import places
from portal.domain.access import Right
from portal.text import Text
from portal.ui.account_form import draw_new_account
from portal.ui.accounts_view import draw_accounts
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.issuer_choice import pick_desk
from portal.ui.offers_view import draw_offers
from portal.ui.withheld_settings_view import draw_withheld_settings

actor = require_visitor(places.METHODS)
draw_done()
desk = pick_desk(actor, Right.SETTINGS)
st.subheader(say(Text("Métodos de pago disponibles")))
found = draw_accounts(desk)
draw_new_account(desk, first=not found)
draw_offers(desk)
draw_withheld_settings(desk)
