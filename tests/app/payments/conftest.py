"""A till with three invoices over 1,000, 500 and 250 pesos."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.payments.accounts import show_account
from portal.app.portal import Portal
from portal.domain.access import Actor
from tests.app.payments.till import Till, open_till
from tests.app.people import BOSS, staff
from tests.factories import FrozenClock, bring, facts


@pytest.fixture
def till(portal: Portal, clock: FrozenClock) -> Till:
    bring(
        portal,
        facts("FE-1", 1000, due_date=date(2026, 3, 10)),
        facts("FE-2", 500, due_date=date(2026, 3, 20)),
        facts("FE-3", 250, due_date=date(2026, 3, 30)),
    )
    return open_till(portal, clock)


@pytest.fixture
def issuer(till: Till) -> int:
    return show_account(till.portal, BOSS, till.account_id).row.issuer_id


@pytest.fixture
def collector(till: Till, issuer: int) -> Actor:
    """Somebody of the issuer's who books payments."""
    return staff(till.portal, issuer)
