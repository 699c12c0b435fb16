"""Accounts with cheap passwords: 16 rounds of bcrypt instead of 4,096, for the tests that don't measure them."""

from __future__ import annotations

import os
import random

import pytest

from portal.app.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)


@pytest.fixture
def dice() -> random.Random:
    """Random choices; the seed is told, and shown with a test that fails. ACCOUNTS_SEED repeats one."""
    seed = int(os.environ.get("ACCOUNTS_SEED") or random.SystemRandom().randrange(10**9))
    print(f"seed {seed}")  # noqa: T201
    return random.Random(seed)
