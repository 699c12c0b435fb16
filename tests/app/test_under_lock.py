"""A row that is decided once: whose it is may change while its lock is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from portal.app import under_lock as module
from portal.app.portal import Portal
from portal.app.under_lock import under_lock
from portal.domain.access import Actor, By
from portal.errors import NotFound
from tests.app.people import BOSS


@dataclass(frozen=True)
class Row:
    customer_id: int
    issuer_id: int = 1


pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[set[int]]:
    taken: list[set[int]] = []
    monkeypatch.setattr(module, "lock_customers", lambda _conn, ids: taken.append(ids))
    return taken


def test_a_customer_that_was_joined_meanwhile_is_locked_as_the_one_it_is_now(
    portal: Portal, locked: list[set[int]]
) -> None:
    def find(_conn: Any, _id: int, lock: bool = False) -> Row | None:
        assert lock is bool(locked)  # first without, then again under the lock
        return Row(2 if lock else 1)

    with portal.ledger.write("test") as unit:
        assert under_lock(unit, BOSS, find, 7) == Row(2) and locked == [{1}, {2}]


def test_who_may_not_book_and_what_is_not_there_lock_nothing(portal: Portal, locked: list[set[int]]) -> None:
    with portal.ledger.write("test") as unit:
        for actor, row in ((Actor(By.USER, "user:1"), Row(1)), (BOSS, None)):
            with pytest.raises(NotFound):
                under_lock(unit, actor, lambda *_asked, row=row, **_more: row, 7)
    assert locked == []
