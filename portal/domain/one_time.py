"""One-time secrets that people type: six digits from a mail, recovery codes on paper. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable

DIGITS = 6
RECOVERY_CODES = 10
_RECOVERY_LENGTH = 16  # of 32 letters: 80 bits, so that even who reads the hash can't find the code
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is taken for another one
_SEPARATORS = re.compile(r"[\s\-]+")
_SIX = re.compile(r"[0-9]{6}", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def typed_code(text: str) -> str | None:
    """The six digits that somebody typed, with blanks or hyphens or without; None when it is something else."""
    bare = _SEPARATORS.sub("", text)
    return bare if _SIX.fullmatch(bare) else None


def code_hash(code: str, token_hash: str, key: bytes) -> str:
    """What is kept of a code: under the portal's key, for a million codes are soon tried (64 hex digits)."""
    return hmac.digest(key, f"portal code 1\n{token_hash}\n{code}".encode(), hashlib.sha256).hex()


def code_fits(code: str, token_hash: str, kept: str, keys: Iterable[bytes]) -> bool:
    """Whether `kept` is the hash of `code` under one of the keys; takes equal time whichever it was."""
    fitting = [hmac.compare_digest(kept, code_hash(code, token_hash, key)) for key in keys]
    return any(fitting)


def looks_like_token(text: str) -> bool:
    """Whether this has the shape of 256 random bits as `new_session_token` writes them."""
    return _TOKEN.fullmatch(text) is not None


def new_recovery_codes() -> list[str]:
    """Ten codes for the day when the phone is lost: "abcd-efgh-jkmn-pqrs"."""
    return [_grouped("".join(secrets.choice(_LETTERS) for _ in range(_RECOVERY_LENGTH))) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str, user_id: int) -> str:
    """What is kept of a recovery code, however it is typed (64 hex digits)."""
    bare = _SEPARATORS.sub("", code).lower()
    return hashlib.sha256(f"{user_id}\n{bare}".encode("utf-8", "surrogatepass")).hexdigest()


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
