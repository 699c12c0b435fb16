"""Statement of account: opening balance, movements, closing balance, aging as of the chosen date."""

import streamlit as st
from portal.app.export_requests import Format, StatementRequest
from portal.app.reading import now_here, read_statement, statement_currencies, what_to_filter_by
from portal.app.statements.issuing import Wish
from portal.app.statements.known import end_of_day
from portal.domain import places
from portal.text import Text
from portal.ui.account_choice import pick_account
from portal.ui.acting import draw_done
from portal.ui.downloads import draw_downloads
from portal.ui.guard import require_visitor
from portal.ui.i18n import say
from portal.ui.issued_view import draw_issued
from portal.ui.known_view import draw_known, pick_known
from portal.ui.many_statements_view import draw_many
from portal.ui.paging import read_page
from portal.ui.reported_view import draw_in_review
from portal.ui.state import language, portal
from portal.ui.statement_mail_view import draw_mailing
from portal.ui.statement_view import PAGE, draw_ages, draw_choices, draw_figures
from portal.ui.withheld_view import draw_withheld_in_review

actor = require_visitor(places.STATEMENT)
draw_done()
facets, choices = what_to_filter_by(portal(), actor), st.container(horizontal=True, vertical_alignment="bottom")
with choices:
    account = pick_account(actor)
currencies = statement_currencies(portal(), actor, account.issuer_id, account.customer_id or 0) if account else ()
if account is None or not currencies or not facets.issuers:
    st.info(say(Text("Todavía no hay movimientos en tu cuenta.")))
    st.stop()
with choices:
    chosen = draw_choices(facets, currencies, now_here(portal()))
    day = pick_known(now_here(portal()))
known = end_of_day(portal(), actor, account.issuer_id, account.customer_id or 0, day) if day else None
book = (account.issuer_id, account.customer_id or 0, chosen.currency, chosen.start, chosen.end)
figures, numbers = st.container(), st.container()
statement, _ = read_page(
    "pagina", PAGE, numbers,
    lambda limit, at: read_statement(portal(), actor, *book, limit=limit, offset=at, known_at=known),
    lambda page: page.count,
)  # fmt: skip
with figures:
    draw_known(day)
    wanted = [StatementRequest(kind, *book, language(), known) for kind in (Format.PDF, Format.XLSX, Format.CSV)]
    with st.container(horizontal=True):
        draw_downloads(actor, "cuenta", wanted)
        draw_mailing(actor, Wish(*book, known), statement.count)
        draw_many(actor, account.issuer_id, chosen.start, chosen.end, known)
    draw_in_review(actor, account.issuer_id, account.customer_id or 0, chosen.currency)
    draw_withheld_in_review(actor, account.issuer_id, account.customer_id or 0, chosen.currency)
    draw_figures(statement)
draw_ages(statement)
draw_issued(actor, account.issuer_id, account.customer_id or 0, chosen.currency)
