"""Who sees a customer's documents, with which rights; by somebody who manages its people."""

import streamlit as st
from portal.domain import places
from portal.domain.access import Right
from portal.text import Text
from portal.ui.acting import draw_done
from portal.ui.customer_choice import pick_customer
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.people_view import draw_people

actor = require_visitor(places.PEOPLE)
draw_done()
st.subheader(say(Text("Personas con acceso")))
account = pick_customer(actor, Right.MANAGE, "cliente-personas")
if account is not None and account.customer_id is not None:
    draw_people(actor, account.issuer_id, account.customer_id)
else:
    st.caption(say(Text("Elige un cliente para ver quién entra a sus documentos, cambiar permisos o invitar.")))
