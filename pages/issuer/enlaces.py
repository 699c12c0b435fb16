"""Personal links: make, send, watch and end them; and the QR for the till."""

import streamlit as st
from portal.app.desks import open_link_page
from portal.domain import places
from portal.domain.access import Right
from portal.text import Text
from portal.ui.acting import draw_done, refusals
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.issuer_choice import pick_desk
from portal.ui.links_view import LINK, draw_link, draw_new, draw_register
from portal.ui.many_links_view import draw_many
from portal.ui.opened import draw_way_back, opened
from portal.ui.people_view import draw_people
from portal.ui.shop_view import draw_shop
from portal.ui.state import portal

actor = require_visitor(places.LINKS)
draw_done()
link_id = opened(LINK)
if link_id is not None:
    draw_way_back(LINK)
    with refusals():
        found = open_link_page(portal(), actor, link_id)
        draw_link(actor, found)
        with st.expander(say(Text("Personas con acceso a este cliente")), icon=":material/group:"):
            draw_people(actor, found.shown.link.issuer_id, found.shown.link.customer_id)
    st.stop()
desk = pick_desk(actor, Right.LINKS)
names = [say(Text("Enlaces personales")), say(Text("Para varios clientes")), say(Text("QR de la tienda"))]
links, many, shop = st.tabs(names, key="parte", on_change="rerun")
if links.open:
    with links:
        draw_new(desk.actor)
        draw_register(desk.actor)
if many.open:
    with many:
        draw_many(desk)
if shop.open:
    with shop:
        draw_shop(desk)
