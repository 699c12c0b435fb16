"""ABC owes Ejemplar 1,000 (FE-1), 500 (FE-2) and 250 (FE-3); 70 are in its favour, and 40 wait for FE-9."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.portal import Portal
from portal.domain.documents import Kind
from tests.app.book.counter import Counter, open_counter
from tests.factories import XYZ, bring, facts, pays


@pytest.fixture
def counter(portal: Portal) -> Counter:
    bring(
        portal,
        facts("FE-1", 1000, due_date=date(2026, 3, 10)),
        facts("FE-2", 500, due_date=date(2026, 3, 20)),
        facts("FE-3", 250, due_date=date(2026, 3, 30)),
        facts("AN-1", 70, Kind.ADVANCE),
        facts("AN-2", 40, Kind.ADVANCE, references=pays("FE-9")),
        facts("FE-8", 300, customer=XYZ),
        facts("US-1", 20, currency="USD"),
    )
    return open_counter(portal)
