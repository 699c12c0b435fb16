"""Passwords: judged, hashed, compared. What is stored is a plain bcrypt hash of the pre-hashed password."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

import bcrypt

from portal.domain.passwords import password_problem, prehash
from portal.errors import Refused

ROUNDS = 12  # 2^12: about a quarter of a second; tests lower it
_COMMON = Path(__file__).parent / "common_passwords.txt"
_LETTERS = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"  # bcrypt's own base64
_SALT_ENDS = ".Oeu"  # the last letter of a salt carries two bits


def hash_new_password(password: str, email: str) -> str:
    """What to store for a new password. Raises Refused with the reason when it is not good enough."""
    check_new_password(password, email)
    return bcrypt.hashpw(prehash(password).encode(), bcrypt.gensalt(ROUNDS)).decode()


def check_new_password(password: str, email: str) -> None:
    """Raises Refused when a password is not good enough."""
    if problem := password_problem(password, email, common_passwords()):
        raise Refused(problem)


def fits(password: str, stored: str) -> bool:
    """Whether a stored hash is this password's."""
    return bcrypt.checkpw(prehash(password).encode(), stored.encode())


@cache
def dummy_hash(rounds: int) -> str:
    """A hash that no password fits and that costs as much to compare: for who has no account or no password."""
    salt, compared = (_letters(21) + secrets.choice(_SALT_ENDS)), _letters(31)
    return f"$2b${rounds:02}${salt}{compared}"


@cache
def common_passwords() -> frozenset[str]:
    """Those that everybody tries first, in lower case; the file says where they come from."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("# "))


def _letters(many: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(many))
