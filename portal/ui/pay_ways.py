"""With what a bill is paid: each of the issuer's ways with its names, its limits, and a button that says the sum."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from portal.app.payments.quoting import Bill, Way, quote
from portal.app.payments.starting import SumChanged, Wish, start_checkout
from portal.app.payments.withheld_stating import Stated
from portal.domain import places
from portal.domain.access import Actor
from portal.domain.checkouts import Plan
from portal.render.words import means_name
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import refusals
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.pay_amounts import Chosen
from portal.ui.plain import plain
from portal.ui.redirect import go_to


@dataclass(frozen=True, slots=True)
class Decided:
    """What the payer has decided about one bill of a basket, but for the way.

    `bill`: without what is kept back, `stated`.
    """

    basket_id: int
    bill: Bill
    chosen: Chosen
    use_credit: bool
    anyway: bool
    stated: Stated

    @property
    def ready(self) -> bool:
        """Whether nothing is left to decide: beside a payment that is on its way, a plain word is needed."""
        return self.anyway or not self.bill.pending


def draw_ways(actor: Actor, decided: Decided, whole: Plan) -> None:
    """A button for each way. `whole`: what would be asked before any provider's own rounding."""
    if not whole.amount:
        _draw_credit_alone(actor, decided, whole)
        return
    if not decided.bill.ways:
        _draw_otherwise(decided.bill)
    for place, way in enumerate(decided.bill.ways):
        _draw_way(actor, decided, way, quote(decided.bill, way, decided.chosen, decided.use_credit), whole, place == 0)


def _draw_way(actor: Actor, decided: Decided, way: Way, asked: Plan, whole: Plan, first: bool) -> None:
    currency, limit = decided.bill.currency, _limit(way, asked.amount, decided.bill.currency)
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, gap="small"):
            for method in way.methods:
                st.badge(means_name(method, show.labels()), color="gray", width="content")
            if not way.live:
                st.badge(say(Text("de prueba")), color="orange", width="content")
        if limit is not None:
            st.text(say(limit))
            return
        name = Text("Pagar {sum} con {way}", sum=show.money(asked.amount, currency), way=plain(way.title))
        _draw_button(actor, decided, way.account_id, asked.amount, name, first)
        if asked.amount != whole.amount:
            st.caption(say(_ROUNDED.filled(way=plain(way.title), unit=plain(show.money(way.terms.unit, currency)))))


_ROUNDED = Text("{way} recibe múltiplos de {unit}: la suma se redondea hacia abajo.")


def _limit(way: Way, amount: int, currency: str) -> Text | None:
    """Why this sum can't be paid this way."""
    if amount < way.terms.minimum:
        return Text("{way} recibe desde {least}.", way=way.title, least=show.money(way.terms.minimum, currency))
    if way.terms.maximum is not None and amount > way.terms.maximum:
        return Text("{way} recibe hasta {most}.", way=way.title, most=show.money(way.terms.maximum, currency))
    return None


def _draw_credit_alone(actor: Actor, decided: Decided, whole: Plan) -> None:
    st.text(say(Text("Tu saldo a favor alcanza: no hay que pagar nada más.")))
    name = Text("Usar {sum} de saldo a favor", sum=show.money(whole.credit, decided.bill.currency))
    _draw_button(actor, decided, None, 0, name, True)


def _draw_otherwise(bill: Bill) -> None:
    """What to do where nothing can be paid online in this currency."""
    name = plain(bill.issuer_name)
    st.info(say(Text("{issuer} no recibe pagos en línea en {currency}.", issuer=name, currency=bill.currency)))
    if bill.contact:
        st.text(say(Text("Pregúntale cómo pagar: {contact}", contact=bill.contact)))


def _draw_button(actor: Actor, decided: Decided, account_id: int | None, amount: int, name: Text, first: bool) -> None:
    place = f"pagar-{decided.bill.key}-{account_id or 0}"
    seen = int(state.shown_before(place, str(amount)))  # what stood on the button when it was pressed
    if st.button(
        say(name), key=place, type="primary" if first else "secondary", disabled=not decided.ready, width="stretch"
    ):
        _start(actor, decided, account_id, seen)


def _start(actor: Actor, decided: Decided, account_id: int | None, seen: int) -> None:
    bill = decided.bill
    kept = sorted((one, sorted(told.items())) for one, told in decided.stated.items())
    said = (
        f"{bill.key} {account_id} {seen} {sorted(decided.chosen.items())} {decided.use_credit} {decided.anyway} {kept}"
    )
    wish = Wish(
        decided.basket_id,
        state.press_key(f"{decided.basket_id} {said}"),
        bill.issuer_id,
        bill.customer_id,
        bill.currency,
        account_id,
        seen,
        decided.chosen,
        decided.use_credit,
        decided.anyway,
        state.language(),
        decided.stated,
    )
    with refusals():
        try:
            checkout_id = start_checkout(state.portal(), actor, wish)
        except SumChanged as changed:
            st.warning(plain(say(SumChanged.sentence.filled(now=show.money(changed.amount, bill.currency)))))
            return
        if checkout_id is None:
            st.switch_page(script(places.PAID), query_params={"b": str(decided.basket_id)})
        go_to(state.with_language(f"/pay/{checkout_id}"))
        st.info(say(Text("Te llevamos a pagar…")), icon=":material/hourglass_top:")
