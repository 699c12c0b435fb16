"""The main script, run for every interaction: the guard, the frame, then the page that the address names."""

import streamlit as st

from portal.app.viewing import viewing
from portal.text import Text
from portal.ui import guard, state
from portal.ui.frame import draw_frame
from portal.ui.i18n import say
from portal.ui.nav import customer_pages

guard.begin_run()
state.begin_run()
st.set_page_config(page_title=say(Text("Portal de clientes")), layout="wide", initial_sidebar_state="collapsed")
actor = guard.require_customer()
page = st.navigation(customer_pages(), position="top")
draw_frame(viewing(state.portal(), actor))
page.run()
