"""Bring documents in, see what became of them, take them back; `?importacion=` opens one import."""

import streamlit as st
from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done, refusals
from portal.ui.guard import require_visitor
from portal.ui.import_report import draw_import
from portal.ui.imports_view import draw_register, draw_upload
from portal.ui.issuer_choice import pick_desk
from portal.ui.mail_view import draw_mail
from portal.ui.state import asked_import
from portal.ui.withdrawn_view import draw_withdrawn

actor = require_visitor(places.IMPORTS)
draw_done()
run_id = asked_import()
if run_id is not None:
    with refusals():
        draw_import(actor, run_id)
    st.stop()
desk = pick_desk(actor, Right.IMPORT)
draw_upload(desk)
draw_mail(actor, desk)
draw_register(desk)
draw_withdrawn(desk)
