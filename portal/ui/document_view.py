"""The pieces of a document's page."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import streamlit as st

from portal.app.reading import DocumentDetail
from portal.domain import places
from portal.domain.access import Actor, Right
from portal.domain.documents import Facts, Kind, Line, Role
from portal.domain.parties import Party
from portal.ledger.details import Applied, Neighbour
from portal.render import words
from portal.render.qr import dian_link
from portal.text import Text
from portal.ui import show, state
from portal.ui.document_list import draw_pairs, open_document
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.paying import pay
from portal.ui.reported_view import draw_way_to_report
from portal.ui.sums import draw_sums_table

_COLOURS: dict[str, Literal["red", "orange", "green", "gray", "blue"]] = {
    "review": "blue",
    "overdue": "red",
    "open": "orange",
    "part": "orange",
    "settled": "green",
    "void": "gray",
}


def draw_head(detail: DocumentDetail) -> None:
    """Title, status in a sentence, and the three sums."""
    facts = detail.facts
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(words.title(facts, show.labels()), width="content")
        waits = detail.reported or detail.claimed or detail.disputed
        colour = _COLOURS["review" if waits else "overdue" if detail.overdue else detail.settlement]
        st.badge(say(detail.status()), color=colour, width="content")
    st.text(f"{facts.number} · {facts.issuer.name}")
    if facts.is_test:
        st.warning(say(Text("Documento de prueba: no tiene validez fiscal.")))
    with st.container(horizontal=True):
        st.metric(say(Text("Total")), show.money(facts.total_minor, facts.currency))
        paid = show.money(detail.paid - detail.withheld, facts.currency)
        st.metric(say(Text("Abonado") if facts.kind.is_debit else Text("Aplicado")), paid)
        if detail.withheld:
            st.metric(say(Text("Retenido")), show.money(detail.withheld, facts.currency))
        name = Text("Saldo pendiente") if facts.kind.is_debit else Text("Saldo a favor")
        st.metric(say(name), show.money(detail.balance, facts.currency))


def draw_opened(actor: Actor, detail: DocumentDetail) -> None:
    """For who works for its issuer: whether its customer has opened it."""
    if not detail.facts.kind.is_debit or not actor.scope().covers(detail.issuer_id, 0):
        return
    if detail.opened_at is None:
        st.caption(say(Text("El cliente todavía no lo ha abierto.")))
    else:
        st.caption(say(Text("El cliente lo abrió el {when}.", when=show.labels().moment(detail.opened_at))))


def draw_doings(actor: Actor, detail: DocumentDetail) -> None:
    """Pay it; PDF, print and XML: through our own routes, which ask again who wants them."""
    address, language = f"/documents/{detail.id}", f"lang={show.labels().language}"
    payable = detail.to_pay and actor.scope(Right.PAY).covers(detail.issuer_id, detail.customer_id)
    if detail.being_paid:
        st.info(say(Text("Hay un pago en proceso por este documento.")), icon=":material/hourglass_top:")
    with st.container(horizontal=True):
        name = Text("Pagar {sum}", sum=show.money(detail.to_pay, detail.facts.currency))
        weight: Literal["primary", "secondary"] = "secondary" if detail.reported or detail.being_paid else "primary"
        if payable and st.button(say(name), key="pagar", type=weight, icon=":material/payments:"):
            pay(actor, [detail.id])
        if payable:
            draw_way_to_report(detail.id)
        st.link_button(
            say(Text("Descargar PDF")), f"{address}.pdf?{language}", icon=":material/picture_as_pdf:",
            type="secondary" if payable else "primary",
        )  # fmt: skip
        books = detail.facts.kind.is_debit and actor.scope(Right.BOOK).covers(detail.issuer_id, detail.customer_id)
        if books and st.button(say(Text("Ver en el libro")), key="libro", icon=":material/menu_book:"):
            asked = {"documento": str(detail.id), "emisor": str(detail.issuer_id)}
            st.switch_page(script(places.BOOK), query_params=asked)
        st.link_button(say(Text("Imprimir")), f"{address}.pdf?inline=1&{language}", icon=":material/print:")
        st.link_button(say(Text("Descargar XML")), f"{address}.xml", icon=":material/code:")


def draw_parties(facts: Facts) -> None:
    """Who issued it, and to whom."""
    left, right = st.columns(2)
    with left:
        _draw_party(Text("Emisor"), facts.issuer)
    with right:
        _draw_party(Text("Cliente"), facts.customer)


def _draw_party(role: Text, party: Party) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(say(role))
        name = say(Text("Consumidor final")) if party.anonymous else party.name
        place = ", ".join(part for part in (party.address, party.city, party.region) if part)
        lines = [name, words.party_id(party, show.labels()), place, party.phone, party.email]
        st.text("\n".join(line for line in lines if line))


def draw_dates(facts: Facts) -> None:
    """Dates, terms, order."""
    said = show.labels()
    term = words.term_name(facts.term, said) if facts.term else None
    means = words.means_name(facts.method, said) if facts.method else None
    named = {
        Text("Fecha de emisión"): said.day(facts.issue_date),
        Text("Fecha de vencimiento"): said.day(facts.due_date) if facts.due_date else None,
        Text("Forma de pago"): term,
        Text("Método de pago"): means,
        Text("Referencia de pago"): facts.payment_reference,
        Text("Orden de compra"): facts.order,
        Text("Motivo"): facts.reason,
    }
    with st.container(horizontal=True, gap="medium"):
        draw_pairs([(say(name), value) for name, value in named.items() if value])


def draw_lines(facts: Facts) -> None:
    """The lines, as printed."""
    if not facts.lines:
        return
    st.subheader(say(Text("Detalle")))
    if state.prefers_cards():
        _draw_short_lines(facts)
        return
    said = show.labels()
    table = {
        say(Text("Descripción")): [line.description for line in facts.lines],
        say(Text("Cantidad")): [said.number(line.quantity) for line in facts.lines],
        say(Text("Precio")): [_stated(line.unit_price, facts.currency) for line in facts.lines],
        say(Text("Impuestos")): [_taxes(line) for line in facts.lines],
        say(Text("Valor")): [_stated(line.amount, facts.currency) for line in facts.lines],
    }
    right = {say(name): st.column_config.TextColumn(alignment="right") for name in _NUMBERS}
    st.dataframe(table, hide_index=True, column_config=right, height="auto" if len(facts.lines) <= 12 else 460)


def _draw_short_lines(facts: Facts) -> None:
    """What fits a phone: all that a line says below its description, and its value."""
    said = show.labels()
    told = []
    for line in facts.lines:
        price = _stated(line.unit_price, facts.currency)
        times = f"{said.number(line.quantity)} × {price}" if price else said.number(line.quantity)
        told.append(" · ".join(part for part in (line.description, times, _taxes(line)) if part))
    values = [_stated(line.amount, facts.currency) for line in facts.lines]
    draw_sums_table("detalle", {Text("Descripción"): told, Text("Valor"): values}, 1)


def _taxes(line: Line) -> str:
    return ", ".join(words.tax_name(tax, show.labels()) for tax in line.taxes)


_NUMBERS = (Text("Cantidad"), Text("Precio"), Text("Valor"))


def _stated(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else show.labels().amount(amount, currency)


def draw_sums(facts: Facts) -> None:
    """From the subtotal to the total, then what is only informative."""
    said = show.labels()
    rows = [
        (say(Text("Subtotal")), facts.line_total),
        (say(Text("Descuentos")), -facts.allowances if facts.allowances else None),
        (say(Text("Cargos")), facts.charges or None),
        *((words.tax_name(tax, show.labels()), tax.amount) for tax in facts.taxes),
        (say(Text("Anticipo descontado")), -facts.prepaid if facts.prepaid else None),
        (say(Text("Redondeo")), facts.rounding or None),
        (say(Text("Total")), facts.total),
    ]
    if all(amount is None for _, amount in rows[:-1]) and not facts.withholdings:
        return  # the total alone stands above
    _, right = st.columns([1, 1])
    with right, st.container(border=True):
        for name, amount in rows:
            if amount is not None:
                _draw_sum(name, said.amount(amount, facts.currency))
        for tax in facts.withholdings:
            st.caption(
                say(
                    Text(
                        "Retención informada: {tax} {sum}",
                        tax=words.tax_name(tax, show.labels()),
                        sum=said.amount(tax.amount, facts.currency),
                    )
                )
            )


def _draw_sum(name: str, amount: str) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.text(name, width="content")
        st.text(amount, width="content")


def draw_settled(detail: DocumentDetail) -> None:
    """What was paid or applied, item by item."""
    if not detail.applied:
        return
    debit = detail.facts.kind.is_debit
    st.subheader(say(Text("Abonos") if debit else Text("Dónde se aplicó")))
    days = [show.labels().day(one.on) for one in detail.applied]
    what = [_what_settled(one) for one in detail.applied]
    how = [_how(one) if debit else "" for one in detail.applied]
    sums = {Text("Valor"): [show.labels().money(one.amount, detail.facts.currency) for one in detail.applied]}
    if state.prefers_cards():
        told = [" · ".join(part for part in parts if part) for parts in zip(what, days, how, strict=True)]
        draw_sums_table("abonos", {Text("Concepto"): told, **sums}, 1)
    elif debit:
        draw_sums_table("abonos", {Text("Fecha"): days, Text("Concepto"): what, Text("Método de pago"): how, **sums}, 3)
    else:
        draw_sums_table("abonos", {Text("Fecha"): days, Text("Concepto"): what, **sums}, 2)
    _draw_vouchers(detail)


def _draw_vouchers(detail: DocumentDetail) -> None:
    """The comprobantes of payments through the portal."""
    with st.container(horizontal=True):
        for voucher_id, number in detail.vouchers.values():
            name = say(Text("Comprobante de pago {number}", number=number))
            if st.button(name, key=f"comprobante-{voucher_id}", icon=":material/receipt_long:", type="tertiary"):
                st.switch_page(script(places.PAID), query_params={"v": str(voucher_id)})


def _what_settled(one: Applied) -> str:
    said = show.labels()
    return f"{words.kind_name(one.kind, said)} {one.number}" if one.kind else words.cause_name(one.cause, said)


def _how(one: Applied) -> str:
    """How it was paid; what a credit paid has an agreed method of its own, which is not that."""
    return words.means_name(one.method, show.labels()) if one.method else ""


def draw_neighbours(detail: DocumentDetail) -> None:
    """Documents that this one names, and those that name it."""
    together = [*detail.names, *detail.named_by]
    if not together:
        return
    st.subheader(say(Text("Documentos relacionados")))
    for place, one in enumerate(together):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(_neighbour(one, place < len(detail.names)), width="content")
            if one.waiting:
                st.badge(say(Text("no ha llegado")), color="gray", width="content")
            elif one.document_id is not None and st.button(say(Text("Ver")), key=f"vecino-{place}", type="tertiary"):
                open_document(one.document_id)


def _neighbour(one: Neighbour, outward: bool) -> str:
    verbs = {
        (Role.CORRECTS, True): Text("Corrige a: {document}"),
        (Role.CORRECTS, False): Text("Corregida por: {document}"),
        (Role.PAYS, True): Text("Paga: {document}"),
        (Role.PAYS, False): Text("Pagada con: {document}"),
        (Role.CONSUMES, True): Text("Descuenta: {document}"),
        (Role.CONSUMES, False): Text("Descontado en: {document}"),
    }
    name = f"{show.kind(Kind(one.kind))} {one.number}" if one.kind else one.number
    return say(verbs[one.role, outward].filled(document=name))


def draw_proof(detail: DocumentDetail) -> None:
    """DIAN's validation and the CUFE with its link; notes below."""
    facts = detail.facts
    if facts.notes:
        with st.expander(say(Text("Notas"))):
            st.text("\n".join(facts.notes))
    if facts.cufe:
        with st.container(border=True):
            if detail.validation:
                when = show.labels().moment(detail.validation.at) if detail.validation.at else ""
                st.badge(say(Text("Validada por la DIAN {when}", when=when)), icon=":material/verified:", color="green")
            st.caption("CUDE" if "CUDE" in (facts.cufe_scheme or "") else "CUFE")
            st.code(facts.cufe, language=None, wrap_lines=True)
            if "SHA384" in (facts.cufe_scheme or ""):
                st.link_button(say(Text("Consultar en la DIAN")), dian_link(facts.cufe, facts.environment or "1"))
