"""The statements of all of an issuer's customers at once, for its people: one ZIP, made by a job."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from portal.app.export_requests import StatementsRequest
from portal.app.exports import request_export
from portal.domain.access import Actor, Right
from portal.text import Text
from portal.ui import state
from portal.ui.acting import refusals
from portal.ui.downloads import draw_asked
from portal.ui.i18n import say

_KEY = "estados-de-todos"


def draw_many(actor: Actor, issuer_id: int, start: date, end: date, known_at: datetime | None) -> None:
    """Nothing for who may not take all of the issuer's accounts along."""
    if not all(actor.scope(right).covers(issuer_id, 0) for right in (Right.EXPORT, Right.DOWNLOAD)):
        return
    with st.popover(say(Text("De todos los clientes")), icon=":material/folder_zip:"):
        st.caption(say(Text("Un ZIP con un PDF por cliente y moneda, cada uno emitido con su número, y un índice.")))
        owing = st.toggle(say(Text("Solo de quienes deben al final del periodo")), value=True, key=f"{_KEY}-deben")
        if st.button(say(Text("Preparar")), type="primary", key=f"{_KEY}-preparar"):
            request = StatementsRequest(issuer_id, start, end, owing, state.language(), known_at)
            with refusals():
                state.keep_export(_KEY, request_export(state.portal(), actor, request))
        draw_asked(actor, _KEY)
