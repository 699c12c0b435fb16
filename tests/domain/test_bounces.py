"""What a mail server's refusal says about an address, and in which words."""

from __future__ import annotations

import pytest

from portal.domain.bounces import Failure, in_words, kept, read_kept, refused


@pytest.mark.parametrize(
    ("said", "status", "of_address"),
    [
        ("550 5.1.1 no such user", "5.1.1", True),
        ("550-5.2.1 disabled", "5.2.1", True),
        ("552 5.2.2 over quota", "5.2.2", True),
        ("550 #5.1.0 address rejected", "5.1.0", True),
        ("556 5.1.10 null MX", "5.1.10", True),
        ("550 no such user", "5.0.0", False),
        ("550 relay not permitted", "5.0.0", False),
        ("550 Blocked, see https://rbl.example/?ip=5.1.1.7", "5.0.0", False),
        ("550 5.1.1.7 is blocked", "5.0.0", False),
        ("550 Sender verify failed", "5.0.0", False),
        ("552 over quota", "5.0.0", False),
        ("553 bad name", "5.0.0", False),
        ("550 5.1.8 sender's domain not found", "5.1.8", False),
        ("550 5.1.7 sender's address", "5.1.7", False),
        ("550 5.4.4 no route to the relay", "5.4.4", False),
        ("550 5.3.2 not accepting mail", "5.3.2", False),
        ("552 5.2.3 too long", "5.2.3", False),
        ("550 5.7.1 relaying denied", "5.7.1", False),
        ("552 5.3.4 too big", "5.3.4", False),
        ("554 go away", "5.0.0", False),
        ("503 sender first", "5.0.0", False),
        ("", "5.0.0", False),
    ],
)
def test_a_refused_recipient_is_to_blame_only_if_the_server_says_so(said: str, status: str, of_address: bool) -> None:
    failure = refused(said)
    assert (failure.status, failure.of_address) == (status, of_address)


def test_what_may_go_well_later_blames_nobody() -> None:
    assert not Failure("4.2.2", "full").of_address


def test_a_failure_is_kept_with_what_the_server_said() -> None:
    one = Failure("5.1.1", "550 no such user")
    assert read_kept(kept(one)) == one and read_kept("raro").status == "5.0.0"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("5.1.1", "la dirección no existe"),
        ("5.1.2", "el dominio"),
        ("5.2.1", "desactivado"),
        ("5.2.2", "lleno"),
        ("5.4.1", "no se encuentra"),
        ("5.7.1", "del portal"),
        ("4.4.7", "varios días"),
        ("5.0.0", "no lo recibe"),
    ],
)
def test_people_read_why(status: str, words: str) -> None:
    assert words in str(in_words(status))
