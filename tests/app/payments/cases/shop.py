"""A till whose provider is a company played by its emulator, with the portal's webhooks served over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.app.payments.accounts import set_account
from portal.app.payments.opening import door_of
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.checkouts import State
from portal.domain.payments import Door
from portal.ledger.checkouts import Checkout
from portal.ledger.payments import Payment
from portal.ledger.tables import documents
from portal.web.hooks import hooks_app
from tests.app.payments.till import Till, visitor
from tests.app.people import BOSS
from tests.emulators.base import Emulator, Sent, Stage
from tests.factories import FrozenClock, bring, facts
from tests.ledger.balances import balances, laws

ASKED = timedelta(minutes=11)  # after so long every company may be asked again


def at(*companies: str) -> pytest.MarkDecorator:
    """A test at these companies only: what it claims does not depend on whose notices and answers it gets."""
    return pytest.mark.parametrize("emulator", companies, indirect=True)


@dataclass
class Shop:
    """`till` works as with the fake provider; what it asks goes over HTTP to the emulator, with the same clock."""

    till: Till
    emulator: Emulator
    url: str

    @property
    def portal(self) -> Portal:
        return self.till.portal

    def begin(self, *numbers: str, **more: object) -> tuple[Checkout, Door]:
        """A checkout, and the open door to the company's page."""
        checkout = self.till.start(*numbers, **more)
        self.till.work()
        return checkout, door_of(self.portal, self.till.payer, checkout.id)

    def forward(self, **step: float) -> None:
        """Time passes, for both."""
        self.till.clock.forward(**step)
        self.emulator.now = max(self.emulator.now, self.till.clock.at)

    def deliver(self, notices: Iterable[Sent] | None = None) -> list[int]:
        """Post notices (all that were sent so far) to the portal; the statuses of its answers."""
        return [notice.post() for notice in (self.sent() if notices is None else notices)]

    def sent(self) -> list[Sent]:
        """What the company has sent so far, the oldest first."""
        return list(self.emulator.notices)

    def asked(self, checkout: Checkout) -> State:
        """How it stands once its company could be asked, by the schedule alone."""
        self.forward(seconds=ASKED.total_seconds())
        self.till.look()
        return self.till.checkout(checkout.id).state

    def paid(self) -> list[Payment]:
        return self.till.payments()

    def balance(self, number: str) -> int:
        broken = laws(self.portal)
        assert broken == [], broken
        return balances(self.portal)[number]


def open_shop(emulator: Emulator, front: Stage, home: Path, clock: FrozenClock, database_url: str | None) -> Shop:
    """A shop with invoices over 119,000, 50,000 and 20,000 pesos; `front` serves its webhooks from now on."""
    more = {"database_url": database_url} if database_url else {}
    portal = build(Settings(home=home, base_url=front.url, **more), clock)
    bring(portal, facts("FE-1", 119_000), facts("FE-2", 50_000), facts("FE-3", 20_000))
    with portal.ledger.read() as conn:
        row = conn.execute(select(documents).where(documents.c.number == "FE-1")).one()
    emulator.now = clock.at
    urls = {"api_url": emulator.url, "checkout_url": emulator.url}
    shown = set_account(portal, BOSS, row.issuer_id, emulator.provider.name, emulator.credentials(), **urls)
    if hasattr(emulator, "events_url"):  # at Wompi it is set in the panel, for all payments
        emulator.events_url = shown.webhook
    front.playing = hooks_app(portal)
    payer, session = visitor(portal, row.customer_id)
    till = Till(portal, clock, emulator.provider, payer, shown.row.id, session)  # type: ignore[arg-type]
    return Shop(till, emulator, shown.webhook)
