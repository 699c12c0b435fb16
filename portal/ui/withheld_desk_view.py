"""The issuer's desk for withholdings: accepted in one click, or rejected and taken back with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from portal.app.payments.withheld_deciding import (
    ShownWithholding,
    accept_many,
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
from portal.ui.acting import act, confirmed
from portal.ui.desk_queue import Queue
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain

_NAME, _REFUSED, _AT_ONCE = "retenciones", "retenciones-no-aceptadas", 200
_SUMS = (Text("Valor"), Text("Sugerido"))
_STATES = {
    Stand.ACCEPTED: Text("Aceptada"),
    Stand.REJECTED: Text("Rechazada"),
    Stand.UNDONE: Text("Deshecha"),
}


def draw_withholdings(desk: Desk) -> None:
    """What waits; below it what was decided."""
    st.subheader(say(Text("Retenciones por aceptar")))

    def read(states: Collection[Stand]) -> Callable[[int, int], Sequence[ShownWithholding]]:
        return lambda limit, at: list_withholdings(state.portal(), desk.actor, states, limit, at)

    queue = Queue(_NAME, lambda one: one.withholding.id, _columns, read([Stand.WAITING]), read(list(_STATES)), _SUMS)
    _draw_accept_all(desk)
    queue.draw_waiting(
        Text("Ninguna retención espera tu respuesta."),
        lambda one: _draw_one(desk, queue, one),
        lambda one: _accept(desk, one),
    )
    queue.draw_decided(
        Text("Retenciones respondidas"),
        Text("Todavía ninguna."),
        _state,
        lambda one: one.withholding.reason,
        lambda one: one.withholding.state is Stand.ACCEPTED,
        lambda one: _draw_undo(desk, queue, one),
    )


def _draw_accept_all(desk: Desk) -> None:
    """The oldest ones at once; what can't be accepted stays, and is said."""
    for told in st.session_state.pop(_REFUSED, ()):
        st.error(told)
    waiting = list_withholdings(state.portal(), desk.actor, [Stand.WAITING], _AT_ONCE)
    if len(waiting) < 2:
        return
    totals: dict[str, int] = {}
    for one in waiting:
        row = one.withholding
        totals[row.currency] = totals.get(row.currency, 0) + row.amount
    sums = ", ".join(show.money(sum_, currency) for currency, sum_ in sorted(totals.items()))
    sentence = Text("Se aceptan {n} retenciones por {sums}: esos valores ya no se deben.", n=len(waiting), sums=sums)
    if confirmed(Text("Aceptar todas"), sentence, f"{_NAME}-todas"):
        act(Text("Retenciones aceptadas."), lambda: _accept_all(desk, waiting), closes=_NAME)


def _accept_all(desk: Desk, waiting: Sequence[ShownWithholding]) -> None:
    refused = accept_many(state.portal(), desk.actor, [one.withholding.id for one in waiting], here())
    names = {one.withholding.id: f"{one.customer_name}, {one.number}" for one in waiting}
    st.session_state[_REFUSED] = [plain(f"{names[one]}: {say(why)}") for one, why in refused.items()]


def _accept(desk: Desk, one: ShownWithholding) -> bool:
    act(
        Text("Retención aceptada: ese valor ya no se debe."),
        lambda: accept_withholding(state.portal(), desk.actor, one.withholding.id, here()),
        closes=_NAME,
    )
    return True


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


def _draw_one(desk: Desk, queue: Queue[ShownWithholding], one: ShownWithholding) -> None:
    told, said = one.withholding, show.labels()
    facts = [
        (Text("Cliente"), one.customer_name),
        (Text("Informó"), told.name),
        (Text("Documento"), one.number),
        (Text("Retención"), withholding_name(told.tax, said)),
        (Text("Valor"), show.money(told.amount, told.currency)),
        (Text("Sugerido"), show.money(told.suggested, told.currency) if told.suggested else "–"),
    ]
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            draw_pairs([(say(name), value) for name, value in facts])
        _draw_certificate(one)
        queue.draw_doings(Text("Aceptar"), True, lambda: _accept(desk, one), lambda: _draw_reject(desk, queue, told.id))


def _draw_certificate(one: ShownWithholding) -> None:
    if one.certificate is None:
        st.caption(say(Text("Quien paga todavía no ha subido el certificado.")))
        return
    name = Text("Certificado: {name}", name=plain(one.certificate.name))
    st.link_button(say(name), f"/attachments/{one.certificate.id}", icon=":material/download:")


def _draw_reject(desk: Desk, queue: Queue[ShownWithholding], withholding_id: int) -> None:
    queue.ask_to_reject(
        withholding_id,
        Text("Somos autorretenedores…"),
        Text("Se lo contamos por correo a quien la informó, y el valor vuelve a estar por pagar."),
        Text("Rechazar la retención"),
        Text("Retención rechazada."),
        lambda reason: reject_withholding(state.portal(), desk.actor, withholding_id, reason, here()),
    )


def _state(one: ShownWithholding) -> str:
    if one.withholding.state is Stand.ACCEPTED and one.withholding.decided_by == RULE:
        return say(Text("Aceptada por tu regla"))
    return say(_STATES[one.withholding.state])


def _draw_undo(desk: Desk, queue: Queue[ShownWithholding], one: ShownWithholding) -> None:
    told = one.withholding
    sentence = Text(
        "¿Deshacer la retención de {amount} del documento {number}? Ese valor vuelve a estar por pagar.",
        amount=show.money(told.amount, told.currency),
        number=one.number,
    )
    queue.ask_to_undo(
        told.id,
        sentence,
        Text("Deshacer la retención"),
        Text("Retención deshecha."),
        lambda reason: undo_withholding(state.portal(), desk.actor, told.id, reason, here()),
    )
