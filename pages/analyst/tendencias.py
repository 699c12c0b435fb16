"""What changed over time: the balance, its ages, the money that came in, and how late it came."""

import streamlit as st
from portal.app.trends import aged_over_time, late_payers, received_over_time
from portal.domain import places
from portal.text import Text
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.late_payers_view import draw_delays, draw_latest
from portal.ui.state import portal
from portal.ui.trend_choices import pick_trends
from portal.ui.trends_view import draw_aging, draw_balance, draw_received

actor = require_visitor(places.TRENDS)
draw_done()
chosen = pick_trends(actor)
if chosen is None:
    st.info(say(Text("Aquí verás cómo cambian los saldos y los pagos cuando entren los primeros documentos.")))
    st.stop()
asked = (portal(), actor, chosen.books, chosen.start, chosen.end)
aged = aged_over_time(*asked)
first, second = st.columns(2, gap="large"), st.columns(2, gap="large")
with first[0]:
    draw_balance(chosen, aged)
with first[1]:
    draw_aging(chosen, aged)
with second[0]:
    draw_received(chosen, received_over_time(*asked))
payers = late_payers(*asked)
with second[1]:
    draw_delays(chosen, payers.lateness)
draw_latest(chosen, payers)
