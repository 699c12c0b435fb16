"""The way in: by password here; by a code, a new account, a provider on our own pages."""

import streamlit as st
from portal.text import Text
from portal.ui.guard import require_stranger, where
from portal.ui.i18n import say
from portal.ui.redirect import go_to
from portal.ui.sign_in_form import draw_sign_in
from portal.ui.sign_in_ways import draw_ways
from portal.ui.state import asked_next, with_language

browser = require_stranger()
_, middle, _ = st.columns([1, 1.4, 1])
with middle:
    st.header(say(Text("Portal de clientes")))
    ticket = draw_sign_in(browser, where())
    if ticket:
        go_to(with_language("/auth/finish", ticket=ticket, next=asked_next()))
        st.info(say(Text("Entrando…")))
        st.stop()
    draw_ways()
