"""Wompi's emulator is a page that a browser can pay on."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext

from portal.domain.payments import Order
from tests.emulators.base import Stage
from tests.emulators.wompi import WompiEmulator


@pytest.mark.parametrize(
    ("button", "status"), [("Aprobar", "APPROVED"), ("Rechazar", "DECLINED"), ("Pendiente", "PENDING")]
)
def test_a_payer_chooses_on_the_page_and_is_sent_back(
    context: BrowserContext, stage: Stage, button: str, status: str
) -> None:
    emulator = WompiEmulator()
    stage.play(emulator)
    back = f"{stage.url}/p/listo"
    order = Order(
        "FV-1042-A", 11_900_000, "COP", "Factura", emulator.now + timedelta(hours=1), back, "", payer_name="Ana"
    )
    tab = context.new_page()
    tab.goto(emulator.provider.open(emulator.account(), order).url)
    tab.get_by_role("button", name=button).click()
    tab.wait_for_url(f"{back}?*")
    (transaction_id,) = parse_qs(urlsplit(tab.url).query)["id"]
    known = emulator.transactions[transaction_id]
    assert (known["reference"], known["amount_in_cents"], known["status"]) == ("FV-1042-A", 11_900_000, status)
