"""A ZIP that is written member by member, with the SHA-256 of each in a list that `sha256sum -c` reads."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from datetime import datetime
from typing import BinaryIO

SUMS = "SHA256SUMS"
_BLOCK = 1 << 20
_MODE = 0o644 << 16
_COMPRESSED = ("pdf", "xlsx")  # no use to try again


class Archive:
    """A context manager; whole once `finish` was called. Nothing but the directory of members is held in memory."""

    def __init__(self, out: BinaryIO, at: datetime) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._at = at.timetuple()[:6]
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115  closed at the end

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._sums.close()

    def add(self, name: str, data: bytes) -> str:
        """One more member; its SHA-256."""
        self._zip.writestr(self._info(name), data)
        return self._noted(name, hashlib.sha256(data).hexdigest())

    def add_file(self, name: str, file: BinaryIO) -> str:
        """One more member out of a file, from its beginning, a block at a time."""
        digest = hashlib.sha256()
        file.seek(0)
        with self._zip.open(self._info(name), "w", force_zip64=True) as member:
            while block := file.read(_BLOCK):
                digest.update(block)
                member.write(block)
        return self._noted(name, digest.hexdigest())

    def finish(self) -> None:
        """The list of sums comes last."""
        self._sums.seek(0)
        with self._zip.open(self._info(SUMS), "w", force_zip64=True) as member:
            while block := self._sums.read(_BLOCK):
                member.write(block)

    def _noted(self, name: str, sha256: str) -> str:
        self._sums.write(f"{sha256}  {name}\n".encode())
        return sha256

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._at)
        info.external_attr = _MODE
        stored = name.rpartition(".")[2] in _COMPRESSED
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        return info
