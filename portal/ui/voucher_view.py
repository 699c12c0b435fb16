"""A comprobante de pago on screen."""

from __future__ import annotations

import streamlit as st

from portal.app.payments.vouchers import ShownVoucher
from portal.domain.vouchers import Settled
from portal.render import words
from portal.text import Text
from portal.ui import show
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.sums import draw_sums_table


def draw_voucher(told: ShownVoucher) -> None:
    """What was paid, and what of it has gone back since."""
    facts, said = told.facts, show.labels()
    st.title(say(Text("Comprobante de pago {number}", number=told.number)), anchor=False)
    st.text(f"{facts.issuer} · {facts.customer}")
    if not facts.live:
        st.warning(say(Text("Pago de prueba: no se movió dinero.")))
    st.metric(say(Text("Valor pagado")), show.money(facts.amount, facts.currency))
    if told.returned:
        sentence = Text("De este pago se devolvió {sum}.", sum=show.money(told.returned, facts.currency))
        st.warning(plain(say(sentence)), icon=":material/undo:")
    else:
        st.success(say(Text("Pago aprobado y aplicado.")), icon=":material/check_circle:")
    if told.file:
        address = f"/vouchers/{told.id}.pdf?lang={said.language}"
        st.link_button(say(Text("Descargar PDF")), address, icon=":material/picture_as_pdf:", type="primary")
    named = {
        Text("Fecha del pago"): said.day(facts.on),
        Text("Método de pago"): words.means_name(facts.method, said),
        Text("Pagó"): facts.payer,
        Text("Recibido por"): facts.provider,
        Text("Transacción del proveedor") if facts.provider else Text("Referencia del pago"): facts.transaction,
        Text("Referencia del portal"): facts.reference,
    }
    with st.container(horizontal=True, gap="large"):
        draw_pairs([(say(name), value) for name, value in named.items() if value])
    _draw_applied(told)


def _draw_applied(told: ShownVoucher) -> None:
    facts, said = told.facts, show.labels()

    def name(one: Settled) -> str:
        kind = words.kind_name(one.kind, said) if one.kind else say(Text("Saldo de apertura"))
        return f"{kind} {one.number or ''}".strip()

    rows = [(name(one), one.amount) for one in facts.applied]
    if facts.left:
        rows.append((say(Text("Saldo a favor")), facts.left))
    sums = [said.money(amount, facts.currency) for _, amount in rows]
    draw_sums_table("comprobante", {Text("Documento"): [label for label, _ in rows], Text("Abonado"): sums}, 1)
