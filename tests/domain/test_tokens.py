import re

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.tokens import LinkToken, make_link_token, new_session_token, read_link_token, session_hash

KEY, OTHER, FORMER = b"k" * 32, b"o" * 32, b"f" * 32
IDS = st.integers(1, 2**63 - 1)
VERSIONS = st.integers(1, 2**32 - 1)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(IDS, VERSIONS)
def test_a_token_says_its_link_and_version_in_forty_url_safe_characters(link_id: int, version: int) -> None:
    token = make_link_token(link_id, version, KEY)
    assert re.fullmatch(r"[A-Za-z0-9_-]{40}", token)
    assert read_link_token(token, [KEY]) == LinkToken(link_id, version)


@given(IDS, VERSIONS, st.integers(0, 39), st.sampled_from(LETTERS))
def test_no_altered_character_is_accepted(link_id: int, version: int, place: int, letter: str) -> None:
    token = make_link_token(link_id, version, KEY)
    altered = token[:place] + letter + token[place + 1 :]
    assert altered == token or read_link_token(altered, [KEY]) is None


@given(st.text(max_size=60))
def test_whatever_is_not_a_token_is_none_and_no_error(text: str) -> None:
    assert read_link_token(text, [KEY]) is None


def test_a_token_with_anything_around_it_is_refused() -> None:
    token = make_link_token(7, 1, KEY)
    assert [read_link_token(odd, [KEY]) for odd in (token + "\n", token + "=", " " + token, token[:-1])] == [None] * 4


def test_the_key_before_the_present_one_still_opens_and_no_other() -> None:
    token = make_link_token(7, 3, FORMER)
    assert read_link_token(token, [KEY, FORMER]) == LinkToken(7, 3)
    assert read_link_token(token, [KEY, OTHER]) is None
    assert read_link_token(token, []) is None


def test_session_tokens_differ_and_only_their_hash_is_for_keeping() -> None:
    tokens = {new_session_token() for _ in range(1_000)}
    assert len(tokens) == 1_000 and all(len(token) == 43 for token in tokens)
    hashes = {session_hash(token) for token in tokens}
    assert len(hashes) == 1_000 and all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)
