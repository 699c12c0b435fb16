"""The morning after: a day's checkouts as they were, compared with what the provider says now."""

from __future__ import annotations

from datetime import date

from portal.app.payments.comparing import compare_day
from portal.app.payments.opening import door_of
from portal.domain.comparing import Compared, Finding
from portal.ledger.checkouts import Checkout
from portal.ledger.payment_accounts import account_row
from tests.app.payments.till import Till

DAY = date(2026, 3, 15)


def went(till: Till, *numbers: str, **more: object) -> Checkout:
    """A checkout whose payer went to the provider."""
    checkout = till.start(*numbers, **more)  # type: ignore[arg-type]
    till.work()
    door_of(till.portal, till.payer, checkout.id)
    return checkout


def compared(till: Till, day: date = DAY, account_id: int | None = None) -> Compared:
    """As on the morning after."""
    if till.clock.now().date() == day:
        till.clock.forward(days=1)
    with till.portal.ledger.read() as conn:
        row = account_row(conn, account_id or till.account_id)
    assert row is not None
    return compare_day(till.portal, row, day, "test")


def found(result: Compared) -> list[tuple[Finding, str, bool]]:
    return [(one.finding, one.transaction, one.recorded) for one in result.differences]
