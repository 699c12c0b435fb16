"""How fast a process lets its API be used: so many calls a minute by a token, so many wrong ones from an address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from portal.errors import PortalError
from portal.text import Text

CALLS, GUESSES = 120, 30  # a minute
_MINUTE = 60.0
_MOST_KEYS = 10_000  # remembered at once; the one not seen for longest is forgotten first


class TooFast(PortalError):
    """`seconds`: when to come back."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(Text("Demasiadas peticiones: espera {seconds} segundos.", seconds=seconds))
        self.seconds = seconds


class Pace:
    """Rolling windows of a minute."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, token: str) -> None:
        """Count a call. Raises TooFast when there are too many."""
        key = f"call {token}"
        with self._lock:
            self._check(key, CALLS)
            self._count(key)

    def check_guesses(self, address: str) -> None:
        """Raises TooFast when too many wrong tokens came from there."""
        with self._lock:
            self._check(f"guess {address}", GUESSES)

    def count_guess(self, address: str) -> None:
        with self._lock:
            self._count(f"guess {address}")

    def _check(self, key: str, most: int) -> None:
        seen, now = self._seen.get(key), self._now()
        while seen and seen[0] <= now - _MINUTE:
            seen.popleft()
        if seen and len(seen) >= most:
            raise TooFast(max(1, round(seen[0] + _MINUTE - now)))

    def _count(self, key: str) -> None:
        self._seen.setdefault(key, deque()).append(self._now())
        self._seen.move_to_end(key)
        while len(self._seen) > _MOST_KEYS:
            self._seen.popitem(last=False)
