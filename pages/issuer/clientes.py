"""The issuer's customers; `?cliente=` opens one."""

import streamlit as st
from portal.app.customers import open_customer
from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done, refusals
from portal.ui.customers_view import draw_customer, draw_customers
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.joining_view import draw_joining
from portal.ui.state import asked_customer, portal

actor = require_visitor(places.CUSTOMERS)
draw_done()
customer_id = asked_customer()
if customer_id is not None:
    with refusals():
        draw_customer(actor, open_customer(portal(), actor, customer_id))
    st.stop()
desk = pick_desk(actor, Right.LINKS)
customers = st.container()
if not draw_joining(desk):
    with customers:
        draw_customers(desk)
