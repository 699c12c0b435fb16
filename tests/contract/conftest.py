"""Every provider, played by its emulator over real HTTP."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from portal.domain.payments import Account, Door, Order, Question, Transaction
from tests.emulators.base import Emulator, Stage
from tests.emulators.registry import EMULATORS

NUMBERS = count(1001)


@pytest.fixture(params=sorted(EMULATORS))
def emulator(request: pytest.FixtureRequest, stage: Stage) -> Emulator:
    return stage.play(EMULATORS[request.param]())


def make_order(emulator: Emulator, **changes: Any) -> Order:
    told: dict[str, Any] = {
        "reference": f"FV-{next(NUMBERS)}-A1x",
        "amount": 11_900_000,
        "currency": "COP",
        "description": "Factura FV-1042 «ñandú» & cía.",
        "expires_at": emulator.now + timedelta(hours=1),
        "return_url": "https://portal.example/pay/return/A1x",
        "notice_url": "http://127.0.0.1:9/webhooks/provider/1",
        "payer_name": "Ana Ruiz Peña",
        "payer_email": "ana+pagos@cliente.example",
    }
    return Order(**(told | changes))


def paid(emulator: Emulator, outcome: str = "approved", **changes: Any) -> tuple[Order, Door, str]:
    """An order that a payer went to pay: with its door, and the transaction's id."""
    order = make_order(emulator, **changes)
    door = emulator.provider.open(emulator.account(), order)
    return order, door, emulator.pay(door, outcome)


def told(emulator: Emulator, order: Order, door: Door, *ids: str, account: Account | None = None) -> list[Transaction]:
    """What the provider tells of a checkout."""
    question = Question(order.reference, door.session_id, ids)
    return list(emulator.provider.transactions(account or emulator.account(), question))
