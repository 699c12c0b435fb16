"""What is sealed opens with the key that sealed it, for the purpose it was sealed for, and not otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sealing import seal, unseal

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_was_sealed_comes_back(text: str) -> None:
    assert unseal(seal(text, [OLD], "mail"), [OLD], "mail") == text


def test_a_rotated_key_still_opens_and_the_new_one_seals() -> None:
    assert unseal(seal("a", [OLD], "mail"), [NEW, OLD], "mail") == "a"
    assert unseal(seal("a", [NEW, OLD], "mail"), [NEW], "mail") == "a"


def test_a_key_that_is_gone_opens_nothing() -> None:
    assert unseal(seal("a", [OLD], "mail"), [NEW, OTHER], "mail") is None


def test_one_purpose_does_not_open_what_another_sealed() -> None:
    assert unseal(seal("a", [OLD], "mail"), [OLD], "totp") is None


def test_what_was_changed_does_not_open() -> None:
    sealed = seal("código 123456", [OLD], "mail")
    for place in range(0, len(sealed), 7):
        other = "A" if sealed[place] != "A" else "B"
        assert unseal(sealed[:place] + other + sealed[place + 1 :], [OLD], "mail") is None


@pytest.mark.parametrize("sealed", ["", "x", "ñandú", "gAAAAA==", "\ud7ff" * 50])
def test_what_never_was_sealed_does_not_open(sealed: str) -> None:
    assert unseal(sealed, [OLD], "mail") is None


def test_the_same_text_never_looks_the_same_and_shows_nothing() -> None:
    first, second = seal("123456", [OLD], "mail"), seal("123456", [OLD], "mail")
    assert first != second and "123456" not in first
