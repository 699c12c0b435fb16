"""Begin to pay: the sum is decided from what is outstanding now, the checkout kept; a job opens the provider's door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from portal.app.payments.applying import apply_plan
from portal.app.payments.quoting import Bill, Way, bill, less, quote
from portal.app.payments.withheld_posting import bring_in
from portal.app.payments.withheld_stating import keep_stated
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.checkouts import Plan, State, new_reference
from portal.domain.money import plain
from portal.domain.withholdings import Amounts
from portal.errors import NotFound, Refused
from portal.ledger import baskets, checkouts, credit_uses, payers
from portal.ledger.books import lock_customers
from portal.ledger.payables import payables
from portal.ledger.payments import note_event
from portal.ledger.unit import Unit
from portal.ledger.withholdings import Withholding
from portal.text import Text

TIME_TO_PAY = timedelta(minutes=60)
FIRST_LOOK = timedelta(minutes=2)  # after the start, in case nobody ever comes back


@dataclass(frozen=True, slots=True)
class Wish:
    """What the payer pressed: one bill of a basket, by one way.

    `start_key` is the same when one press arrives twice. `chosen`: by document, less than all of it, 0 to leave it out.
    `expected`: the sum that the payer saw for the provider, in minor units. `anyway`: knowing that another payment is
    pending. `stated`: by document, what the payer keeps back of it.
    """

    basket_id: int
    start_key: str
    issuer_id: int
    customer_id: int
    currency: str
    account_id: int | None
    expected: int
    chosen: Mapping[int, int] = field(default_factory=dict)
    use_credit: bool = False
    anyway: bool = False
    language: str = "es"
    stated: Mapping[int, Amounts] = field(default_factory=dict)


class SumChanged(Refused):
    """What is outstanding is no longer what the payer saw. `amount`: what would be asked now, in minor units."""

    def __init__(self, amount: int, currency: str) -> None:
        super().__init__(self.sentence.filled(now=f"{plain(amount, currency)} {currency}"))
        self.amount = amount

    sentence = Text("El saldo cambió mientras lo revisabas: ahora son {now}. Míralo y paga de nuevo.")


class AlreadyPending(Refused):
    """Money for these documents may be on its way, by a provider or by a transfer that waits for the issuer."""

    def __init__(self, reported: bool) -> None:
        super().__init__(self.reported if reported else self.begun)

    begun = Text("Ya hay un pago en proceso por estos documentos. Si pagas otra vez podrías pagar dos veces.")
    reported = Text(
        "Ya avisaste un pago por estos documentos y el emisor lo está revisando. "
        "Si pagas otra vez podrías pagar dos veces."
    )


def start_checkout(portal: Portal, actor: Actor, wish: Wish) -> int | None:
    """The id of the checkout that this wish made, now or when it came before; None when credit alone settled the bill.

    The sum is what is outstanding at this moment, in the transaction that keeps it. Raises SumChanged, AlreadyPending,
    Refused with what to do, NotFound for what is not the actor's to pay.
    """
    actor.require(Right.PAY, wish.issuer_id, wish.customer_id)
    checkout_id = None
    with portal.ledger.write(actor.name) as unit:
        lock_customers(unit.conn, {wish.customer_id})
        again = checkouts.started_by(unit.conn, _key(actor, wish))
        if again is not None:
            return again.id
        if credit_uses.used_by(unit.conn, _key(actor, wish)):
            return None
        now = _bill(portal, unit, actor, wish)
        if now.pending and not wish.anyway:
            raise AlreadyPending(reported=bool(now.reports))
        way = _way(now, wish)
        made = quote(less(now, wish.stated), way, wish.chosen, wish.use_credit)
        if made.amount != wish.expected:
            raise SumChanged(made.amount, wish.currency)
        if made.amount:
            _check_limits(made, way, wish.currency)
        _cancel_unpaid(unit, now, actor)
        if made.amount:
            checkout_id = _keep(unit, actor, wish, now, made)
        else:
            _use_credit(portal, unit, actor, wish, now, made)
        unit.commit()
    return checkout_id


def _key(actor: Actor, wish: Wish) -> str:
    """Another person's press is another one, and so is that of another bill of the basket."""
    whole = (actor.name, wish.basket_id, wish.issuer_id, wish.customer_id, wish.currency, wish.start_key)
    return sha256(repr(whole).encode()).hexdigest()


