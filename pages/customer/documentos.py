"""Every document: search, filter, sort, page, totals."""

import streamlit as st
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.reading import list_documents, now_here, what_to_filter_by
from portal.domain import places
from portal.text import Text
from portal.ui.choices import switch
from portal.ui.customer_choice import only_customer
from portal.ui.document_list import Parties, draw_cards, draw_nothing_found, draw_table, draw_totals
from portal.ui.downloads import draw_list_downloads
from portal.ui.filter_bar import draw_filters, draw_sort
from portal.ui.guard import require_visitor
from portal.ui.paging import draw_place, read_page
from portal.ui.paying import draw_pay_all, draw_pay_ticked
from portal.ui.state import language, portal, prefers_cards

actor = require_visitor(places.DOCUMENTS)
VIEWS = {"tabla": Text("Tabla"), "tarjetas": Text("Tarjetas")}
facets = what_to_filter_by(portal(), actor)
desk = Parties.of(actor).desk
chosen = draw_filters(facets, now_here(portal()), desk)
if desk:
    chosen = only_customer(actor, chosen)
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    view = switch(
        Text("Vista"), "vista", list(VIEWS), lambda one, said: said.say(VIEWS[one]), list(VIEWS)[prefers_cards()]
    )
    sort, descending = draw_sort()
size = 50 if view == "tabla" else 10
list_, numbers = st.container(), st.container()
found, offset = read_page(
    "pagina", size, numbers,
    lambda limit, at: list_documents(portal(), actor, chosen, sort, descending, limit, at),
    lambda page: page.total,
)  # fmt: skip
with list_:
    draw_totals(found.totals)
    draw_nothing_found(found.total)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        draw_place(offset, len(found.rows), found.total)
        ways_to_pay = st.container(horizontal=True, width="content")
    ticked = draw_table(found.rows, "documentos", actor, tick=True) if view == "tabla" else []
    if view == "tarjetas":
        draw_cards(found.rows, "documentos", actor)
    with ways_to_pay:
        if ticked:
            draw_pay_ticked(actor, ticked)
        else:
            draw_pay_all(actor, chosen, found)
    order = DocumentsRequest(Format.XLSX, chosen, sort, descending, language())
    draw_list_downloads(actor, "lista", order)
