"""Why the portal itself cancelled a mail is told apart from an operator's words."""

from __future__ import annotations

from portal.domain.contacts import Silent
from portal.domain.mail_state import kept_silence, silence_in


def test_what_the_portal_kept_is_read_again_and_a_persons_words_are_left_to_them() -> None:
    assert [silence_in(kept_silence(one)) for one in Silent] == list(Silent)
    assert [silence_in(words) for words in ("", "bounced", "silent", "silent night", "equivocado")] == [None] * 5
