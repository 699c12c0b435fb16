"""The mailbox over IMAP: read by uid, flagged as read, never changed otherwise."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

from portal.errors import PostboxDown
from portal.text import Text

TIMEOUT = 30.0  # seconds for each answer of the server
_PORTS = {"imap": 143, "imaps": 993}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"UID (\d+)[^)]*RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*UID (\d+)")


class ImapPostbox:
    """`imaps://user:password@host:port/Folder` (percent-encoded; INBOX unless named), or imap:// with STARTTLS where it
    is offered. A password goes out over verified TLS only, but to this machine itself.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self._wrapped, self._timeout = parts.scheme == "imaps", timeout
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"

    @contextmanager
    def open(self) -> Iterator[_Session]:
        with _down_if_it_fails():
            server = self._connected()
        try:
            with _down_if_it_fails():
                self._log_in(server)
                yield _Session(server, self._folder)
        finally:
            with suppress(Exception):
                server.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context()
        if self._wrapped:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=context, timeout=self._timeout)
        server = imaplib.IMAP4(self._host, self._port, timeout=self._timeout)
        if "STARTTLS" in server.capabilities:
            server.starttls(context)
        elif self._host not in ("localhost", "127.0.0.1", "::1"):
            server.shutdown()
            raise PostboxDown(Text("El buzón no ofrece cifrado: usa imaps://."))
        return server

    def _log_in(self, server: imaplib.IMAP4) -> None:
        try:
            server.login(self._user, self._password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise PostboxDown(Text("El buzón no acepta el usuario o la contraseña: revisa PORTAL_IMAP_URL.")) from None


class _Session:
    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        self._server = server
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        _ok(server.select(f'"{quoted}"'))
        self.validity = int(server.response("UIDVALIDITY")[1][0] or 0)

    def after(self, uid: int, since: date, limit: int) -> Sequence[tuple[int, int]]:
        day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
        (found,) = _ok(self._server.uid("SEARCH", f"UID {uid + 1}:*", f"SINCE {day}"))[:1] or [b""]
        uids = sorted(one for one in map(int, (found or b"").split()) if one > uid)[:limit]
        if not uids:
            return []
        told = _ok(self._server.uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)"))
        sizes = dict(_size(line) for line in told if isinstance(line, bytes) and _SIZE.search(line))
        return [(one, sizes[one]) for one in uids if one in sizes]

    def read(self, uid: int) -> bytes:
        for part in _ok(self._server.uid("FETCH", str(uid), "(BODY.PEEK[])")):
            if isinstance(part, tuple):
                return bytes(part[1])
        return b""

    def mark(self, uid: int) -> None:
        _ok(self._server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))


def _size(line: bytes) -> tuple[int, int]:
    found = _SIZE.search(line)
    assert found is not None  # noqa: S101 - looked for by the caller
    first, second, third, fourth = found.groups()
    return (int(first), int(second)) if first else (int(fourth), int(third))


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise PostboxDown(Text("El buzón respondió que no puede: {said}.", said=str(answer[1])[:100]))
    return answer[1]


@contextmanager
def _down_if_it_fails() -> Iterator[None]:
    try:
        yield
    except ssl.SSLError as error:
        raise PostboxDown(Text("El certificado del buzón no es válido ({said}).", said=str(error)[:100])) from error
    except (OSError, EOFError, imaplib.IMAP4.error, ValueError) as error:
        raise PostboxDown(Text("El buzón no responde ({said}).", said=str(error)[:100])) from error
