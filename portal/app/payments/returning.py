"""The payer comes back from the provider: nothing that the browser says is believed; the provider is asked."""

from __future__ import annotations

from portal.app.payments.asking import ask_again
from portal.app.payments.own import own_checkout
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.checkouts import State
from portal.ledger.checkouts import Checkout
from portal.ledger.payments import note_event


def come_back(portal: Portal, actor: Actor, checkout_id: int) -> Checkout:
    """The checkout to show; its provider is asked by a job. Raises NotFound for what is not the actor's."""
    with portal.ledger.write(actor.name) as unit:
        checkout = own_checkout(unit.conn, actor, checkout_id)
        note_event(unit, checkout.issuer_id, checkout_id, "came_back")
        unit.commit()
    if checkout.state is not State.APPROVED:  # who began in time may pay after it
        ask_again(portal, actor, checkout_id)
    return checkout
