"""The process's own copy: made when missing, current before each read, replaced whole when that is cheaper."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from portal.errors import PortalError
from portal.views import shaping
from portal.views.build import build_apart
from portal.views.check import differences
from portal.views.generation import Generation, Limits, Retired, delete_copy, open_copy
from portal.views.refresh import Delta
from portal.views.slots import Slot
from portal.views.source import ChangeSource

log = logging.getLogger(__name__)
REBUILD_ABOVE = 50_000  # changed rows from which building anew beats a delta


class Views:
    """The ledger's copy under `directory`, one object per process. Opens nothing until the first read."""

    def __init__(
        self, directory: Path, changes: ChangeSource, limits: Limits | None = None, rebuild_above: int = REBUILD_ABOVE
    ) -> None:
        self._directory = directory
        self._changes = changes
        self._limits = limits or Limits()
        self._rebuild_above = rebuild_above
        self._refreshing = threading.RLock()
        self._slot: Slot | None = None
        self._generation: Generation | None = None

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in one reading transaction that sees everything committed to the ledger before this call."""
        with ExitStack() as stack:
            cursor = self._enter(stack)
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            yield cursor

    def fresh(self) -> int:
        """Bring the copy up to the ledger's last change and return its number; microseconds when nothing changed."""
        return self._current().seq

    def rebuild(self) -> None:
        """Build anew and swap, which puts the rows back in order (every night); readers go on with the old copy."""
        with self._refreshing:
            self._rebuild()

    def check(self) -> list[str]:
        """What the copy holds otherwise than the ledger, one Spanish sentence each; empty when it is true."""
        with self._refreshing:
            generation = self._current()
            with self._changes.snapshot() as snapshot, generation.cursor() as cursor:
                if snapshot.seq != generation.seq:
                    self._apply(generation, Delta(snapshot, generation.seq))
                return differences(snapshot, cursor)

    def close(self) -> None:
        """Close the copy and the source, keep the file for the next start, and give the slot up."""
        with self._refreshing:
            self._changes.close()
            if self._generation:
                self._generation.retire(delete=False)
            if self._slot:
                self._slot.release()
            self._generation = self._slot = None

    def _enter(self, stack: ExitStack) -> duckdb.DuckDBPyConnection:
        while True:
            try:
                return stack.enter_context(self._current().cursor())
            except Retired:  # swapped between the two steps
                continue

    def _current(self) -> Generation:
        generation, last = self._generation, self._changes.last()
        if generation and generation.seq == last and generation.intact:
            return generation
        with self._refreshing:
            return self._bring_up()

    def _bring_up(self) -> Generation:
        generation = self._generation if self._generation and self._generation.intact else self._reopen()
        if generation is None:
            return self._rebuild()
        last = self._changes.last()
        if last < generation.seq:  # the ledger was restored from a backup
            return self._rebuild()
        return generation if last == generation.seq else self._follow(generation)

    def _follow(self, generation: Generation) -> Generation:
        with self._changes.snapshot() as snapshot:
            big = snapshot.changed(generation.seq, self._rebuild_above + 1) > self._rebuild_above
            delta = None if big else Delta(snapshot, generation.seq)
        if delta is None:
            return self._rebuild()
        try:
            self._apply(generation, delta)
        except duckdb.Error:
            log.warning("a refresh of the views failed: building them anew", exc_info=True)
            return self._rebuild()
        return generation

    def _apply(self, generation: Generation, delta: Delta) -> None:
        with generation.cursor() as cursor:
            delta.apply(cursor)
        generation.seq = delta.seq

    def _reopen(self) -> Generation | None:
        """The copy that an earlier process of this slot left, if it is of our making and opens."""
        self._discard()
        slot = self._held_slot()
        for path in slot.leftovers():
            delete_copy(path)
        for path in slot.copies():
            found = self._usable(path)
            if found and not self._generation:
                self._generation = found
            elif found:
                found.retire(delete=True)
        return self._generation

    def _usable(self, path: Path) -> Generation | None:
        try:
            connection = open_copy(path, self._limits)
        except duckdb.Error as error:
            if "lock" not in str(error):  # a file that a living process holds is not ours to delete
                delete_copy(path)
            return None
        try:
            generation = Generation(path, connection)
        except (duckdb.Error, IndexError):
            connection.close()
            delete_copy(path)
            return None
        if generation.made_by == (shaping.VERSION, duckdb.__version__, self._changes.identity()):
            return generation
        generation.retire(delete=True)
        return None

    def _rebuild(self) -> Generation:
        slot = self._held_slot()
        target = slot.new_name()
        building = target.with_suffix(".building")
        try:
            build_apart(self._changes, building)
            building.rename(target)
            fresh = Generation(target, open_copy(target, self._limits))
        except (PortalError, OSError, duckdb.Error):
            delete_copy(building)
            if slot.held:
                raise
            return self._rebuild()  # somebody deleted the directory meanwhile
        self._discard()
        self._generation = fresh
        return fresh

    def _discard(self) -> None:
        if self._generation:
            self._generation.retire(delete=True)
        self._generation = None

    def _held_slot(self) -> Slot:
        if self._slot and not self._slot.held:
            self._slot.release()
            self._slot = None
        self._slot = self._slot or Slot.take(self._directory)
        return self._slot
