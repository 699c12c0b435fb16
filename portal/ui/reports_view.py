"""The issuer's desk for «ya pagué»: what payers say they have sent, accepted in one click or looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from portal.app.payments.deciding import accept_report, reject_report, same_money, undo_report
from portal.app.payments.reporting import ShownReport, list_reports
from portal.domain.transfers import ReportState
from portal.ledger.attachments import Attachment
from portal.ledger.papers import Twin
from portal.render.words import kind_name, means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_REPORT, _DECIDED = "aviso", "aviso-decidido"
_SIZE = 20
_ACCEPTED = Text("Pago aceptado: quien lo avisó recibe su comprobante.")
_STATES = {
    ReportState.WAITING: Text("En revisión"),
    ReportState.ACCEPTED: Text("Aceptado"),
    ReportState.REJECTED: Text("Rechazado"),
    ReportState.UNDONE: Text("Deshecho"),
}


def draw_reports(desk: Desk) -> None:
    """What waits, what waits the longest first; below it what was decided."""
    st.subheader(say(Text("Pagos avisados")))
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-avisos",
            _SIZE,
            lambda limit, at: list_reports(state.portal(), desk.actor, [ReportState.WAITING], limit, at),
        )
    with table:
        chosen = next((one for one in found if one.report.id == opened(_REPORT)), None)
        if chosen:
            _draw_report(desk, chosen)
        if not found:
            st.caption(say(Text("Nadie ha avisado un pago que falte por revisar.")))
        elif click := draw_rows(
            "avisos", _columns(found), [Button(Text("Aceptar"), strong=True), Button(Text("Revisar"))]
        ):
            _clicked(desk, found[click[1]], at_once=click[0] == 0)
    _draw_decided(desk)


def _clicked(desk: Desk, one: ShownReport, at_once: bool) -> None:
    """One click accepts, unless money of that sum is there already: then somebody looks first."""
    if at_once and not same_money(state.portal(), desk.actor, one.report.id):
        act(_ACCEPTED, lambda: accept_report(state.portal(), desk.actor, one.report.id, where=here()))
        return
    open_row(_REPORT, one.report.id)
    st.rerun()


def _columns(found: Sequence[ShownReport]) -> dict[Text, list[object]]:
    return {
        Text("Cliente"): [one.customer_name for one in found],
        Text("Valor"): [show.money(one.report.amount, one.report.currency) for one in found],
        Text("Fecha"): [show.labels().day(one.report.paid_on) for one in found],
        Text("Medio"): [means_name(one.report.method, show.labels()) for one in found],
        Text("Referencia"): [one.report.reference for one in found],
        Text("Documentos"): [", ".join(line.number for line in one.lines) for one in found],
        Text("Avisado"): [one.report.reported_at for one in found],
    }


def _draw_report(desk: Desk, one: ShownReport) -> None:
    with st.container(border=True):
        _draw_facts(one)
        if one.proof:
            draw_proof(one.proof)
        twins = same_money(state.portal(), desk.actor, one.report.id)
        if twins:
            st.warning(say(Text("Ya hay un pago por el mismo valor y de esos días: di si es el mismo.")))
        for twin in twins:
            _draw_twin(desk, one, twin)
        with st.container(horizontal=True):
            name = Text("Aceptar como otro pago") if twins else Text("Aceptar")
            if st.button(say(name), key="aceptar-aviso", type="secondary" if twins else "primary"):
                act(
                    _ACCEPTED,
                    lambda: accept_report(state.portal(), desk.actor, one.report.id, other=bool(twins), where=here()),
                    closes=_REPORT,
                )
            _draw_reject(desk, one)
            if st.button(say(Text("Cancelar")), key="cancelar-aviso", type="tertiary"):
                close_row(_REPORT)
                st.rerun()


def _draw_facts(one: ShownReport) -> None:
    report, said = one.report, show.labels()
    told = [
        (Text("Cliente"), one.customer_name),
        (Text("Avisó"), report.name),
        (Text("Valor"), show.money(report.amount, report.currency)),
        (Text("Fecha"), said.day(report.paid_on)),
        (Text("Medio"), means_name(report.method, said)),
        (Text("Banco"), report.bank),
        (Text("Referencia"), report.reference),
    ]
    with st.container(horizontal=True, gap="medium"):
        draw_pairs([(say(name), value) for name, value in told if value])
    paid = [f"{line.number}: {show.money(line.amount, report.currency)}" for line in one.lines]
    left = report.amount - sum(line.amount for line in one.lines)
    if left > 0:
        paid.append(say(Text("saldo a favor: {amount}", amount=show.money(left, report.currency))))
    st.text("\n".join(paid))
    if report.comment:
        st.text(say(Text("Comentario: {comment}", comment=report.comment)))


def draw_proof(proof: Attachment) -> None:
    """A picture as it is, from our own route, which asks who wants it; any other file as a link to take along."""
    address = f"/attachments/{proof.id}"
    if proof.picture:
        alt = escape(say(Text("Comprobante del pago")))
        st.html(f'<img src="{address}" alt="{alt}" style="max-width:100%;max-height:32rem;border-radius:8px">')
    st.link_button(say(Text("Descargar el comprobante")), address, icon=":material/download:")


def _draw_twin(desk: Desk, one: ShownReport, twin: Twin) -> None:
    said = show.labels()
    name = f"{kind_name(twin.kind, said)} {twin.number}" if twin.kind else means_name(twin.method or "", said)
    same = Text("Es el mismo: {name} del {day}", name=name, day=said.day(twin.on))
    if st.button(say(same), key=f"mismo-{twin.item_id}", type="primary"):
        act(
            Text("Pago confirmado: ya estaba registrado y no se registró otra vez."),
            lambda: accept_report(state.portal(), desk.actor, one.report.id, same_as=twin.item_id, where=here()),
            closes=_REPORT,
        )


def _draw_reject(desk: Desk, one: ShownReport) -> None:
    with st.popover(say(Text("Rechazar"))), st.form(f"rechazo-{one.report.id}", border=False):
        reason = st.text_area(
            say(Text("Motivo")), key=f"motivo-{one.report.id}", placeholder=say(Text("No aparece en el banco…"))
        )
        st.caption(say(Text("Se lo contamos por correo a quien avisó el pago.")))
        if st.form_submit_button(say(Text("Rechazar el pago")), type="primary"):
            act(
                Text("Pago rechazado."),
                lambda: reject_report(state.portal(), desk.actor, one.report.id, reason, here()),
                closes=_REPORT,
            )


def _draw_decided(desk: Desk) -> None:
    """What was decided, the newest first; what was accepted can be taken back."""
    decided = [one for one in ReportState if one is not ReportState.WAITING]
    with st.expander(say(Text("Pagos avisados que ya respondiste"))):
        found, _ = offset_so_far(
            "pagina-decididos", _SIZE, lambda limit, at: list_reports(state.portal(), desk.actor, decided, limit, at)
        )
        if not found:
            st.caption(say(Text("Todavía ninguno.")))
            return
        chosen = next((one for one in found if one.report.id == opened(_DECIDED)), None)
        if chosen:
            _draw_undo(desk, chosen)
        columns: dict[Text, list[object]] = {
            Text("Estado"): [say(_STATES[one.report.state]) for one in found],
            **_columns(found),
            Text("Motivo"): [one.report.reason or "" for one in found],
        }
        undoable = [one.report.state is ReportState.ACCEPTED for one in found]
        if click := draw_rows("decididos", columns, [Button(Text("Deshacer"), undoable)]):
            open_row(_DECIDED, found[click[1]].report.id)
            st.rerun()


def _draw_undo(desk: Desk, one: ShownReport) -> None:
    with st.form(f"deshacer-{one.report.id}"):
        st.text(
            say(
                Text(
                    "¿Deshacer el pago de {amount} de {customer}? Sus documentos vuelven a tener saldo.",
                    amount=show.money(one.report.amount, one.report.currency),
                    customer=one.customer_name,
                )
            )
        )
        reason = st.text_input(say(Text("Motivo")), key=f"motivo-deshacer-{one.report.id}")
        if st.form_submit_button(say(Text("Deshacer el pago")), type="primary"):
            act(
                Text("Pago deshecho."),
                lambda: undo_report(state.portal(), desk.actor, one.report.id, reason, here()),
                closes=_DECIDED,
            )
