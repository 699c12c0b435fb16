"""Requests that no client library would send, over a plain socket."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from tests.emulators.base import Sent


def raw_post(url: str, headers: list[bytes], body: bytes = b"", length: int | None = None) -> int:
    """Send these header lines as they are; the status of the answer."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    head = [f"POST {path} HTTP/1.1".encode(), b"Host: x", b"Connection: close", *headers]
    head.append(b"Content-Length: %d" % (len(body) if length is None else length))
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as wire:
        wire.sendall(b"\r\n".join(head) + b"\r\n\r\n" + body)
        return int(wire.makefile("rb").readline().split()[1])


def with_headers(notice: Sent, **changes: bytes) -> list[bytes]:
    """The notice's header lines, some of them changed (`_` for `-`); b"" leaves one out."""
    kept = {name.lower().encode(): value.encode() for name, value in notice.headers.items()}
    kept |= {name.replace("_", "-").encode(): value for name, value in changes.items()}
    return [name + b": " + value for name, value in kept.items() if value]
