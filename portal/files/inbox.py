"""A folder per issuer into which its files are dropped: half-copied ones are waited for, each is taken by one process.

`root/TAXID/x.xml` → `en-proceso/` (by a rename: one succeeds) → `procesados/` or `rechazados/`, a report beside it.
Links are never followed: whoever may write there must not make the portal read anything else.
"""

from __future__ import annotations

import os
import secrets
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from portal.errors import Refused
from portal.text import Text

TAKEN, DONE, REFUSED = "en-proceso", "procesados", "rechazados"
SETTLED = 10.0  # seconds that a file must not have changed
_HALF = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
_LONGEST_NAME, _LONGEST_ENDING = 200, 10  # bytes of 255, characters
_MARK = "--"  # between the stamp of a taken file and its own name


class Inbox:
    """`now`: seconds that only go on."""

    def __init__(self, root: Path, now: Callable[[], float] = time.monotonic) -> None:
        self.root, self._now = root, now
        self._seen: dict[Path, tuple[int, int, float]] = {}  # size, time of change, since when it has both

    def folders(self) -> list[str]:
        """The tax ids that have a folder."""
        return sorted(path.name for path in self.root.iterdir() if _is_folder(path)) if _is_folder(self.root) else []

    def take(self, folder: str) -> None:
        """Take what has settled."""
        home = self.root / folder
        there = [path for path in home.iterdir() if _is_file(path) and not _half(path.name)]
        gone = {path for path in self._seen if path.parent == home} - set(there)
        for path in gone:
            del self._seen[path]
        for path in there:
            if self._settled(path):
                _rename(path, _inside(home, TAKEN) / f"{_stamp()}{_MARK}{_shortened(path.name)}")

    def taken(self, folder: str) -> list[str]:
        """What was taken and is not finished, the oldest first."""
        home = self.root / folder / TAKEN
        return sorted(path.name for path in home.iterdir() if _is_file(path)) if _is_folder(home) else []

    def read(self, folder: str, taken: str, limit: int) -> bytes:
        """A taken file's bytes. Raises Refused for more than `limit`, OSError for what can't be read."""
        with os.fdopen(os.open(self.root / folder / TAKEN / taken, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise Refused(Text("El archivo pesa más de {limit} MB: divídelo.", limit=limit >> 20))
        return data

    def finish(self, folder: str, taken: str, refused: bool, report: str) -> None:
        """Put a taken file where it belongs, its report beside it; another process may have done so."""
        home = self.root / folder
        path = _inside(home, REFUSED if refused else DONE) / taken
        beside = path.with_name(f"{taken}.informe.txt")
        if not beside.is_symlink():
            beside.write_text(report, encoding="utf-8")
        _rename(home / TAKEN / taken, path)

    def _settled(self, path: Path) -> bool:
        try:
            told = path.lstat()
        except FileNotFoundError:
            return False  # another process has taken it
        now, before = self._now(), self._seen.get(path)
        if before is None or before[:2] != (told.st_size, told.st_mtime_ns):
            self._seen[path] = (told.st_size, told.st_mtime_ns, now)
            return False
        return now - before[2] >= SETTLED


def own_name(taken: str) -> str:
    """What a taken file was called."""
    return taken.partition(_MARK)[2]


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def _shortened(name: str) -> str:
    """A name that leaves room for what is written around it, in characters that can be written anywhere."""
    clean = os.fsencode(name).decode(errors="replace")
    stem, dot, ending = clean.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= _LONGEST_ENDING else ""
    room = _LONGEST_NAME - len(tail.encode())
    return clean.removesuffix(tail).encode()[:room].decode(errors="ignore") + tail


def _half(name: str) -> bool:
    return name.startswith((".", "~")) or name.lower().endswith(_HALF)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _inside(home: Path, name: str) -> Path:
    path = home / name
    path.mkdir(exist_ok=True)
    if path.is_symlink():
        raise OSError(f"{path} is a link: take it away")
    return path


def _rename(path: Path, to: Path) -> None:
    """Nothing when another process was first."""
    try:
        path.rename(to)
    except FileNotFoundError:
        return
