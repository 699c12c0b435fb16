"""Reports of mail servers: which mail, which recipient, given up or only late, and why; whatever else comes is none."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.bounces import Failure
from portal.mail import reports
from portal.mail.reports import read_report
from tests.mail.reports import ORIGINAL, report


def test_a_report_says_which_mail_was_not_delivered_to_whom_and_why() -> None:
    told = read_report(report())
    assert told is not None and told.message_ids == (ORIGINAL,)
    (one,) = told.deliveries
    assert one.addresses == {"ana@empresa.example"} and one.failed
    assert one.failure == Failure("5.1.1", "550 5.1.1 <ana@empresa.example>: user unknown")


def test_a_delay_is_no_failure() -> None:
    told = read_report(report(action="delayed", status="4.4.1", said="smtp; connection timed out"))
    assert told is not None and [one.failed for one in told.deliveries] == [False]


def test_who_forwarded_is_told_by_the_original_recipient_too() -> None:
    told = read_report(report(recipient="otra@lejos.example", more="Original-Recipient: rfc822;Ana@Empresa.example"))
    assert told is not None and told.deliveries[0].addresses == {"otra@lejos.example", "ana@empresa.example"}


@pytest.mark.parametrize(
    ("status", "said", "read"),
    [("5.2.2 (mailbox full)", "x", "5.2.2"), ("", "smtp; 550 5.4.4 no host", "5.4.4"), ("nada", "x", "5.0.0")],
)
def test_the_status_is_found_where_servers_write_it(status: str, said: str, read: str) -> None:
    told = read_report(report(status=status, said=said))
    assert told is not None and told.deliveries[0].failure.status == read


def test_a_whole_mail_that_came_back_names_its_id_and_so_does_an_answer() -> None:
    whole = report().replace(b"text/rfc822-headers", b"message/rfc822")
    told = read_report(whole)
    assert told is not None and told.message_ids == (ORIGINAL,)
    answered = report(original="").replace(b"Auto-Submitted:", b"In-Reply-To: <7@clientes.example>\r\nAuto-Submitted:")
    told = read_report(answered)
    assert told is not None and told.message_ids == (ORIGINAL,)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00",
        b"Subject: hola\r\n\r\nFinal-Recipient: rfc822; ana@empresa.example\r\nAction: failed\r\n",
        b"Content-Type: multipart/report\r\n\r\nnada",
        report().replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize(
    "filler", [b"a: b\r\n\r\n", b"\n", b"\r", b"Final-Recipient: rfc822; a@b\n\n", b"--=_b\r\nx\r\n"]
)
def test_one_that_is_made_to_take_long_is_none_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch, filler: bytes
) -> None:
    def parse(*_args: object, **_more: object) -> None:
        pytest.fail("it was parsed")

    monkeypatch.setattr(reports, "message_from_bytes", parse)
    head, tail = report().split(b"Reporting-MTA")
    assert read_report(head + filler * 40_000 + b"Reporting-MTA" + tail) is None


def test_of_a_large_one_the_beginning_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def parse(raw: bytes, **more: Any) -> Message:
        parsed.append(len(raw))
        return message_from_bytes(raw, **more)

    monkeypatch.setattr(reports, "message_from_bytes", parse)
    told = read_report(report() + b"JVBERi0xLjcKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDM\r\n" * 20_000)
    assert told is not None and told.message_ids == (ORIGINAL,) and parsed == [256 * 1024]


def test_only_the_first_recipients_are_read() -> None:
    head, tail = report().split(b"Final-Recipient", 1)
    more = b"".join(
        b"Final-Recipient: rfc822; a%d@b.example\r\nAction: failed\r\n\r\n" % number for number in range(90)
    )
    told = read_report(head + more + b"Final-Recipient" + tail)
    assert told is not None and len(told.deliveries) == 50


@given(st.binary(max_size=300), st.integers(0, 900))
def test_no_bytes_are_too_strange(junk: bytes, at: int) -> None:
    whole = report()
    read_report(whole[:at] + junk + whole[at:])
