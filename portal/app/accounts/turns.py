"""Comparing a password takes a core for a quarter of a second: few at a time, so that pages stay quick in a storm.

Who comes from a browser or an address that was in before never queues behind strangers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from portal.app.accounts.entering import plain_address
from portal.app.accounts.refusals import TooMany
from portal.app.accounts.throttle import PASSWORD, Try, check_room, is_known_place
from portal.app.portal import Portal
from portal.ledger.audit import Where
from portal.text import Text

_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)  # of each kind, in one process
_WAITING, _PATIENCE = 6, 5.0  # comparisons that may wait for each of those, and seconds at most
_BUSY = Text("Muchas personas entran a la vez en este momento. Espera unos segundos e inténtalo de nuevo.")


class Turns:
    """At most `at_once` at a time; `waiting` more wait, at most `patience` seconds; the rest is told to come back."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        self._free, self._places = threading.Semaphore(at_once), threading.Semaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def take(self) -> Iterator[None]:
        """While one compares or hashes. Raises TooMany."""
        if not self._places.acquire(blocking=False):
            raise TooMany(_BUSY)
        try:
            if not self._free.acquire(timeout=self._patience):
                raise TooMany(_BUSY)
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._places.release()


STRANGERS = Turns(_AT_ONCE, _WAITING * _AT_ONCE, _PATIENCE)
KNOWN = Turns(_AT_ONCE, _WAITING * _AT_ONCE, _PATIENCE)


@contextmanager
def in_turn(portal: Portal, email: str, browser: str, where: Where) -> Iterator[None]:
    """Around a sign-in's count and comparison. Raises TooMany (guessers don't even wait); Refused for no address."""
    asked = Try(PASSWORD, plain_address(email), browser, where)
    check_room(portal, asked)
    with (KNOWN if is_known_place(portal, asked) else STRANGERS).take():
        yield
