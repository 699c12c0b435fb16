"""The most memory that a process and its children have while something runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

_EVERY = 0.05


class Watch:
    """A context manager: `above` is the peak above what there was at its beginning, in MiB (Linux only, else 0)."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._idle = self._peak = 0

    def __enter__(self) -> Watch:
        self._idle = self._peak = tree()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def above(self) -> float:
        return (self._peak - self._idle) / 2**20

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            self._peak = max(self._peak, tree())


def tree() -> int:
    """Resident bytes of this process and of those it has started."""
    return sum(map(_resident, (os.getpid(), *_children(os.getpid()))))


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    own = [int(child) for path in found for child in path.read_text().split()]
    return own + [further for child in own for further in _children(child)]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), 0)
