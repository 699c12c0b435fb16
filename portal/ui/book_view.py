"""An account at the issuer's book: whose it is, its open documents with ticks, and what is done with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
import streamlit as st

from portal.app.book.desk import Whose, Wish
from portal.app.book.reading import OpenBook, account_of_document, currencies_of, read_book
from portal.domain.access import Right
from portal.ledger.parties import Account
from portal.ledger.payables import Payable
from portal.render.labels import Labels
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.book_state import asked_booking, forget_booking
from portal.ui.choices import switch
from portal.ui.customer_choice import pick_customer
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain

TURN = "libro"
_ONE, _MANY = "uno", "varios"
_HOW_MANY = {_ONE: Text("Un cliente"), _MANY: Text("Varios clientes")}


class Doing(StrEnum):
    """What is done with the chosen documents."""

    PAY = "pago"
    APPLY = "aplicar"
    CREDITS = "creditos"
    WRITE_OFF = "castigar"
    ADJUST = "ajustar"


_DOINGS = {
    Doing.PAY: Text("Registrar un pago"),
    Doing.APPLY: Text("Aplicar saldo a favor"),
    Doing.CREDITS: Text("Desaplicar o liberar"),
    Doing.WRITE_OFF: Text("Castigar"),
    Doing.ADJUST: Text("Ajustar"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An account on screen, and those of its documents that are ticked."""

    desk: Desk
    book: OpenBook
    ticked: Sequence[Payable]

    @property
    def ids(self) -> list[int]:
        return [one.document_id for one in self.ticked]

    @property
    def key(self) -> str:
        """Begins the keys of widgets: another account, or what has been done, begins with empty ones."""
        return f"libro-{self.book.whose.customer_id}-{self.book.whose.currency}-{state.turn(TURN)}"

    def money(self, minor: int) -> str:
        return show.money(minor, self.book.whose.currency)

    def do(self, done: Text, what: Callable[[Wish], object]) -> None:
        """Post it once, however often it is pressed; then begin anew."""
        wish = Wish(self.book.whose, state.press_key(self.key), here())

        def once() -> None:
            what(wish)
            state.next_turn(TURN)

        act(done, once)


def wants_many() -> bool:
    """Whether documents of several customers are to be booked at once; draws the question."""
    if asked_booking() is not None:
        return False
    how = switch(Text("De quién"), "clientes", [_ONE, _MANY], lambda one, said: said.say(_HOW_MANY[one]), _ONE)
    return how == _MANY


def draw_book(desk: Desk) -> int | None:
    """One customer's account; returns the customer, None until one is chosen."""
    from portal.ui.book_credit import draw_apply, draw_credits
    from portal.ui.book_lowering import draw_adjust, draw_write_off
    from portal.ui.book_payment import draw_payment_form

    whose = _pick_account(desk)
    if whose is None:
        return None
    document_id = asked_booking()
    book = read_book(state.portal(), desk.actor, whose, document_id)
    chosen = Chosen(desk, book, _draw_lines(book, document_id))
    drawn = {
        Doing.PAY: draw_payment_form,
        Doing.APPLY: draw_apply,
        Doing.CREDITS: draw_credits,
        Doing.WRITE_OFF: draw_write_off,
        Doing.ADJUST: draw_adjust,
    }
    doing = switch(Text("Qué registrar"), "acto", list(Doing), _doing_name, Doing.PAY)
    with st.container(border=True):
        drawn[Doing(doing)](chosen)
    return whose.customer_id


def _doing_name(doing: str, said: Labels) -> str:
    return said.say(_DOINGS[Doing(doing)])


