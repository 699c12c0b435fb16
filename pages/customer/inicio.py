"""What I owe, what is late, what comes next."""

import streamlit as st
from portal.app.reading import summarise
from portal.domain import places
from portal.text import Text
from portal.ui.document_list import draw_few
from portal.ui.guard import require_visitor
from portal.ui.home import draw_currency, draw_greeting, draw_nothing_yet, draw_single
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.paying import draw_pay_all
from portal.ui.state import portal

visitor = require_visitor(places.HOME)
actor = visitor.owing()
summary = summarise(portal(), actor)
if not summary.latest:
    draw_nothing_yet(actor)
    st.stop()
several = len({owed.issuer_id for owed in summary.owed}) > 1
draw_greeting(actor)
with st.container(horizontal=True):
    draw_pay_all(actor)
for currency in summary.aging:
    draw_currency(summary, currency, several)
if len(summary.latest) == 1:
    draw_single(summary.latest[0])
    st.stop()
if summary.due_next:
    st.subheader(say(Text("Próximos vencimientos")))
    draw_few(summary.due_next, "proximos", actor)
st.subheader(say(Text("Últimos documentos")))
draw_few(summary.latest, "ultimos", actor)
if st.button(say(Text("Ver todos los documentos")), type="primary", icon=":material/list:"):
    st.switch_page(script(places.DOCUMENTS))
