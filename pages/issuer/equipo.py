"""The issuer's own people, and its analysts."""

import streamlit as st
from portal.domain import places
from portal.domain.access import Right
from portal.text import Text
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.issuer_choice import pick_desk
from portal.ui.plain import plain
from portal.ui.staff_view import draw_invite, draw_staff

actor = require_visitor(places.STAFF)
draw_done()
desk = pick_desk(actor, Right.STAFF)
st.subheader(say(Text("Equipo de {issuer}", issuer=plain(desk.name))))
draw_staff(desk)
draw_invite(desk)
