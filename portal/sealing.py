"""Sealed texts: what the ledger keeps and nobody who reads the ledger may know (contents of mails, TOTP secrets)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"portal sealed text 1\n"  # the same secret signs links: neither key may pass for the other
_KEY_BYTES = 32


def seal(text: str, keys: Sequence[bytes], purpose: str) -> str:
    """`text` encrypted and authenticated (Fernet) under the first of the portal's secret `keys`.

    What is sealed for one purpose can't be opened for another: each has a key of its own (HKDF-SHA256, RFC 5869).
    """
    return _fernet(keys, purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, keys: Sequence[bytes], purpose: str) -> str | None:
    """The text, opened by whichever of `keys` sealed it; None when none did, or it was changed since."""
    try:
        return _fernet(keys, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def _fernet(keys: Sequence[bytes], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, purpose))) for key in keys])


def derived_key(key: bytes, purpose: str) -> str:
    """A key for a library that signs by itself, as text; of no use for any other purpose."""
    return urlsafe_b64encode(_derived(key, purpose)).decode("ascii")


def _derived(key: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE + purpose.encode()).derive(key)
