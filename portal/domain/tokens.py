"""Tokens: of a personal link (can be made again, needs no storage) and of a session (random, only its hash is kept)."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass

_PURPOSE = b"portal personal link 1\n"  # the same secret signs other things: none may pass for a link
_STOP = b"portal reminder stop 1\n"
_HEAD = struct.Struct(">QI")
_MAC_BYTES = 18  # 144 bits; with the head 30 bytes, which is exactly 40 characters without padding
_SHAPE = re.compile(r"[A-Za-z0-9_-]{40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkToken:
    """What a genuine token says: which link, and which of its versions. Not whether that one is still good."""

    link_id: int
    version: int


def make_link_token(link_id: int, version: int, secret: bytes) -> str:
    """The 40 URL-safe characters of a link's version: id, version, HMAC-SHA256 under `secret`, cut to 144 bits."""
    head = _HEAD.pack(link_id, version)
    return urlsafe_b64encode(head + _mac(head, secret, _PURPOSE)).decode("ascii")


def read_link_token(token: str, keys: Iterable[bytes]) -> LinkToken | None:
    """What a token says if one of `keys` signed it, else None. Takes equal time whichever key it was."""
    return _read(token, keys, _PURPOSE)


def make_stop_token(row_id: int, kind: int, secret: bytes) -> str:
    """The 40 characters by which whoever got a mail stops those of its kind: of no use as a personal link."""
    head = _HEAD.pack(row_id, kind)
    return urlsafe_b64encode(head + _mac(head, secret, _STOP)).decode("ascii")


def read_stop_token(token: str, keys: Iterable[bytes]) -> tuple[int, int] | None:
    """The row and the kind that a token of `make_stop_token` names, if one of `keys` signed it."""
    told = _read(token, keys, _STOP)
    return (told.link_id, told.version) if told else None


def new_session_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def session_hash(token: str) -> str:
    """What the ledger keeps of a session's token: whoever reads the ledger can't open the session (64 hex digits)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _read(token: str, keys: Iterable[bytes], purpose: bytes) -> LinkToken | None:
    if not _SHAPE.fullmatch(token):
        return None
    raw = urlsafe_b64decode(token)
    head, mac = raw[: _HEAD.size], raw[_HEAD.size :]
    genuine = [hmac.compare_digest(mac, _mac(head, key, purpose)) for key in keys]
    return LinkToken(*_HEAD.unpack(head)) if any(genuine) else None


def _mac(head: bytes, key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, purpose + head, hashlib.sha256)[:_MAC_BYTES]
