"""The main script, run for every interaction: who is this, the frame, then the page that the address names."""

import streamlit as st

from portal.app.viewing import viewing
from portal.text import Text
from portal.ui import guard, state
from portal.ui.frame import draw_frame, draw_strangers_frame
from portal.ui.i18n import say
from portal.ui.looking_as_view import draw_looking_as
from portal.ui.nav import pages_for

guard.begin_run()
state.begin_run()
st.set_page_config(page_title=say(Text("Portal de clientes")), layout="wide", initial_sidebar_state="collapsed")
actor = guard.visitor()
pages = pages_for(actor)
page = st.navigation(pages, position="top" if actor else "hidden")
if actor:
    seen = viewing(state.portal(), actor)
    draw_frame(seen, page.title if isinstance(pages, dict) else "")
    if actor.looks_as_customer:
        draw_looking_as(actor, seen)
else:
    draw_strangers_frame()
page.run()
