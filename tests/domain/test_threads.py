"""What may be written in a comment, and for which side."""

from __future__ import annotations

import pytest

from portal.domain.access import Actor, By, Grant, Right, operator
from portal.domain.roles import RIGHTS, Role
from portal.domain.threads import Side, clean_words, reads_notes, side_of

COMMENT = frozenset({Right.SEE, Right.COMMENT})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  hola \r\n\r\n\r\n\r\nadiós\t!  ", "hola\n\nadiós !"),
        ("a\u202eb\u0000c\ufeff", "abc"),
        ("👩\u200d🚀 ñ", "👩\u200d🚀 ñ"),
        ("\ud800", ""),
        ("\n\n", ""),
    ],
)
def test_only_what_a_screen_shows_is_kept(typed: str, kept: str) -> None:
    assert clean_words(typed) == kept


def test_the_issuers_people_write_for_it_and_all_others_for_the_customer() -> None:
    whole = Actor(By.USER, "user:1", (Grant(1, None, COMMENT), Grant(1, 5, COMMENT)), user_id=1)
    one = Actor(By.USER, "user:2", (Grant(1, 5, COMMENT),), user_id=2)
    reader = Actor(By.USER, "user:3", (Grant(1, None, frozenset({Right.SEE})),), user_id=3)
    assert side_of(whole, 1) is side_of(operator(), 1) is Side.ISSUER
    assert side_of(one, 1) is side_of(whole, 2) is Side.CUSTOMER
    assert not reads_notes(reader, 1)


def test_a_collector_whose_view_is_narrowed_to_one_customer_still_writes_for_the_issuer() -> None:
    collector = Actor(By.USER, "user:1", (Grant(1, None, RIGHTS[Role.COLLECTOR]),), user_id=1)
    reader = Actor(By.USER, "user:2", (Grant(1, None, RIGHTS[Role.READER]), Grant(1, 5, COMMENT)), user_id=2)
    assert side_of(collector.narrowed(1, 5), 1) is Side.ISSUER
    assert side_of(collector.narrowed(1, 5), 2) is side_of(reader.narrowed(1, 5), 1) is Side.CUSTOMER
