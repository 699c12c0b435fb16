from hypothesis import given
from hypothesis import strategies as st

from portal.domain.one_time import (
    code_fits,
    code_hash,
    looks_like_token,
    new_code,
    new_recovery_codes,
    recovery_hash,
    typed_code,
)
from portal.domain.tokens import new_session_token, session_hash

KEY, OLD = b"k" * 32, b"o" * 32
HASH = session_hash("token")


@given(st.text(alphabet="0123456789", min_size=6, max_size=6), st.sampled_from([" ", "-", " - ", "\t", ""]))
def test_digits_are_read_with_blanks_and_hyphens(code: str, between: str) -> None:
    assert typed_code(f" {code[:3]}{between}{code[3:]} ") == code


@given(st.text())
def test_anything_may_be_typed(text: str) -> None:
    read = typed_code(text)
    assert read is None or (len(read) == 6 and read.isascii() and read.isdigit())
    assert looks_like_token(text) in (True, False) and recovery_hash(text, 7)


def test_new_codes_are_six_digits() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 400 and all(typed_code(code) == code for code in codes)


@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_a_code_fits_its_own_hash_under_either_key(number: int, other: int) -> None:
    code, wrong = f"{number:06}", f"{other:06}"
    for key in (KEY, OLD):
        kept = code_hash(code, HASH, key)
        assert code_fits(code, HASH, kept, (KEY, OLD))
        assert code_fits(wrong, HASH, kept, (KEY, OLD)) == (wrong == code)
        assert not code_fits(code, session_hash("another"), kept, (KEY, OLD))
        assert not code_fits(code, HASH, kept, (b"x" * 32,))


def test_tokens_are_told_by_their_shape() -> None:
    assert all(looks_like_token(new_session_token()) for _ in range(100))
    assert not any(map(looks_like_token, ("", "a" * 42, "a" * 44, "ñ" * 43, "a" * 42 + "\n", "a" * 42 + "/")))


def test_recovery_codes_read_the_same_however_they_are_typed_and_belong_to_one_person() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    for code in codes:
        assert len(code) == 19 and typed_code(code) is None
        same = {recovery_hash(typed, 7) for typed in (code, code.upper(), code.replace("-", ""), f" {code} ")}
        assert len(same) == 1 and recovery_hash(code, 8) not in same
