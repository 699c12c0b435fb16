"""When a checkout's provider is asked again: often while somebody waits, rarely for what may still change."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from portal.domain.checkouts import ENDED, State
from portal.ledger.checkouts import Checkout

LEASE = timedelta(minutes=5)  # until a look that was begun and never ended is due again
_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# After each look, how long until the next: while a payer waits, then while money may still come, then for refunds.
WAITING = (*(timedelta(seconds=s) for s in (10, 20, 40)), *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)), _HOUR)
ENDED_LOOKS = (_HOUR, 6 * _HOUR, *(_DAY,) * 30)
PAID_LOOKS = (*(_DAY,) * 30, *(7 * _DAY,) * 22)  # half a year: as long as a card's payment can be taken back


def next_look(checkout: Checkout, now: datetime, silent: bool = False) -> datetime | None:
    """When to ask again; None: never. `silent`: the provider did not answer, so that what it knows is still unknown."""
    gap = _gap(checkout, now)
    if silent:
        soon = _waiting(now - checkout.created_at)
        gap = soon if gap is None else min(gap, soon)
    return None if gap is None else now + gap * random.uniform(0.9, 1.1)  # noqa: S311


def _gap(checkout: Checkout, now: datetime) -> timedelta | None:
    if checkout.state not in ENDED:
        return _waiting(now - max(checkout.redirected_at or checkout.created_at, checkout.created_at))
    plan = PAID_LOOKS if checkout.state is State.APPROVED else ENDED_LOOKS
    passed = now - checkout.created_at
    for gap in plan:
        passed -= gap
        if passed < timedelta():
            return gap
    return None


def _waiting(passed: timedelta) -> timedelta:
    return next((gap for gap in WAITING if passed <= 4 * gap), WAITING[-1])
