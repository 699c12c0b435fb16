"""The mailbox over a real socket: read by uid, flagged, and every way of failing told in one sentence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date

import pytest

from portal.errors import PostboxDown
from portal.mail.imap import ImapPostbox
from tests.emulators.imap import Mailbox, imap_server

DAY = date(2026, 3, 1)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with imap_server() as opened:
        yield opened


def test_messages_are_read_in_order_and_only_flagged(box: Mailbox) -> None:
    uids = [box.deliver(b"Subject: %d\r\n\r\nhola\r\n" % number) for number in range(3)]
    with ImapPostbox(box.url()).open() as session:
        assert session.validity == 7
        assert session.after(0, DAY, 2) == [(1, 20), (2, 20)]
        assert session.after(2, DAY, 10) == [(3, 20)]
        assert session.after(3, DAY, 10) == []  # the server answers n:* with the last one
        assert session.read(2) == box.messages[2]
        session.mark(2)
        assert session.read(99) == b""
    assert box.seen == {2} and list(box.messages) == uids
    assert not {"UID MOVE", "UID EXPUNGE", "EXPUNGE", "DELETE"} & set(box.said)


def test_a_wrong_password_is_told(box: Mailbox) -> None:
    with pytest.raises(PostboxDown, match="usuario o la contraseña"), ImapPostbox(box.url("otra")).open():
        pass


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"imap://u:p@127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(PostboxDown, match="no responde"), ImapPostbox(url).open():
            pass


def test_a_server_that_hangs_is_given_up(box: Mailbox) -> None:
    box.trouble = "hang"
    with pytest.raises(PostboxDown, match="no responde"), ImapPostbox(box.url(), timeout=0.2).open():
        pass


def test_a_connection_that_drops_within_a_message_is_told(box: Mailbox) -> None:
    uid = box.deliver(b"Subject: x\r\n\r\n" + b"x" * 1000)
    box.trouble = "drop"
    with pytest.raises(PostboxDown), ImapPostbox(box.url()).open() as session:
        session.read(uid)


def test_a_password_never_goes_out_in_clear_to_another_machine(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    postbox = ImapPostbox(box.url())
    monkeypatch.setattr(postbox, "_host", "127.0.0.2")
    with pytest.raises(PostboxDown), postbox.open():
        pass
    assert "LOGIN" not in box.said
