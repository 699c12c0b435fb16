"""Files in a local directory, named by their SHA-256; durable before `put` returns."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.errors import FileDamaged, NotFound

_BLOCK = 1 << 20


class LocalFiles:
    """`root/ab/cd/abcd…`: written beside its place, synced, then renamed, so that no half file ever has a name."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        return sha256 if self._path(sha256).exists() else self.put_stream(io.BytesIO(data))

    def put_stream(self, stream: BinaryIO) -> str:
        self.root.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".part-", delete=False) as part:
            try:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    part.write(block)
                part.flush()
                os.fsync(part.fileno())
                path = self._path(digest.hexdigest())
                path.parent.mkdir(parents=True, exist_ok=True)
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return digest.hexdigest()

    def get(self, sha256: str) -> bytes:
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise NotFound() from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamaged(sha256)
        return data

    def blocks(self, sha256: str) -> Iterator[bytes]:
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound() from None
        return _blocks(file)

    def remove(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def size(self, sha256: str) -> int:
        try:
            return self._path(sha256).stat().st_size
        except FileNotFoundError:
            raise NotFound() from None

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
