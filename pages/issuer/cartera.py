"""Who owes what: the first page of an issuer's people, as of today or of a past date."""

import streamlit as st
from portal.app.receivables import read_receivables
from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.receivables_choices import draw_currencies, draw_nothing, draw_past, pick_date
from portal.ui.receivables_view import draw_ages, draw_debtors, draw_months, draw_weeks
from portal.ui.state import portal

actor = require_visitor(places.RECEIVABLES)
draw_done()
desk = pick_desk(actor, Right.SEE)
found = read_receivables(portal(), desk.actor, desk.issuer_id, pick_date(portal(), desk))
if not found.positions:
    draw_nothing(desk, found)
    st.stop()
draw_past(found)
at = draw_currencies(found)
first, second = st.columns(2, gap="large"), st.columns(2, gap="large")
with first[0]:
    draw_ages(at)
with first[1]:
    draw_debtors(desk.actor, found, at)
with second[0]:
    draw_weeks(at)
with second[1]:
    draw_months(at)
