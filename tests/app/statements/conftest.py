"""An account that statements are issued of; the views' first copy is made in this process."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.portal import Portal
from portal.app.statements.issuing import Wish
from portal.domain.documents import Kind
from portal.views import store
from portal.views.build import build
from tests.app.statements.account import account_of
from tests.factories import XYZ, bring, facts, pays


@pytest.fixture(autouse=True)
def built_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "build_apart", build)


@pytest.fixture
def wish(portal: Portal) -> Wish:
    """The first quarter of ABC: invoices of 1,000 on the 1st of February and of March, a receipt of 400."""
    bring(portal, facts("FE-2", issue_date=date(2026, 2, 1)), facts("FE-1"), facts("FE-9", customer=XYZ))
    bring(portal, facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1")))
    return Wish(*account_of(portal, "FE-1"), "COP", date(2026, 1, 1), date(2026, 3, 31))
