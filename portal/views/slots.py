"""Each process has its own copy: a numbered slot, held by a lock for as long as the process lives."""

from __future__ import annotations

import fcntl
import itertools
import os
import secrets
from pathlib import Path


class Slot:
    """The right to every `views-<number>-*` file of a directory. The lock goes with the process, however it ends."""

    def __init__(self, directory: Path, number: int, handle: int) -> None:
        self.directory = directory
        self.number = number
        self._handle = handle

    @classmethod
    def take(cls, directory: Path) -> Slot:
        """The first slot that no living process holds; makes the directory."""
        for number in itertools.count():
            directory.mkdir(parents=True, exist_ok=True)
            handle = os.open(directory / f"slot-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            slot = cls(directory, number, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                slot.release()
                continue
            if slot.held:
                return slot
            slot.release()
        raise AssertionError("numbers don't end")

    @property
    def held(self) -> bool:
        """False once somebody deleted the lock file: another process may then hold this number."""
        try:
            there = (self.directory / f"slot-{self.number}.lock").stat()
        except FileNotFoundError:
            return False
        return os.path.samestat(there, os.fstat(self._handle))

    def copies(self) -> list[Path]:
        """This slot's finished files, the newest first."""
        found = [path for path in self.directory.glob(f"views-{self.number}-*.duckdb") if path.exists()]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def leftovers(self) -> list[Path]:
        """What a killed process of this slot left half-built."""
        return list(self.directory.glob(f"views-{self.number}-*.building"))

    def new_name(self) -> Path:
        """A name never used before: reopening a name in one process would give the old file again."""
        return self.directory / f"views-{self.number}-{secrets.token_hex(6)}.duckdb"

    def release(self) -> None:
        os.close(self._handle)
