"""The payments that came in: what waits for a decision, whether providers agree, all of them; `?pago=` opens one."""

import streamlit as st
from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done, refusals
from portal.ui.collected_view import draw_collected, draw_strange, draw_waiting
from portal.ui.comparisons_view import draw_comparisons
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.payment_view import draw_payment
from portal.ui.state import asked_payment

actor = require_visitor(places.COLLECTED)
draw_done()
payment_id = asked_payment()
if payment_id is not None:
    with refusals():
        draw_payment(actor, payment_id)
    st.stop()
desk = pick_desk(actor, Right.EXPORT)
draw_waiting(desk)
draw_comparisons(desk)
draw_collected(desk)
draw_strange(desk)
