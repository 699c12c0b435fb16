"""How a payment stands: a basket's progress (`b`), or one comprobante (`v`)."""

import streamlit as st
from portal.app.payments.vouchers import read_voucher
from portal.domain import places
from portal.errors import NotFound
from portal.text import Text
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.progress_view import draw_progress
from portal.ui.state import asked_basket, asked_voucher, portal
from portal.ui.voucher_view import draw_voucher

actor = require_visitor(places.PAID)
basket_id, voucher_id = asked_basket(), asked_voucher()
if voucher_id is not None:
    draw_voucher(read_voucher(portal(), actor, voucher_id))
elif basket_id is not None:
    st.title(say(Text("Tu pago")), anchor=False)
    draw_progress(actor, basket_id)
else:
    raise NotFound()
if st.button(say(Text("Ver todos los documentos")), icon=":material/list:"):
    st.switch_page(script(places.DOCUMENTS))
