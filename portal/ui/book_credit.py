"""Saldo a favor at the book: applied to documents, taken back from them, or freed from waiting."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.book.applying import apply_credit, free_application, release_credit, share_credit
from portal.app.book.reading import read_applications
from portal.domain.acts import LONGEST_REASON
from portal.domain.checkouts import Favour
from portal.domain.typed_amounts import read_amount
from portal.errors import Refused
from portal.ledger.applications import Application, Credit
from portal.render.words import cause_name, kind_name, means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.book_payment import draw_outcome
from portal.ui.book_state import asked_booking
from portal.ui.book_view import Chosen
from portal.ui.i18n import say
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE = 10
_FREED, _RELEASED = "cruce", "reservado"


def draw_apply(chosen: Chosen) -> None:
    """The account's free credit against the ticked documents, or the oldest."""
    book, currency = chosen.book, chosen.book.whose.currency
    lines = list(chosen.ticked) or [one for one in book.lines if one.document_id not in book.against]
    if not book.free:
        st.caption(say(Text("Este cliente no tiene saldo a favor libre en {currency}.", currency=currency)))
        return
    if not lines:
        st.caption(say(Text("No hay documentos a los que aplicarlo.")))
        return
    if not chosen.ticked:
        st.caption(say(Text("Sin marcar documentos, se aplica desde lo más antiguo.")))
    most = min(book.free, sum(one.outstanding for one in lines))
    name = say(Text("Valor ({currency})", currency=currency))
    typed = st.text_input(
        name, key=f"{chosen.key}-aplicar-valor", placeholder=show.labels().money(most, currency), width=220
    )
    try:
        amount = read_amount(typed, currency) if typed.strip() else None
        shares = share_credit(lines, [Favour(one.item_id, one.free) for one in book.credits], amount)
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    parts = {one.document_id: sum(s.amount for s in shares if s.debit_id == one.item_id) for one in lines}
    used = [one for one in lines if parts[one.document_id]]
    draw_outcome(chosen, used, parts, Text("Se aplica"))
    total = sum(parts.values())
    left = chosen.money(book.free - total)
    told = Text("Quedan {sum} de saldo a favor libre.", sum=left)
    st.markdown(f"**{plain(say(told))}**")
    if st.button(say(Text("Aplicar {sum}", sum=chosen.money(total))), key=f"{chosen.key}-aplicar", type="primary"):
        done = Text("Saldo a favor aplicado: {sum}.", sum=chosen.money(total))
        ids, actor = [one.document_id for one in used], chosen.desk.actor
        chosen.do(done, lambda wish: apply_credit(state.portal(), actor, wish, ids, total))


def draw_credits(chosen: Chosen) -> None:
    """What is in the account's favour, and what is applied, each with what can be done about it."""
    _draw_held(chosen)
    _draw_applied(chosen)


def _draw_held(chosen: Chosen) -> None:
    found = chosen.book.credits
    st.subheader(say(Text("Saldo a favor")))
    if not found:
        st.caption(say(Text("Este cliente no tiene saldo a favor.")))
        return
    columns: dict[Text, Sequence[object]] = {
        Text("De qué es"): [_credit_name(one) for one in found],
        Text("Fecha"): [show.labels().day(one.on) for one in found],
        Text("Queda"): [chosen.money(one.left) for one in found],
        Text("Libre"): [chosen.money(one.free) for one in found],
        Text("Reservado"): [_reserved(chosen, one) for one in found],
    }
    button = Button(Text("Liberar"), [bool(one.waiting and one.document_id) for one in found])
    if click := draw_rows(f"{chosen.key}-creditos", columns, [button], sums=(Text("Queda"), Text("Libre"))):
        open_row(_RELEASED, found[click[1]].item_id)
        close_row(_FREED)
        st.rerun()
    one = next((one for one in found if one.item_id == opened(_RELEASED)), None)
    if one is not None and one.document_id is not None:
        told = Text("«{name}» espera un documento que no ha llegado. Al liberarlo, {sum} quedan como saldo a favor.",
                    name=_credit_name(one), sum=chosen.money(one.waiting))  # fmt: skip
        _ask(chosen, _RELEASED, told, one.document_id, None)


