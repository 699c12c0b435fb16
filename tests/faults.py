"""Points at which a process may die: before every statement and commit, and around every call to the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError


class Killed(BaseException):
    """The process is gone: nothing in it runs any more, no handler either."""


def _gone() -> None:
    raise Killed


class Faults:
    """Counts the points that work passes and, once armed, dies at one of them, or lets one statement fail there.

    `die`: how; a process of its own may really be killed.
    """

    def __init__(self, engine: Engine, die: Callable[[], None] = _gone) -> None:
        self.passed, self._die = 0, die
        self._at: int | None = None
        self._kills = self._dead = self._spared = False
        event.listen(engine, "before_cursor_execute", lambda *_: self.point(True))
        event.listen(engine, "commit", lambda _conn: self.point(True))

    def point(self, may_fail: bool = False) -> None:
        """Called at every point; `may_fail`: a database may refuse here."""
        if self._spared:
            return
        if self._dead:
            raise Killed
        self.passed += 1
        if self._at is None or self.passed < self._at:
            return
        if self._kills:
            self._dead = True
            self._die()
        if may_fail:
            self._at = None
            raise OperationalError("a statement", {}, Exception("the database is away"))

    @contextmanager
    def at(self, point: int | None, kills: bool = True) -> Iterator[None]:
        """Die (or fail) at the given point of what runs in the block, counted from 1; then all is well again."""
        self.passed, self._at, self._kills = 0, point, kills
        try:
            yield
        except Killed:
            pass
        finally:
            self._at, self._dead = None, False

    @contextmanager
    def spared(self) -> Iterator[None]:
        """What a test itself asks in between."""
        self._spared = True
        try:
            yield
        finally:
            self._spared = False

    def points_of(self, work: Callable[[], object]) -> int:
        """How many points some work passes."""
        with self.at(None):
            work()
        return self.passed
