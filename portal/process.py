"""How a process of the portal is set up, whatever part of it runs inside."""

from __future__ import annotations

import gc
import os

_BEHIND = 10


def calm_collector() -> None:
    """Let the garbage collector look less often, and never again at what is loaded now.

    Documents come by the ten thousand: with Python's own thresholds a sheet's import spends a fifth of its time on
    objects that are all still in use.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def stand_back() -> None:
    """Let other processes go first: for work that nobody waits for at a page."""
    if hasattr(os, "nice"):
        os.nice(_BEHIND)