def _draw_applied(chosen: Chosen) -> None:
    st.subheader(say(Text("Lo que está aplicado")))
    whose, only = chosen.book.whose, chosen.ids[0] if len(chosen.ids) == 1 else asked_booking()
    table, numbers = st.container(), st.container()
    with numbers:
        rows, _ = offset_so_far(
            f"{chosen.key}-cruces-pagina", _SIZE,
            lambda limit, at: read_applications(state.portal(), chosen.desk.actor, whose, limit, at, only),
        )  # fmt: skip
    with table:
        _draw_rows(chosen, rows)


def _draw_rows(chosen: Chosen, rows: Sequence[Application]) -> None:
    if not rows:
        st.caption(say(Text("Nada: ni pagos ni saldos a favor aplicados a documentos.")))
        return
    columns: dict[Text, Sequence[object]] = {
        Text("De qué es"): [_application_name(one) for one in rows],
        Text("Documento"): [one.number for one in rows],
        Text("Fecha"): [show.labels().day(one.on) for one in rows],
        Text("Aplicado"): [chosen.money(one.amount) for one in rows],
    }
    click = draw_rows(f"{chosen.key}-cruces", columns, [Button(Text("Desaplicar"))], sums=(Text("Aplicado"),))
    if click:
        open_row(_FREED, _pair(rows[click[1]]))
        close_row(_RELEASED)
        st.rerun()
    one = next((one for one in rows if _pair(one) == opened(_FREED)), None)
    if one is not None:
        told = Text("Lo que se desaplique del documento {number} vuelve a deberse, y queda como saldo a favor.",
                    number=one.number)  # fmt: skip
        _ask(chosen, _FREED, told, one.document_id, one)


def _ask(chosen: Chosen, kind: str, told: Text, document_id: int, one: Application | None) -> None:
    """The reason, and of an application how much; then its button."""
    actor, currency = chosen.desk.actor, chosen.book.whose.currency
    with st.form(f"{chosen.key}-{kind}", border=True):
        st.text(say(told))
        typed = ""
        if one is not None:
            name = say(Text("Valor ({currency})", currency=currency))
            hint = show.labels().money(one.amount, currency)
            typed = st.text_input(name, placeholder=hint, key=f"{chosen.key}-{kind}-valor", width=220)
        reason = st.text_input(say(Text("Motivo")), key=f"{chosen.key}-{kind}-motivo", max_chars=LONGEST_REASON)
        name_ = Text("Liberar") if one is None else Text("Desaplicar")
        if not st.form_submit_button(say(name_), type="primary"):
            return
    try:
        amount = read_amount(typed, currency) if typed.strip() else one.amount if one else 0
    except Refused as refused:
        st.error(plain(say(refused.text)))
        return
    portal = state.portal()
    if one is None:
        chosen.do(
            Text("Saldo a favor liberado."), lambda wish: release_credit(portal, actor, wish, document_id, reason)
        )
    else:
        chosen.do(
            Text("Desaplicado: {sum}.", sum=chosen.money(amount)),
            lambda wish: free_application(portal, actor, wish, document_id, one.credit_id, amount, reason),
        )


def _pair(one: Application) -> int:
    return hash((one.credit_id, one.debit_id))


def _credit_name(one: Credit) -> str:
    return _name(one.kind, one.number, one.cause, one.method)


def _application_name(one: Application) -> str:
    return _name(one.kind, one.paper, one.cause, one.method)


def _name(kind: str | None, number: str | None, cause: str, method: str | None) -> str:
    said = show.labels()
    if kind:
        return f"{kind_name(kind, said)} {number}"
    name = cause_name(cause, said)
    return f"{name} · {means_name(method, said)}" if method else name


def _reserved(chosen: Chosen, one: Credit) -> str:
    told = []
    if one.waiting:
        told.append(say(Text("{sum} para un documento que no ha llegado", sum=chosen.money(one.waiting))))
    if one.held:
        told.append(say(Text("{sum} en un pago que está en curso", sum=chosen.money(one.held))))
    return ", ".join(told)
