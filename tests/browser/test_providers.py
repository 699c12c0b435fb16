"""Through each company's page in Chromium, the portal's policy on, to money in the ledger; notices over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from sqlalchemy import select

from portal.app.links import create_link
from portal.app.payments.accounts import set_account
from portal.app.payments.quoting import bills_of, fill_basket
from portal.app.payments.starting import Wish, start_checkout
from portal.app.sessions import session_actor
from portal.domain.access import operator
from portal.domain.parties import Party
from portal.domain.tokens import session_hash
from portal.ledger.checkouts import Checkout, find_checkout
from portal.ledger.outbox import hurry_unclaimed
from portal.ledger.payment_tables import notices, payments
from portal.ledger.tables import documents
from tests.emulators.base import Emulator, Stage
from tests.emulators.registry import EMULATORS
from tests.factories import bring, facts
from tests.portal_server import Running
from tests.waiting import until

PAYER = Party("CO", "31", "900777888", "Pagadora S.A.S.")  # the other tests count what their customers have
BUTTONS = {"approved": "Aprobar", "declined": "Rechazar", "pending": "Pendiente"}


class Payer:
    """A customer in a browser, an invoice of its own, and an account with an emulated company."""

    def __init__(self, running: Running, page: Page, emulator: Emulator) -> None:
        self.running, self.page, self.emulator = running, page, emulator
        self.number = f"PV-{uuid4().hex[:6]}".upper()
        bring(running.portal, facts(self.number, 119_000, customer=PAYER))
        with running.portal.ledger.read() as conn:
            self.row = conn.execute(select(documents).where(documents.c.number == self.number)).one()
        page.goto(create_link(running.portal, operator("test"), self.row.customer_id).url or "")
        page.wait_for_url(f"{running.url}/")
        urls = {"api_url": emulator.url, "checkout_url": emulator.url}
        name, keys = emulator.provider.name, emulator.credentials()
        shown = set_account(running.portal, operator("test"), self.row.issuer_id, name, keys, **urls)
        self.account = shown.row.id
        if hasattr(emulator, "events_url"):  # at Wompi it is set in the panel, for all payments
            emulator.events_url = shown.webhook

    def start(self) -> Checkout:
        """The checkout of this browser's visitor; its job is the web process's."""
        (cookie,) = [one["value"] for one in self.page.context.cookies() if one["name"] == "portal"]
        portal = self.running.portal
        actor = session_actor(portal, session_hash(cookie))
        assert actor is not None
        basket = fill_basket(portal, actor, [self.row.id])
        bill = bills_of(portal, actor, basket)[0]
        wish = Wish(basket, uuid4().hex, bill.issuer_id, bill.customer_id, "COP", self.account, bill.outstanding)
        made = start_checkout(portal, actor, wish)
        with portal.ledger.write("test") as unit:
            hurry_unclaimed(unit)
            unit.commit()
        assert made is not None
        return self.checkout(made)

    def checkout(self, checkout_id: int) -> Checkout:
        with self.running.portal.ledger.read() as conn:
            found = find_checkout(conn, checkout_id)
        assert found is not None
        return found


@pytest.fixture(params=EMULATORS)
def payer(request: pytest.FixtureRequest, running: Running, page: Page, stage: Stage) -> Payer:
    emulator = EMULATORS[request.param]()
    emulator.deliver_at_once = True
    stage.play(emulator)
    return Payer(running, page, emulator)


@pytest.fixture
def page(context: BrowserContext, running: Running) -> Iterator[Page]:
    """A tab that may leave the portal; what the portal's own pages report as forbidden fails the test."""
    tab, complaints = context.new_page(), list[str]()

    def read(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text and tab.url.startswith(running.url):
            complaints.append(message.text)

    tab.on("console", read)
    yield tab
    assert complaints == []


def test_a_payer_goes_to_the_company_pays_and_is_back_and_the_ledger_knows(payer: Payer) -> None:
    checkout, page = payer.start(), payer.page
    page.goto(f"{payer.running.url}/pay/{checkout.id}")
    page.wait_for_url(f"{payer.emulator.url}/**", timeout=30_000)
    page.get_by_role("button", name=BUTTONS["approved"]).click()
    page.wait_for_url(f"{payer.running.url}/pago?b={checkout.basket_id}*", timeout=30_000)
    until(lambda: _genuine(payer), "the company's notice")
    if payer.emulator.provider.name == "payu":  # it may not be asked in the first seven minutes
        assert payer.checkout(checkout.id).claimed == "approved"
        return
    until(lambda: payer.checkout(checkout.id).state == "approved", "the payment in the ledger")
    with payer.running.portal.ledger.read() as conn:
        found = conn.execute(select(payments).where(payments.c.checkout_id == checkout.id)).all()
    assert [(one.amount, one.trouble) for one in found] == [(11_900_000, None)]


def test_a_refusal_leaves_the_way_open(payer: Payer) -> None:
    checkout, page = payer.start(), payer.page
    page.goto(f"{payer.running.url}/pay/{checkout.id}")
    page.wait_for_url(f"{payer.emulator.url}/**", timeout=30_000)
    page.get_by_role("button", name=BUTTONS["declined"]).click()
    page.wait_for_url(f"{payer.running.url}/pago?b={checkout.basket_id}*", timeout=30_000)
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    with payer.running.portal.ledger.read() as conn:
        assert conn.execute(select(payments).where(payments.c.checkout_id == checkout.id)).first() is None


def _genuine(payer: Payer) -> bool:
    with payer.running.portal.ledger.read() as conn:
        mine = notices.c.account_id == payer.account, notices.c.verdict == "genuine", notices.c.handled_at.is_not(None)
        return conn.execute(select(notices.c.id).where(*mine)).first() is not None
