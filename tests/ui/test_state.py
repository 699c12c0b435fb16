"""What an address says is a claim; what can be no id is none."""

from __future__ import annotations

import pytest
import streamlit as st

from portal.ui import state

LARGEST = 2**63 - 1


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    told: dict[str, str] = {}
    monkeypatch.setattr(st, "query_params", told)
    monkeypatch.setattr(st, "session_state", {})
    return told


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("7", 7),
        (str(LARGEST), LARGEST),
        (str(LARGEST + 1), None),
        ("9" * 30, None),
        ("", None),
        ("-1", None),
        ("٣", None),
    ],
)
def test_an_id_is_one_that_a_row_can_have(address: dict[str, str], given: str, meant: int | None) -> None:
    address["cliente"] = given
    assert state.asked_id("cliente") == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [("7", (7, None)), ("7-8", (7, 8)), ("7-", None), ("7-8-9", None), (f"7-{LARGEST + 1}", None), ("", None)],
)
def test_an_account_is_an_issuer_or_an_issuer_and_a_customer(
    address: dict[str, str], given: str, meant: tuple[int, int | None] | None
) -> None:
    address[state.ACCOUNT] = given
    assert state.narrowed_to() == meant
