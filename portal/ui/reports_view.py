"""The issuer's desk for «ya pagué»: what payers say they have sent, accepted in one click or looked at closely."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from html import escape

import streamlit as st

from portal.app.payments.deciding import SameMoney, accept_report, reject_report, same_money, undo_report
from portal.app.payments.reporting import ShownReport, list_reports
from portal.domain.transfers import ReportState
from portal.ledger.attachments import Attachment
from portal.ledger.papers import Twin
from portal.render.words import kind_name, means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.desk_queue import Queue
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here

_NAME = "avisos"
_ACCEPTED = Text("Pago aceptado: quien lo avisó recibe su comprobante.")
_STATES = {
    ReportState.WAITING: Text("En revisión"),
    ReportState.ACCEPTED: Text("Aceptado"),
    ReportState.REJECTED: Text("Rechazado"),
    ReportState.UNDONE: Text("Deshecho"),
}


def draw_reports(desk: Desk) -> None:
    """What waits; below it what was decided."""
    st.subheader(say(Text("Pagos avisados")))
    decided = [one for one in ReportState if one is not ReportState.WAITING]

    def read(states: Collection[ReportState]) -> Callable[[int, int], Sequence[ShownReport]]:
        return lambda limit, at: list_reports(state.portal(), desk.actor, states, limit, at)

    queue = Queue(_NAME, lambda one: one.report.id, _columns, read([ReportState.WAITING]), read(decided))
    queue.draw_waiting(
        Text("Nadie ha avisado un pago que falte por revisar."),
        lambda one: _draw_report(desk, queue, one),
        lambda one: _accept_unless_known(desk, one),
    )
    queue.draw_decided(
        Text("Pagos avisados que ya respondiste"),
        Text("Todavía ninguno."),
        lambda one: say(_STATES[one.report.state]),
        lambda one: one.report.reason,
        lambda one: one.report.state is ReportState.ACCEPTED,
        lambda one: _draw_undo(desk, queue, one),
    )


def _accept_unless_known(desk: Desk, one: ShownReport) -> bool:
    """Accept, unless money of that sum is there already: then somebody looks first."""
    if same_money(state.portal(), desk.actor, one.report.id):
        return False
    act(_ACCEPTED, lambda: accept_report(state.portal(), desk.actor, one.report.id, where=here()))
    return True


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


def _draw_report(desk: Desk, queue: Queue[ShownReport], one: ShownReport) -> None:
    with st.container(border=True):
        _draw_facts(one)
        if one.proof:
            draw_proof(one.proof)
        twins = same_money(state.portal(), desk.actor, one.report.id)
        if twins:
            st.warning(say(SameMoney.told))
        for twin in twins:
            _draw_twin(desk, one, twin)
        queue.draw_doings(
            Text("Aceptar como otro pago") if twins else Text("Aceptar"),
            not twins,
            lambda: _accept(desk, one, other=bool(twins)),
            lambda: _draw_reject(desk, queue, one.report.id),
        )


def _accept(desk: Desk, one: ShownReport, other: bool) -> None:
    act(
        _ACCEPTED,
        lambda: accept_report(state.portal(), desk.actor, one.report.id, other=other, where=here()),
        closes=_NAME,
    )


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
            closes=_NAME,
        )


def _draw_reject(desk: Desk, queue: Queue[ShownReport], report_id: int) -> None:
    queue.ask_to_reject(
        report_id,
        Text("No aparece en el banco…"),
        Text("Se lo contamos por correo a quien avisó el pago."),
        Text("Rechazar el pago"),
        Text("Pago rechazado."),
        lambda reason: reject_report(state.portal(), desk.actor, report_id, reason, here()),
    )


def _draw_undo(desk: Desk, queue: Queue[ShownReport], one: ShownReport) -> None:
    sentence = Text(
        "¿Deshacer el pago de {amount} de {customer}? Sus documentos vuelven a tener saldo.",
        amount=show.money(one.report.amount, one.report.currency),
        customer=one.customer_name,
    )
    queue.ask_to_undo(
        one.report.id,
        sentence,
        Text("Deshacer el pago"),
        Text("Pago deshecho."),
        lambda reason: undo_report(state.portal(), desk.actor, one.report.id, reason, here()),
    )
