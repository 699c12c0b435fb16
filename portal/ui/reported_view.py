"""What payers have reported, where they look: on a document, and on the statement of account."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.reporting import ShownReport, reports_of_document, waiting_in_account
from portal.app.reading import DocumentDetail
from portal.domain.access import Actor, Right
from portal.domain.transfers import ReportState
from portal.ledger.attachments import Attachment
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.plain import plain

_SAID = {
    ReportState.WAITING: Text("Pago de {amount} del {day}, avisado por {name}: en revisión por el emisor."),
    ReportState.REJECTED: Text("El emisor no aceptó el pago de {amount} del {day}. Motivo: {reason}"),
    ReportState.UNDONE: Text("El emisor retiró el pago de {amount} del {day}. Motivo: {reason}"),
}


def draw_reported(actor: Actor, detail: DocumentDetail) -> None:
    """What waits; if nothing does and the last one came to nothing, why."""
    found = reports_of_document(state.portal(), actor, detail.id)
    waiting = [one for one in found if one.report.state is ReportState.WAITING]
    for one in waiting:
        st.info(_sentence(one), icon=":material/hourglass_top:")
    if found and not waiting and found[-1].report.state in _SAID:
        st.warning(_sentence(found[-1]), icon=":material/report:")
    proofs = [one.proof for one in waiting if one.proof]
    if proofs and actor.scope(Right.DOWNLOAD).covers(detail.issuer_id, detail.customer_id):
        _draw_proofs(proofs)


def _draw_proofs(proofs: Sequence[Attachment]) -> None:
    with st.container(horizontal=True):
        for proof in proofs:
            st.link_button(
                say(Text("Descargar el comprobante")), f"/attachments/{proof.id}", icon=":material/download:"
            )


def _sentence(one: ShownReport) -> str:
    report = one.report
    told = {
        "amount": show.money(report.amount, report.currency),
        "day": show.labels().day(report.paid_on),
        "name": plain(report.name),
        "reason": plain(report.reason or ""),
    }
    return say(_SAID[report.state].filled(**told))


def draw_way_to_report(document_id: int, basket_id: int | None = None) -> None:
    """To the form: a page of our own, because a phone may lose this one while it takes a picture."""
    basket = f"b={basket_id}&" if basket_id is not None else ""
    address = f"/pay/report/{document_id}?{basket}lang={show.labels().language}"
    st.link_button(say(Text("Ya pagué por transferencia")), address, icon=":material/receipt_long:")


def draw_in_review(actor: Actor, issuer_id: int, customer_id: int, currency: str) -> None:
    """Below a statement: what is in none of its figures, because the issuer has not decided on it."""
    waiting = waiting_in_account(state.portal(), actor, issuer_id, customer_id, currency)
    if not waiting:
        return
    total = sum(one.report.amount for one in waiting)
    told = Text("En revisión: {amount} en pagos avisados que todavía no están en esta cuenta ({numbers}).")
    st.info(
        say(told.filled(amount=show.money(total, currency), numbers=plain(_numbers(waiting)))),
        icon=":material/hourglass_top:",
    )


def _numbers(waiting: Sequence[ShownReport]) -> str:
    return ", ".join(dict.fromkeys(line.number for one in waiting for line in one.lines))
