"""What is left to decide about a payment: why somebody has to, and the buttons that do it."""

from __future__ import annotations

import streamlit as st

from portal.app.payments.inspecting import PaymentPage
from portal.app.payments.settling import LONGEST_NOTE, acknowledge, credit_to, leave_out
from portal.domain.access import Actor, Right
from portal.domain.collected import Collected
from portal.domain.crediting import Trouble
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, confirmed
from portal.ui.customer_choice import pick_customer
from portal.ui.i18n import say
from portal.ui.issuer_choice import at_desk
from portal.ui.myself import here
from portal.ui.plain import plain

_WHY = {
    Trouble.LESS: Text("Se pidieron {asked} y llegaron {paid}. Ya está abonado; el resto sigue pendiente."),
    Trouble.MORE: Text("Se pidieron {asked} y llegaron {paid}. Ya está abonado; lo que sobra es saldo a favor."),
    Trouble.LATE: Text("El cobro ya había terminado cuando llegó el pago. Ya está abonado."),
    Trouble.SECOND: Text("El mismo cobro se pagó dos veces. Este pago quedó como saldo a favor: devuélvelo o úsalo."),
    Trouble.NOT_OPEN: Text("Los documentos ya no debían tanto. Lo que sobra quedó como saldo a favor."),
    Trouble.CREDIT_GONE: Text("El saldo a favor que iba con este pago ya se había usado: quedó algo pendiente."),
    Trouble.OVERDRAWN: Text("El proveedor devolvió {paid}, pero en la cuenta ya no hay tanto de este pago. Corrígelo."),
    Trouble.CURRENCY: Text("Se pidió en {currency} y llegaron {paid}. No está en ninguna cuenta."),
    Trouble.RECEIVER: Text("El proveedor dice que el dinero es de otro comercio. No está en ninguna cuenta."),
    Trouble.TEST_MONEY: Text("Es dinero de prueba. No está en ninguna cuenta y no se puede abonar."),
    Trouble.REFERENCE: Text("El proveedor lo relaciona con otra referencia. No está en ninguna cuenta."),
    Trouble.UNIT: Text(
        "Se pidieron {asked} y el proveedor dice {paid}: cien veces más o menos. Compruébalo en su panel."
    ),
    Trouble.UNKNOWN: Text("No corresponde a ningún cobro conocido. No está en ninguna cuenta."),
}


def draw_decision(actor: Actor, page: PaymentPage) -> None:
    """What waits, for who may decide and for who may only read; nothing where nothing waits."""
    one = page.waiting
    if one is None or one.trouble is None:
        return
    with st.container(border=True):
        st.markdown(f"**{plain(say(_why(page, one, one.trouble)))}**")
        if not page.decides:
            st.caption(say(Text("Espera la decisión de quien registra pagos en este emisor.")))
        elif one.trouble.apart:
            _draw_apart(actor, one)
        else:
            _draw_acknowledge(actor, one)


def _why(page: PaymentPage, one: Collected, trouble: Trouble) -> Text:
    checkout = page.checkout
    asked = show.money(checkout.amount, checkout.currency) if checkout else "—"
    currency = checkout.currency if checkout else "—"
    return _WHY[trouble].filled(asked=asked, paid=show.money(one.amount, one.currency), currency=currency)


def _draw_acknowledge(actor: Actor, one: Collected) -> None:
    said = _note(one)
    if st.button(say(Text("Dar por revisado")), key="revisado", type="primary"):
        act(
            Text("Pago revisado."),
            lambda: acknowledge(state.portal(), actor, one.id, said, here()),
        )


def _draw_apart(actor: Actor, one: Collected) -> None:
    chosen = one.customer_id
    if one.trouble is not Trouble.TEST_MONEY:
        other = one.customer_id is None or st.toggle(say(Text("Es de otro cliente")), key=f"otro-{one.id}")
        if other:
            account = pick_customer(at_desk(actor, one.issuer_id), Right.BOOK, f"cliente-pago-{one.id}")
            chosen = account.customer_id if account else None
    said = _note(one)
    with st.container(horizontal=True):
        if one.trouble is not Trouble.TEST_MONEY and chosen is not None:
            kept = Text("El cliente lo ve como saldo a favor y puede usarlo. No se deshace desde aquí.")
            if confirmed(Text("Abonar como saldo a favor"), kept, "abonar"):
                done = Text("Abonado: el cliente lo ve como saldo a favor.")
                act(done, lambda: credit_to(state.portal(), actor, one.id, chosen, said, here()))
        lost = Text("El pago queda fuera de las cuentas. La nota dice por qué: no es tuyo, o ya lo devolviste.")
        if confirmed(Text("No se abona"), lost, "no-se-abona"):
            act(Text("Decisión guardada."), lambda: leave_out(state.portal(), actor, one.id, said, here()))


def _note(one: Collected) -> str:
    return st.text_input(
        say(Text("Nota")), key=f"nota-{one.id}", max_chars=LONGEST_NOTE,
        placeholder=say(Text("Queda en el registro de este pago")),
    )  # fmt: skip
