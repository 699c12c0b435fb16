"""The job that opens the provider's door for a checkout, and the payer's way through it."""

from __future__ import annotations

import json
from datetime import timedelta

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.own import own_checkout
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.checkouts import State, may_become
from portal.domain.payments import Door, Order, ProviderDown, ProviderRefused
from portal.errors import PortalError, Refused
from portal.i18n import translator
from portal.ledger import checkouts
from portal.ledger.books import load_book
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import Job
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import account_row
from portal.ledger.payments import note_event
from portal.ledger.unit import Connection
from portal.sealing import seal, unseal
from portal.text import Text

_PERSON, _PURPOSE = "job:open_door", "checkout door"
AFTER_GOING = timedelta(seconds=20)  # the first look at a checkout whose payer has gone to the provider
PATIENCE = 5  # tries to open the door before the payer is told to begin anew


def open_door(portal: Portal, job: Job) -> None:
    """Ask the provider for the way to its page and keep it. Run again, it asks with the same reference.

    A clear no ends the checkout; what is not known is tried again by the job's own attempts, and ends it after them:
    nobody was let through, so that nobody can pay there.
    """
    checkout_id = int(job.payload["checkout"])
    with portal.ledger.read() as conn:
        checkout = checkouts.find_checkout(conn, checkout_id)
        if checkout is None or checkout.door is not None or not checkout.open:
            return
        row = account_row(conn, checkout.account_id)
        issuer = issuer_by_id(conn, checkout.issuer_id)
    if row is None:
        return
    order = _order(portal, checkout, issuer.name, row.id)
    try:
        door = provider_named(portal, row.provider).open(opened(portal, row), order)
    except ProviderDown as down:
        if job.attempt >= PATIENCE:
            _fail(portal, checkout, str(down.text))
            return
        _wait(portal, checkout, down.reason)
        raise
    except (ProviderRefused, Refused) as refused:
        _fail(portal, checkout, str(refused.text))
        return
    told = json.dumps({"url": door.url, "fields": door.fields})
    with portal.ledger.write(_PERSON) as unit:
        now = checkouts.find_checkout(unit.conn, checkout_id, lock=True) or checkout
        values: dict[str, object] = {"door": seal(told, portal.keys, _PURPOSE), "session_id": door.session_id}
        if may_become(now.state, State.READY):
            values["state"] = State.READY
        checkouts.set_checkout(unit, checkout_id, trouble=None, **values)
        unit.commit()


def _order(portal: Portal, checkout: Checkout, issuer_name: str, account_id: int) -> Order:
    base, say = portal.settings.base_url, translator(checkout.language)
    return Order(
        reference=checkout.reference,
        amount=checkout.amount,
        currency=checkout.currency,
        description=Text("Pago a {issuer} ({reference})", issuer=issuer_name, reference=checkout.reference).render(say),
        expires_at=checkout.expires_at,
        return_url=f"{base}/pay/return/{checkout.id}",
        notice_url=f"{base}/webhooks/{_provider(portal, account_id)}/{account_id}",
        language=checkout.language,
        payer_name=checkout.name or "",
        payer_email=checkout.email or "",
    )


def _provider(portal: Portal, account_id: int) -> str:
    with portal.ledger.read() as conn:
        row = account_row(conn, account_id)
    return row.provider if row else ""


def _wait(portal: Portal, checkout: Checkout, why: str) -> None:
    """Nothing is known of the provider's page yet: the payer, who waits, is told so."""
    with portal.ledger.write(_PERSON) as unit:
        checkouts.set_checkout(unit, checkout.id, trouble=why)
        unit.commit()


def _fail(portal: Portal, checkout: Checkout, why: str) -> None:
    with portal.ledger.write(_PERSON) as unit:
        now = checkouts.find_checkout(unit.conn, checkout.id, lock=True) or checkout
        if may_become(now.state, State.FAILED):
            checkouts.set_checkout(unit, checkout.id, state=State.FAILED, held=False, trouble=why)
            note_event(unit, checkout.issuer_id, checkout.id, "not_opened", why=why)
        unit.commit()


class NotOpenYet(PortalError):
    """The door is being made. `slow`: the provider did not answer so far."""

    status = 503

    def __init__(self, slow: bool) -> None:
        super().__init__(Text("Preparamos tu pago con el proveedor. Toma unos segundos."))
        self.slow = slow


def door_of(portal: Portal, actor: Actor, checkout_id: int) -> Door:
    """The way to the provider for the actor's own checkout, who goes now.

    Raises NotFound for what is not theirs, NotOpenYet, Refused when the checkout has ended, when money may be on its
    way (a company may take a second payment of one reference), and after a refusal (it may not open one twice).
    """
    with portal.ledger.write(actor.name) as unit:
        checkout = own_checkout(unit.conn, actor, checkout_id, lock=True)
        if not checkout.open or checkout.expires_at <= unit.now:
            raise Refused(Text("Este pago ya terminó o venció. Vuelve a tus documentos y empieza otra vez."))
        if checkout.coming:
            raise Refused(Text("Este pago está en proceso: espera a que el proveedor lo confirme."))
        if checkout.state is State.DECLINED:
            raise Refused(Text("El proveedor rechazó ese intento. Vuelve a tus documentos y paga de nuevo."))
        if not _still_owed(unit.conn, checkout.id):
            checkouts.set_checkout(unit, checkout_id, state=State.CANCELLED, held=False)
            note_event(unit, checkout.issuer_id, checkout_id, "cancelled", why="balance changed")
            unit.commit()
            raise Refused(Text("El saldo de estos documentos cambió. Vuelve a ellos y paga lo que queda."))
        if checkout.door is None:
            raise NotOpenYet(checkout.trouble is not None)
        values: dict[str, object] = {"redirected_at": unit.now, "next_look_at": unit.now + AFTER_GOING}
        if may_become(checkout.state, State.REDIRECTED):
            values["state"] = State.REDIRECTED
        checkouts.set_checkout(unit, checkout_id, **values)
        note_event(unit, checkout.issuer_id, checkout_id, "redirected")
        unit.commit()
    return _opened(portal, checkout.door)


def _still_owed(conn: Connection, checkout_id: int) -> bool:
    """Whether every document still owes what the payer is about to pay for it: somebody else may have paid."""
    lines = checkouts.lines_of(conn, checkout_id)
    book = load_book(conn, {line.debit_id for line in lines})
    return all(line.amount <= book.items[line.debit_id].balance for line in lines)


def _opened(portal: Portal, door: str) -> Door:
    told = unseal(door, portal.keys, _PURPOSE)
    if told is None:
        raise Refused(Text("Este pago ya terminó o venció. Vuelve a tus documentos y empieza otra vez."))
    way = json.loads(told)
    return Door(way["url"], tuple((name, value) for name, value in way["fields"]))
