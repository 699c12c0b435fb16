"""Addresses that mails come back to: made by us or refused, whatever a mail server does to their letters."""

from __future__ import annotations

from portal.domain.mail_tokens import LENGTH, Back, make_mail_token, read_mail_token, tag_of, tagged

KEY, OLD = b"k" * 32, b"o" * 32
OURS = "respuestas@portal.example"


def test_a_token_says_what_it_was_made_for_in_any_case_of_letters() -> None:
    for back in Back:
        for row_id in (1, 2**63 - 1):
            token = make_mail_token(back, row_id, OLD)
            assert len(token) == LENGTH and token.isalnum() and token == token.lower()
            assert read_mail_token(token.upper(), [KEY, OLD]) == (back, row_id)
            assert read_mail_token(token, [KEY]) is None


def test_a_token_that_was_changed_anywhere_is_none() -> None:
    token = make_mail_token(Back.REPLY, 77, KEY)
    for at in range(len(token)):
        for letter in "ab2":
            if token[at] != letter:
                assert read_mail_token(token[:at] + letter + token[at + 1 :], [KEY]) is None
    assert all(read_mail_token(one, [KEY]) is None for one in ("", token[:-1], token + "a", "ñ" * 41))


def test_an_address_with_a_tag_fits_what_servers_take_and_gives_it_back() -> None:
    token = make_mail_token(Back.REPLY, 7, KEY)
    address = tagged(OURS, token)
    assert len(address.partition("@")[0]) <= 64 and tag_of(f" {address.upper()} ", OURS) == token
    for other in (OURS, "respuestas-x@portal.example", f"{address}.evil.example", "", "@"):
        assert tag_of(other, OURS) is None
