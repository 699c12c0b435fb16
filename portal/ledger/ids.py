"""Row ids made before the insert: 63 bits, growing with time, telling nobody how many rows there are."""

from __future__ import annotations

import random
import secrets
import threading
import time

_START = 1_577_836_800  # 2020-01-01: 31 bits of seconds last until 2088
_BITS = 32
_lock = threading.Lock()
_second = 0
_last = 0


def new_id() -> int:
    """An id greater than every one made before in this process.

    Each second begins at a random place of 2^32, so that processes that import thousands of documents in the
    same second hardly ever meet; steps of random length don't count rows for anybody.
    """
    return id_block(1)


def id_block(size: int) -> int:
    """The first of `size` ids in a row that nobody has."""
    global _second, _last
    with _lock:
        second = int(time.time())
        if second > _second:
            _second = second
            _last = max(_last, ((second - _START) << _BITS) | secrets.randbits(_BITS))
        first = _last + 1 + random.getrandbits(4)
        _last = first + size - 1
        return first
