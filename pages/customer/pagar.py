"""A basket, bill by bill: what is due now, how much of it, with what. One click leads to the provider."""

import streamlit as st
from portal.app.payments.quoting import bills_of
from portal.domain import places
from portal.errors import NotFound
from portal.text import Text
from portal.ui.bill_view import draw_bill
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.state import asked_basket, asked_bill, portal

actor = require_visitor(places.PAY)
basket_id = asked_basket()
if basket_id is None:
    raise NotFound()
bills = bills_of(portal(), actor, basket_id)
st.title(say(Text("Pagar")), anchor=False)
if not bills:
    st.success(say(Text("Estos documentos ya no tienen saldo: no hay nada por pagar.")))
    if st.button(say(Text("Ver todos los documentos")), icon=":material/list:"):
        st.switch_page(script(places.DOCUMENTS))
    st.stop()
if len(bills) > 1:
    st.text(say(Text("Son {count} pagos, uno por emisor y moneda. Hazlos uno tras otro.", count=len(bills))))
    if st.button(say(Text("Ver cómo van")), type="tertiary", icon=":material/checklist:"):
        st.switch_page(script(places.PAID), query_params={"b": str(basket_id)})
shown = [one for one in bills if one.key == asked_bill()] or bills
several = len({one.customer_name for one in bills}) > 1
for bill in shown:
    draw_bill(actor, basket_id, bill, several)
