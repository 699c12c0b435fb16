"""The documents for who needs the numbers: filtered, added up, in chosen columns; views to come back to."""

import streamlit as st
from portal.app.analysis import analyse
from portal.app.export_requests import DocumentsRequest, Format, GroupsRequest
from portal.app.reading import list_documents, now_here, what_to_filter_by
from portal.domain import places
from portal.ui.acting import draw_done
from portal.ui.analysis_choices import ROWS, pick_currency, pick_grouping, pick_measure
from portal.ui.analysis_groups import draw_chart, draw_group_table
from portal.ui.analysis_rows import draw_document_rows, pick_columns
from portal.ui.customer_choice import only_customer
from portal.ui.document_list import draw_nothing_found, draw_totals
from portal.ui.downloads import draw_group_downloads, draw_list_downloads
from portal.ui.filter_bar import draw_filters, draw_sort
from portal.ui.guard import require_visitor
from portal.ui.paging import draw_place, read_page
from portal.ui.saved_views_view import draw_saved_views
from portal.ui.state import language, portal, prefers_cards
from portal.views.groups import Grouping

actor = require_visitor(places.ANALYSIS)
size = 10 if prefers_cards() else 50
draw_done()
draw_saved_views(actor)
facets = what_to_filter_by(portal(), actor)
chosen = only_customer(actor, draw_filters(facets, now_here(portal()), desk=True))
choices, list_, numbers = st.container(horizontal=True, vertical_alignment="bottom"), st.container(), st.container()
with choices:
    by = pick_grouping(facets)
if by == ROWS:
    with choices:
        sort, descending = draw_sort()
    found, offset = read_page(
        "pagina", size, numbers,
        lambda limit, at: list_documents(portal(), actor, chosen, sort, descending, limit, at),
        lambda page: page.total,
    )  # fmt: skip
    with list_:
        draw_totals(found.totals)
        draw_nothing_found(found.total)
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            draw_place(offset, len(found.rows), found.total)
            columns = pick_columns()
        draw_document_rows("analisis", found.rows, columns)
        order = DocumentsRequest(Format.XLSX, chosen, sort, descending, language(), tuple(columns))
        draw_list_downloads(actor, "analisis", order)
    st.stop()
with choices:
    measure = pick_measure()
    currency = pick_currency(facets.currencies) if by != Grouping.CURRENCY else None
analysis, offset = read_page(
    "pagina", size, numbers,
    lambda limit, at: analyse(portal(), actor, chosen, Grouping(by), currency, measure, limit, at),
    lambda page: page.groups.total,
)  # fmt: skip
with list_:
    draw_totals(analysis.groups.totals)
    draw_nothing_found(analysis.groups.total)
    draw_chart(analysis, Grouping(by), measure, chosen)
    draw_place(offset, len(analysis.groups.rows), analysis.groups.total)
    draw_group_table(analysis, Grouping(by), chosen)
    shown = None if by == Grouping.CURRENCY else analysis.groups.largest[0].sums.currency
    draw_group_downloads(actor, "grupos", GroupsRequest(Format.XLSX, Grouping(by), measure, shown, chosen, language()))
