"""What was kept back of a document, where people look at it: how it stands, why not, and its certificate."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.withheld_deciding import ShownWithholding, withheld_in_account, withholdings_of_document
from portal.app.reading import DocumentDetail
from portal.domain.access import Actor, Right
from portal.domain.withholdings import Stand
from portal.ledger.withholdings import STANDING
from portal.render.words import withholding_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.plain import plain

_SAID = {
    Stand.WAITING: Text("{tax} de {amount}, informada por {name}: retenido, por aceptar."),
    Stand.ACCEPTED: Text("{tax} de {amount}: retenido."),
    Stand.REJECTED: Text("El emisor no aceptó la retención ({tax}) de {amount}. Motivo: {reason}"),
    Stand.UNDONE: Text("El emisor retiró la retención ({tax}) de {amount}. Motivo: {reason}"),
}


def draw_withheld(actor: Actor, detail: DocumentDetail) -> None:
    """What waits, what was accepted; if nothing stands and the last one came to nothing, why."""
    found = withholdings_of_document(state.portal(), actor, detail.id)
    standing = [one for one in found if one.withholding.state in STANDING]
    for one in standing:
        waits = one.withholding.state is Stand.WAITING
        (st.info if waits else st.success)(
            _sentence(one), icon=":material/hourglass_top:" if waits else ":material/check_circle:"
        )
    if found and not standing and found[-1].withholding.reason:
        st.warning(_sentence(found[-1]), icon=":material/report:")
    _draw_certificates(actor, detail, standing)


def draw_withheld_in_review(actor: Actor, issuer_id: int, customer_id: int, currency: str) -> None:
    """Below a statement: what its figures still count as owed, because the issuer has not decided on it."""
    waiting = withheld_in_account(state.portal(), actor, issuer_id, customer_id, currency)
    if not waiting:
        return
    total = show.money(sum(one.withholding.amount for one in waiting), currency)
    numbers = ", ".join(dict.fromkeys(one.number for one in waiting))
    told = Text("Retenido, por aceptar: {amount} que todavía cuenta en este saldo ({numbers}).")
    st.info(say(told.filled(amount=total, numbers=plain(numbers))), icon=":material/hourglass_top:")


def _sentence(one: ShownWithholding) -> str:
    told = one.withholding
    words = {
        "tax": withholding_name(told.tax, show.labels()),
        "amount": show.money(told.amount, told.currency),
        "name": plain(told.name),
        "reason": plain(told.reason or ""),
    }
    return say(_SAID[told.state].filled(**words))


def _draw_certificates(actor: Actor, detail: DocumentDetail, standing: Sequence[ShownWithholding]) -> None:
    """The payer's to-do, and what has come."""
    may_send = actor.scope(Right.PAY).covers(detail.issuer_id, detail.customer_id)
    kept = {one.certificate.id: one.certificate for one in standing if one.certificate}
    missing = any(one.certificate is None for one in standing)
    with st.container(horizontal=True):
        if missing and may_send:
            address = f"/pay/certificate/{detail.id}?lang={show.labels().language}"
            st.link_button(say(Text("Subir el certificado de retención")), address, icon=":material/upload_file:")
        elif missing:
            st.caption(say(Text("Falta el certificado de retención.")))
        if actor.scope(Right.DOWNLOAD).covers(detail.issuer_id, detail.customer_id):
            for one in kept.values():
                name = Text("Certificado: {name}", name=plain(one.name))
                st.link_button(say(name), f"/attachments/{one.id}", icon=":material/download:")
