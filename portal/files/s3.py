"""Files in an S3-compatible store, by their SHA-256, through obstore."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import obstore
from obstore.store import S3Store

from portal.errors import FileDamaged, NotFound

_BLOCK = 1 << 20


class S3Files:
    """`s3://bucket/prefix`; credentials, region and endpoint come from the usual AWS_* variables."""

    def __init__(self, url: str, **options: str) -> None:
        self.store = S3Store.from_url(url, **options)  # type: ignore[arg-type]

    def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        obstore.put(self.store, sha256, data)
        return sha256

    def put_stream(self, stream: BinaryIO) -> str:
        digest = hashlib.sha256()
        with tempfile.TemporaryFile() as part:
            while block := stream.read(_BLOCK):
                digest.update(block)
                part.write(block)
            part.seek(0)
            obstore.put(self.store, digest.hexdigest(), part)
        return digest.hexdigest()

    def get(self, sha256: str) -> bytes:
        try:
            data = bytes(obstore.get(self.store, sha256).bytes())
        except FileNotFoundError:
            raise NotFound() from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise FileDamaged(sha256)
        return data

    def blocks(self, sha256: str) -> Iterator[bytes]:
        try:
            found = obstore.get(self.store, sha256)
        except FileNotFoundError:
            raise NotFound() from None
        return (bytes(block) for block in found.stream(min_chunk_size=_BLOCK))

    def remove(self, sha256: str) -> None:
        with suppress(FileNotFoundError):
            obstore.delete(self.store, sha256)

    def size(self, sha256: str) -> int:
        try:
            return int(obstore.head(self.store, sha256)["size"])
        except FileNotFoundError:
            raise NotFound() from None
