"""The issuer's desk for withholdings: accepted in one click, or rejected and taken back with a reason."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.withheld_deciding import (
    ShownWithholding,
    accept_withholding,
    list_withholdings,
    reject_withholding,
    undo_withholding,
)
from portal.domain.withholdings import Stand
from portal.ledger.withholdings import RULE
from portal.render.words import withholding_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_ONE, _DECIDED = "retencion", "retencion-decidida"
_SIZE = 20
_STATES = {
    Stand.ACCEPTED: Text("Aceptada"),
    Stand.REJECTED: Text("Rechazada"),
    Stand.UNDONE: Text("Deshecha"),
}


def draw_withholdings(desk: Desk) -> None:
    """What waits, what waits the longest first; below it what was decided."""
    st.subheader(say(Text("Retenciones por aceptar")))
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-retenciones",
            _SIZE,
            lambda limit, at: list_withholdings(state.portal(), desk.actor, [Stand.WAITING], limit, at),
        )
    with table:
        chosen = next((one for one in found if one.withholding.id == opened(_ONE)), None)
        if chosen:
            _draw_one(desk, chosen)
        if not found:
            st.caption(say(Text("Ninguna retención espera tu respuesta.")))
        elif click := draw_rows(
            "retenciones", _columns(found), [Button(Text("Aceptar"), strong=True), Button(Text("Revisar"))],
            sums=_SUMS,
        ):  # fmt: skip
            _clicked(desk, found[click[1]], at_once=click[0] == 0)
    _draw_decided(desk)


_SUMS = (Text("Valor"), Text("Sugerido"))


def _clicked(desk: Desk, one: ShownWithholding, at_once: bool) -> None:
    if at_once:
        _accept(desk, one)
        return
    open_row(_ONE, one.withholding.id)
    st.rerun()


def _accept(desk: Desk, one: ShownWithholding) -> None:
    act(
        Text("Retención aceptada: ese valor ya no se debe."),
        lambda: accept_withholding(state.portal(), desk.actor, one.withholding.id, here()),
        closes=_ONE,
    )


def _columns(found: Sequence[ShownWithholding]) -> dict[Text, list[object]]:
    said, rows = show.labels(), [one.withholding for one in found]
    return {
        Text("Cliente"): [one.customer_name for one in found],
        Text("Documento"): [one.number for one in found],
        Text("Retención"): [withholding_name(one.tax, said) for one in rows],
        Text("Valor"): [show.money(one.amount, one.currency) for one in rows],
        Text("Sugerido"): [show.money(one.suggested, one.currency) if one.suggested else "–" for one in rows],
        Text("Certificado"): [say(Text("Sí") if one.certificate else Text("Falta")) for one in found],
        Text("Informada"): [one.stated_at for one in rows],
    }


def _draw_one(desk: Desk, one: ShownWithholding) -> None:
    told, said = one.withholding, show.labels()
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            draw_pairs(
                [
                    (say(Text("Cliente")), one.customer_name),
                    (say(Text("Informó")), told.name),
                    (say(Text("Documento")), one.number),
                    (say(Text("Retención")), withholding_name(told.tax, said)),
                    (say(Text("Valor")), show.money(told.amount, told.currency)),
                    (say(Text("Sugerido")), show.money(told.suggested, told.currency) if told.suggested else "–"),
                ]
            )
        _draw_certificate(one)
        with st.container(horizontal=True):
            if st.button(say(Text("Aceptar")), key="aceptar-retencion", type="primary"):
                _accept(desk, one)
            _draw_reject(desk, one)
            if st.button(say(Text("Cancelar")), key="cancelar-retencion", type="tertiary"):
                close_row(_ONE)
                st.rerun()


def _draw_certificate(one: ShownWithholding) -> None:
    if one.certificate is None:
        st.caption(say(Text("Quien paga todavía no ha subido el certificado.")))
        return
    name = Text("Certificado: {name}", name=plain(one.certificate.name))
    st.link_button(say(name), f"/attachments/{one.certificate.id}", icon=":material/download:")


def _draw_reject(desk: Desk, one: ShownWithholding) -> None:
    key = one.withholding.id
    with st.popover(say(Text("Rechazar"))), st.form(f"rechazo-retencion-{key}", border=False):
        reason = st.text_area(
            say(Text("Motivo")), key=f"motivo-retencion-{key}", placeholder=say(Text("Somos autorretenedores…"))
        )
        st.caption(say(Text("Se lo contamos por correo a quien la informó, y el valor vuelve a estar por pagar.")))
        if st.form_submit_button(say(Text("Rechazar la retención")), type="primary"):
            act(
                Text("Retención rechazada."),
                lambda: reject_withholding(state.portal(), desk.actor, key, reason, here()),
                closes=_ONE,
            )


def _draw_decided(desk: Desk) -> None:
    """What was decided, the newest first; what was accepted can be taken back."""
    with st.expander(say(Text("Retenciones respondidas"))):
        found, _ = offset_so_far(
            "pagina-retenciones-decididas",
            _SIZE,
            lambda limit, at: list_withholdings(state.portal(), desk.actor, list(_STATES), limit, at),
        )
        if not found:
            st.caption(say(Text("Todavía ninguna.")))
            return
        chosen = next((one for one in found if one.withholding.id == opened(_DECIDED)), None)
        if chosen:
            _draw_undo(desk, chosen)
        columns: dict[Text, list[object]] = {
            Text("Estado"): [_state(one) for one in found],
            **_columns(found),
            Text("Motivo"): [one.withholding.reason or "" for one in found],
        }
        undoable = [one.withholding.state is Stand.ACCEPTED for one in found]
        if click := draw_rows("retenidas", columns, [Button(Text("Deshacer"), undoable)], sums=_SUMS):
            open_row(_DECIDED, found[click[1]].withholding.id)
            st.rerun()


def _state(one: ShownWithholding) -> str:
    if one.withholding.state is Stand.ACCEPTED and one.withholding.decided_by == RULE:
        return say(Text("Aceptada por tu regla"))
    return say(_STATES[one.withholding.state])


def _draw_undo(desk: Desk, one: ShownWithholding) -> None:
    told = one.withholding
    with st.form(f"deshacer-retencion-{told.id}"):
        sentence = Text(
            "¿Deshacer la retención de {amount} del documento {number}? Ese valor vuelve a estar por pagar.",
            amount=show.money(told.amount, told.currency),
            number=one.number,
        )
        st.text(say(sentence))
        reason = st.text_input(say(Text("Motivo")), key=f"motivo-deshacer-retencion-{told.id}")
        if st.form_submit_button(say(Text("Deshacer la retención")), type="primary"):
            act(
                Text("Retención deshecha."),
                lambda: undo_withholding(state.portal(), desk.actor, told.id, reason, here()),
                closes=_DECIDED,
            )
