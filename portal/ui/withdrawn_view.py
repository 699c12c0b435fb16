"""Documents taken back: the forms on a document's page, and the list of what was withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from portal.app.reading import DocumentDetail
from portal.app.taking_back import (
    LONGEST_REASON,
    annul_document,
    list_withdrawn,
    restore_document,
    withdraw_document,
)
from portal.domain import places
from portal.domain.access import Actor, Right
from portal.domain.documents import Kind
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.paging import draw_place, offset_of
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE = 20
_KEY = "pagina-retirados"


def draw_taking_back(actor: Actor, detail: DocumentDetail) -> None:
    """For the issuer's people: «Retirar…», and «Anular…» of what is not electronic."""
    if detail.void or not actor.scope(Right.IMPORT).covers(detail.issuer_id, 0):
        return
    with st.container(horizontal=True):
        if not detail.facts.cufe:
            _ask(
                Text("Anular…"), "anular", _ANNUL, Text("Anular"),
                lambda reason: act(
                    Text("Documento anulado."),
                    lambda: annul_document(state.portal(), actor, detail.id, reason, here()),
                ),
            )  # fmt: skip
        _ask(
            Text("Retirar…"), "retirar", _WITHDRAW, Text("Retirar"),
            lambda reason: act(
                Text("Documento retirado. Puedes restaurarlo aquí."),
                lambda: withdraw_document(state.portal(), actor, detail.id, reason, here()),
                goes_to=places.IMPORTS,
            ),
        )  # fmt: skip


_ANNUL = Text("El documento queda visible como anulado, no se debe nada por él, y lo abonado queda libre.")
_WITHDRAW = Text(
    "Para lo que se trajo por error: el cliente ya no lo ve y lo abonado queda libre. Nada se borra; se puede "
    "restaurar."
)


def _ask(name: Text, key: str, follows: Text, verb: Text, do: Callable[[str], None]) -> None:
    with st.popover(say(name), key=f"{key}-pregunta"), st.form(key, border=False):
        st.text(say(follows))
        reason = st.text_input(say(Text("Motivo")), key=f"{key}-motivo", max_chars=LONGEST_REASON)
        if st.form_submit_button(say(verb), type="primary"):
            do(reason)


def draw_withdrawn(desk: Desk) -> None:
    """What was withdrawn, folded; nothing where nothing was."""
    asked = (state.page_number(_KEY) - 1) * _SIZE
    found = list_withdrawn(state.portal(), desk.actor, desk.issuer_id, _SIZE, asked)
    if not found.total:
        return
    with st.expander(say(Text("Documentos retirados")), icon=":material/undo:"):
        table, numbers = st.container(), st.container()
        with numbers:
            offset = offset_of(_KEY, found.total, _SIZE)
        rows = found.rows
        if offset != asked:
            rows = list_withdrawn(state.portal(), desk.actor, desk.issuer_id, _SIZE, offset).rows
        columns = {
            Text("Tipo"): [show.kind(Kind(one.kind)) for one in rows],
            Text("Número"): [one.number for one in rows],
            Text("Cliente"): [one.customer_name for one in rows],
            Text("Fecha"): [show.labels().day(one.issue_date) for one in rows],
            Text("Total"): [show.money(one.total, one.currency) for one in rows],
            Text("Motivo"): [one.reason or "" for one in rows],
        }
        with table:
            draw_place(offset, len(rows), found.total)
            button = [Button(Text("Restaurar"))]
            if click := draw_rows("retirados", columns, button, lead=Text("Número"), sums=[Text("Total")]):
                document_id = rows[click[1]].id
                act(
                    Text("Documento restaurado."),
                    lambda: restore_document(state.portal(), desk.actor, document_id, here()),
                )
