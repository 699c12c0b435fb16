"""Accounts with cheap passwords: 16 rounds of bcrypt instead of 4,096, for the tests that don't measure them."""

from __future__ import annotations

import random

import pytest

from portal.app.accounts import passwords


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)


@pytest.fixture
def dice(seed: int) -> random.Random:
    """Random choices, the same for every test of a run."""
    return random.Random(seed)
