"""Row ids made before the insert: 63 bits, growing with time, telling nobody how many rows there are."""

from __future__ import annotations

import secrets
import threading
import time

_START = 1_577_836_800_000  # 2020-01-01 in milliseconds: 41 bits of them last until 2089
_lock = threading.Lock()
_last = 0


def new_id() -> int:
    """An id greater than every one made before in this process; 22 random bits part processes."""
    global _last
    with _lock:
        fresh = ((time.time_ns() // 1_000_000 - _START) << 22) | secrets.randbits(22)
        _last = max(fresh, _last + 1)
        return _last
