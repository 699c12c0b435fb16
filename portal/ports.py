"""Protocols, only where two implementations exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from portal.clock import Clock
from portal.domain.mail import Mail

__all__ = ["Clock", "FileStore", "Mailer", "Queue"]


class FileStore(Protocol):
    """Bytes by their SHA-256. Putting the same bytes twice is one file; a stored file never changes."""

    def put(self, data: bytes) -> str:
        """Store bytes durably; returns their SHA-256 (64 hex digits)."""
        ...

    def put_stream(self, stream: BinaryIO) -> str:
        """Store what a stream holds, without holding it in memory; returns its SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when they are not there, FileDamaged when they don't match their name."""
        ...

    def size(self, sha256: str) -> int:
        """Bytes stored under a name; raises NotFound."""
        ...


class Queue(Protocol):
    """Hands committed outbox rows to the workers. Losing a call is harmless: the relay sends again."""

    def send(self, outbox_ids: Sequence[int]) -> None: ...


class Mailer(Protocol):
    """Sends a mail."""

    def send(self, mail: Mail) -> str:
        """Returns its Message-ID once the mail has been handed over.

        Raises MailRefused (final) or NotSent (try later); after any other error nobody knows whether it went out.
        """
        ...
