"""Accounts with cheap passwords: 16 rounds of bcrypt instead of 4,096, for the tests that don't measure them."""

from __future__ import annotations

import random

import pytest

from portal.app.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)


@pytest.fixture
def dice() -> random.Random:
    """Random choices; the seed is printed, and shown when a test fails."""
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}")
    return random.Random(seed)
