"""Tokens that mails come back with: whose reply it is, or which mail came back. They store nothing."""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from base64 import b32decode, b32encode
from collections.abc import Iterable
from enum import StrEnum

_PURPOSE = b"portal mail address 1\n"  # the same secret signs other things: none may pass for an address
_HEAD = struct.Struct(">Q")
_MAC_BYTES = 17  # 136 bits; with the head 25 bytes: exactly 40 letters, and case means nothing in an address
_SHAPE = re.compile(r"([rbm])([a-z2-7]{40})", re.ASCII)
LENGTH = 41


class Back(StrEnum):
    """Where a token stands: in an address of ours that mails come to, or in the Message-ID of a mail of ours."""

    REPLY = "r"  # a person of a thread answers
    BOUNCE = "b"  # a mail could not be delivered
    MESSAGE = "m"  # a report, or an answer, names a mail


def make_mail_token(back: Back, row_id: int, secret: bytes) -> str:
    """41 lower-case letters and digits: what it is for, a row's id, HMAC-SHA256 under `secret`."""
    head = _HEAD.pack(row_id)
    return back + b32encode(head + _mac(back, head, secret)).decode("ascii").lower()


def read_mail_token(token: str, keys: Iterable[bytes]) -> tuple[Back, int] | None:
    """What a token says if one of `keys` signed it, else None. Takes equal time whichever key it was."""
    found = _SHAPE.fullmatch(token.lower())
    if found is None:
        return None
    back, raw = Back(found[1]), b32decode(found[2].upper())
    head, mac = raw[: _HEAD.size], raw[_HEAD.size :]
    genuine = [hmac.compare_digest(mac, _mac(back, head, key)) for key in keys]
    return (back, _HEAD.unpack(head)[0]) if any(genuine) else None


def tagged(address: str, token: str) -> str:
    """`replies@example.com` with the token: `replies+TOKEN@example.com` (RFC 5233)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def tag_of(address: str, ours: str) -> str | None:
    """The token of an address that is `ours` with one, else None."""
    local, _, domain = ours.lower().rpartition("@")
    here, _, there = address.strip().lower().rpartition("@")
    return here[len(local) + 1 :] if there == domain and here.startswith(f"{local}+") else None


def _mac(back: Back, head: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + back.encode() + head, hashlib.sha256)[:_MAC_BYTES]
