"""What an issuer's people decide about odd payments: each once, with cause and person; nothing already written changes.

Money that is in the ledger already (too much, too little, late, twice) is acknowledged. Money kept apart is credited to
a customer as saldo a favor, in its own currency and less what has gone back, or left out with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.app.payments.telling import tell_payer
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.book import Cause, Item, Side
from portal.domain.crediting import Trouble
from portal.errors import NotFound, Refused
from portal.ledger import checkouts, payments
from portal.ledger.audit import Event, Where, note
from portal.ledger.books import load_book, lock_customers
from portal.ledger.checkouts import Checkout
from portal.ledger.ids import new_id
from portal.ledger.links import owner_of
from portal.ledger.payments import Payment, note_event
from portal.ledger.unit import Unit
from portal.text import Text

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class _Case:
    """A payment that waits for a decision, and nobody else may decide it meanwhile."""

    unit: Unit
    payment: Payment
    trouble: Trouble
    checkout: Checkout | None
    where: Where | None


def acknowledge(portal: Portal, actor: Actor, payment_id: int, said: str, where: Where | None = None) -> None:
    """Say that money which is in the ledger was looked at. Raises Refused when it was decided before, NotFound."""
    with portal.ledger.write(actor.name) as unit:
        case = _case(unit, actor, payment_id, where)
        if case.trouble.apart:
            raise Refused(Text("Este pago no está en ninguna cuenta: decide si se abona o si no es tuyo."))
        _settle(case, "acknowledged", said)
        unit.commit()


def leave_out(portal: Portal, actor: Actor, payment_id: int, said: str, where: Where | None = None) -> None:
    """Say that money kept apart is not the issuer's, or was given back outside the portal; the reason is needed."""
    if not said.strip():
        raise Refused(Text("Escribe por qué este pago no se abona: queda en el registro."))
    with portal.ledger.write(actor.name) as unit:
        case = _case(unit, actor, payment_id, where)
        _kept_apart(case)
        _settle(case, "left_out", said)
        unit.commit()


def credit_to(
    portal: Portal,
    actor: Actor,
    payment_id: int,
    customer_id: int | None = None,
    said: str = "",
    where: Where | None = None,
) -> int:
    """Post money kept apart as saldo a favor of a customer of the issuer, by default the checkout's own.

    Returns the item. What was given back of it before is left out; what is given back later is taken from it. Raises
    Refused for test money, money that is all gone again, and what was decided before; NotFound.
    """
    with portal.ledger.write(actor.name) as unit:
        case = _case(unit, actor, payment_id, where, customer_id)
        _kept_apart(case)
        if case.trouble is Trouble.TEST_MONEY:
            raise Refused(Text("Es dinero de prueba: no se abona a nadie."))
        whose = customer_id or case.payment.customer_id
        if whose is None:
            raise Refused(Text("Elige a qué cliente se abona."))
        amount = case.payment.amount - payments.returned_of(unit.conn, case.payment)
        if amount <= 0:
            raise Refused(Text("Este pago ya fue devuelto por completo: no queda nada por abonar."))
        item_id = _post(case, whose, amount, said)
        payments.book_facts(unit, case.payment, item_id, whose)
        _settle(case, "credited", said, customer=whose, amount=amount)
        if case.checkout is not None and case.checkout.customer_id == whose:
            tell_payer(portal, unit, case.checkout, replace(case.payment, amount=amount), item_id)
        unit.commit()
    return item_id


def _case(unit: Unit, actor: Actor, payment_id: int, where: Where | None, customer_id: int | None = None) -> _Case:
    """The payment under lock: its customers' first, as whoever credits or takes back money does too."""
    found = payments.find_payment(unit.conn, payment_id)
    if found is None:
        raise NotFound()
    actor.require(Right.BOOK, found.issuer_id, 0)
    chosen = {one for one in (customer_id, found.customer_id) if one is not None}
    if any((owner_of(unit.conn, one) or (0,))[0] != found.issuer_id for one in chosen):
        raise NotFound()
    lock_customers(unit.conn, chosen)
    checkout = checkouts.find_checkout(unit.conn, found.checkout_id, lock=True) if found.checkout_id else None
    payment = payments.find_payment(unit.conn, payment_id, lock=True) or found
    if payment.trouble is None or payment.settled_at is not None:
        raise Refused(Text("Sobre este pago ya no hay nada por decidir."))
    return _Case(unit, payment, payment.trouble, checkout, where)


def _kept_apart(case: _Case) -> None:
    if not case.trouble.apart or case.payment.item_id is not None:
        raise Refused(Text("Este pago ya está en la cuenta del cliente: solo queda darlo por revisado."))


def _post(case: _Case, customer_id: int, amount: int, said: str) -> int:
    payment = case.payment
    book = load_book(case.unit.conn, ())
    whose = (payment.issuer_id, customer_id, payment.currency)
    credit = Item(new_id(), *whose, Side.CREDIT, payment.effective_on)
    book.open(credit, amount, Cause.PAYMENT, note=said.strip()[:LONGEST_NOTE] or None)
    told = {"cause": Cause.PAYMENT, "method": payment.method, "reference": payment.transaction_id}
    case.unit.book(book, {credit.id: told})
    return credit.id


def _settle(case: _Case, how: str, said: str, **more: int) -> None:
    unit, payment, said = case.unit, case.payment, said.strip()[:LONGEST_NOTE]
    payments.settle_payment(unit, payment.id, said)
    detail = {"how": how, "payment": payment.id, "transaction": payment.transaction_id, "note": said}
    note_event(unit, payment.issuer_id, payment.checkout_id, "decided", **detail | more)
    subject, customer_id = f"payment:{payment.id}", more.get("customer", payment.customer_id)
    told = {"decision": how, "note": said} if said else {"decision": how}
    note(unit, Event.PAYMENT_SETTLED, subject, payment.issuer_id, customer_id, where=case.where, **told)