def _pick_account(desk: Desk) -> Whose | None:
    document_id = asked_booking()
    if document_id is not None:
        whose, account = account_of_document(state.portal(), desk.actor, document_id)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(_title(account), width="content")
            if st.button(say(Text("Otro cliente")), key="otro-cliente", type="tertiary"):
                forget_booking()
                st.rerun()
        return whose
    account_ = pick_customer(desk.actor, Right.BOOK, "libro-cliente")
    if account_ is None or account_.customer_id is None:
        st.info(say(Text("Elige un cliente: aquí ves lo que debe, registras sus pagos y corriges su cuenta.")))
        return None
    found = currencies_of(state.portal(), desk.actor, desk.issuer_id, account_.customer_id)
    if not found:
        st.info(say(Text("Este cliente todavía no tiene documentos. Impórtalos y vuelve.")))
        return None
    currency = found[0]
    if len(found) > 1:
        currency = st.selectbox(say(Text("Moneda")), list(found), key=f"libro-moneda-{account_.customer_id}", width=160)
    return Whose(desk.issuer_id, account_.customer_id, currency)


def _title(account: Account) -> str:
    return f"{account.customer_name} · {account.customer_tax_id}"


def _draw_lines(book: OpenBook, document_id: int | None) -> list[Payable]:
    """The open documents; returns those that are ticked."""
    lines, money, said = book.lines, show.labels().money, show.labels()
    currency = book.whose.currency
    if not lines:
        st.caption(say(Text("Este cliente no debe nada en {currency}.", currency=currency)))
        return []
    held = [say(book.against[one.document_id]) if one.document_id in book.against else "" for one in lines]
    late = [(book.today - one.payable_on).days for one in lines]
    wide = not state.prefers_cards()
    columns = {
        Text("Número"): [one.number for one in lines],
        Text("Saldo ({currency})", currency=currency): [money(one.outstanding, currency) for one in lines],
        Text("Vence"): [said.day(one.payable_on) for one in lines],
        Text("Mora"): [say(Text("{days} d", days=days)) if days > 0 else "" for days in late],
        **({Text("Tipo"): [show.kind(one.kind) for one in lines]} if wide else {}),
        Text("Total ({currency})", currency=currency): [money(one.total, currency) for one in lines],
        **({Text("Aviso"): held} if any(held) else {}),
    }
    told = {say(name): cells for name, cells in columns.items()}
    sums = {say(name): st.column_config.TextColumn(alignment="right") for name in columns if "currency" in name.values}
    key = f"libro-docs-{state.turn(TURN)}-{_mark(lines)}"
    first = [place for place, one in enumerate(lines) if one.document_id == document_id]
    st.dataframe(
        pd.DataFrame(told), hide_index=True, height="auto" if len(lines) <= 12 else 460, column_config=sums, key=key,
        on_select="rerun", selection_mode="multi-row", selection_default={"selection": {"rows": first}},
    )  # fmt: skip
    ticked = [lines[place] for place in state.ticked_rows(key) if place < len(lines)]
    _draw_sum(book, ticked)
    return ticked


def _mark(lines: Sequence[Payable]) -> str:
    """Ticks are kept by place: another list begins without any."""
    told = ",".join(str(one.document_id) for one in lines)
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def _draw_sum(book: OpenBook, ticked: Sequence[Payable]) -> None:
    currency, shown = book.whose.currency, len(book.lines)
    owed = show.money(sum(one.outstanding for one in book.lines), currency)
    if ticked:
        sum_ = show.money(sum(one.outstanding for one in ticked), currency)
        told = Text("Marcaste {n} de {all}: suman {sum}.", n=len(ticked), all=shown, sum=sum_)
    elif shown < book.total:
        told = Text("Los {all} más antiguos de {total}: suman {sum}. Marca los que quieras.", all=shown, sum=owed,
                    total=book.total)  # fmt: skip
    else:
        told = Text("Documentos con saldo: {all}, suman {sum}. Marca los que quieras.", all=shown, sum=owed)
    said = [told]
    if book.free:
        said.append(Text("Saldo a favor libre: {sum}.", sum=show.money(book.free, currency)))
    st.caption(plain(" ".join(say(one) for one in said)))