def _use_credit(portal: Portal, unit: Unit, actor: Actor, wish: Wish, now: Bill, made: Plan) -> None:
    """Credit alone settles the bill: no provider has a part in it."""
    bring_in(portal, unit, _state(unit, actor, wish, now), today(portal.clock, now.lines[0].timezone))
    apply_plan(unit, made, now.rules)
    whose = {"issuer_id": wish.issuer_id, "customer_id": wish.customer_id, "currency": wish.currency}
    credit_uses.add_use(unit, _key(actor, wish), wish.basket_id, made.credit, **whose)
    note_event(unit, wish.issuer_id, None, "credit_applied", amount=made.credit, basket=wish.basket_id)


def _state(unit: Unit, actor: Actor, wish: Wish, now: Bill, checkout_id: int | None = None) -> list[Withholding]:
    """What the payer keeps back of the documents of this bill; what it leaves out of it, it does not pay now."""
    stated = {one.document_id: wish.stated[one.document_id] for one in now.lines if one.document_id in wish.stated}
    key = _key(actor, wish)
    return keep_stated(unit, actor, now.lines[0], stated, now.stateable, key, wish.language, checkout_id)


def _bill(portal: Portal, unit: Unit, actor: Actor, wish: Wish) -> Bill:
    wanted = baskets.basket_of(unit.conn, wish.basket_id, actor.name)
    lines = [
        one
        for one in payables(unit.conn, wanted or [])
        if (one.issuer_id, one.customer_id, one.currency) == (wish.issuer_id, wish.customer_id, wish.currency)
        and one.outstanding
        and wish.chosen.get(one.document_id) != 0
    ]
    if wanted is None:
        raise NotFound()
    if not lines:
        raise Refused(Text("Estos documentos ya no tienen saldo: no hay nada por pagar."))
    return bill(portal, unit.conn, actor.name, lines)


def _way(now: Bill, wish: Wish) -> Way | None:
    if wish.account_id is None:
        return None
    way = next((one for one in now.ways if one.account_id == wish.account_id), None)
    if way is None:
        raise Refused(Text("Este medio de pago ya no está disponible. Elige otro."))
    return way


def _check_limits(made: Plan, way: Way | None, currency: str) -> None:
    if way is None:
        raise Refused(Text("Elige con qué quieres pagar."))
    if made.amount < way.terms.minimum:
        least = f"{plain(way.terms.minimum, currency)} {currency}"
        raise Refused(
            Text("{way} recibe desde {least}. Suma otro documento o elige otro medio.", way=way.title, least=least)
        )
    if way.terms.maximum is not None and made.amount > way.terms.maximum:
        most = f"{plain(way.terms.maximum, currency)} {currency}"
        raise Refused(Text("{way} recibe hasta {most}. Paga en partes o elige otro medio.", way=way.title, most=most))


def _cancel_unpaid(unit: Unit, now: Bill, actor: Actor) -> None:
    """What the same person began for these documents and did not pay gives its credits free."""
    for one in now.open_checkouts:
        if one.replaced_by(actor.name):
            checkouts.set_checkout(unit, one.id, state=State.CANCELLED, held=False)
            note_event(unit, one.issuer_id, one.id, "cancelled", why="begun anew")


def _keep(unit: Unit, actor: Actor, wish: Wish, now: Bill, made: Plan) -> int:
    payer = payers.payer_of(unit.conn, actor.user_id, wish.customer_id)
    checkout_id = checkouts.add_checkout(
        unit,
        made,
        basket_id=wish.basket_id,
        issuer_id=wish.issuer_id,
        customer_id=wish.customer_id,
        currency=wish.currency,
        account_id=wish.account_id,
        reference=new_reference(now.lines[0].number),
        start_key=_key(actor, wish),
        email=payer.email,
        name=payer.name,
        language=wish.language,
        expires_at=unit.now + TIME_TO_PAY,
        next_look_at=unit.now + FIRST_LOOK,
    )
    _state(unit, actor, wish, now, checkout_id)
    unit.job("payments", "open_door", {"checkout": checkout_id})
    note_event(unit, wish.issuer_id, checkout_id, "created", amount=made.amount, credit=made.credit)
    return checkout_id
