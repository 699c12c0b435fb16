"""What a raw message is read as, and whom it proves to be from; hostile ones are refused and crash nothing."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from portal.errors import Refused
from portal.mail.authentication import is_verified
from portal.mail.received import digest_of, read_letter

MX = "mx.portal.example"
PASSED = f"{MX}; dkim=pass header.d=erp.example; dmarc=pass header.from=erp.example"


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    said = {"From": "ERP <facturas@erp.example>", "To": "facturas+900@portal.example", "Message-ID": "<1@erp.example>"}
    for name, value in (said | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        made[name] = value
    made.set_content("Adjunto la factura.")
    return made


def test_a_message_is_read_with_its_attachments() -> None:
    made = message(Subject="Factura ñ", In_Reply_To="<0@portal.example>", Authentication_Results=PASSED)
    made.add_attachment(b"<Invoice/>", "application", "xml", filename="fáctura.xml")
    made.add_attachment(b"x", "image", "png", filename="logo.png")
    letter = read_letter(made.as_bytes(), MX)
    assert (letter.sender, letter.verified, letter.subject) == ("facturas@erp.example", True, "Factura ñ")
    assert letter.recipients == ("facturas+900@portal.example",) and letter.answers == ("<0@portal.example>",)
    assert [(one.name, one.data) for one in letter.attachments] == [("fáctura.xml", b"<Invoice/>"), ("logo.png", b"x")]
    assert letter.text.strip() == "Adjunto la factura."


def test_a_second_delivery_is_the_same_message_and_another_body_is_not() -> None:
    made = message().as_bytes()
    assert digest_of(made) == digest_of(b"Received: from elsewhere\n" + made) == digest_of(made.replace(b"\n", b"\r\n"))
    assert digest_of(made) != digest_of(made.replace(b"factura.", b"otra."))


@pytest.mark.parametrize(
    ("results", "verified"),
    [
        ([PASSED], True),
        ([f"{MX}; dkim=pass (2048 bit key) header.i=@erp.example"], True),
        ([f"{MX} 1; dmarc=pass (p=NONE) header.from=erp.example"], True),
        ([], False),
        (["mx.evil.example; dmarc=pass header.from=erp.example"], False),
        (["mx.evil.example; dmarc=pass header.from=erp.example", PASSED], False),
        ([f"{MX}; dmarc=fail header.from=erp.example"], False),
        ([f"{MX}; dmarc=fail (dmarc=pass header.from=erp.example)"], False),
        ([f'{MX}; dmarc=fail reason="; dmarc=pass header.from=erp.example"'], False),
        ([f"{MX}; dmarc=pass header.from=evil.example"], False),
        ([f"{MX}; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=erp.example"], False),
        ([f"{MX}; dkim=pass header.d=example"], False),
        ([f"{MX}; spf=pass smtp.mailfrom=erp.example"], False),
        ([f"x; {MX}; dmarc=pass header.from=erp.example"], False),
        ([f"{MX}.evil.example; dmarc=pass header.from=erp.example"], False),
    ],
)
def test_only_the_own_server_proves_a_sender(results: list[str], verified: bool) -> None:
    assert is_verified(results, "facturas@erp.example", MX) is verified
    assert not is_verified(results, "facturas@erp.example", None)


def test_two_senders_are_none() -> None:
    assert read_letter(message(From="a@erp.example, b@evil.example").as_bytes(), MX).sender == ""
    twice = b"From: evil@evil.example\n" + message().as_bytes()
    assert read_letter(twice, MX).sender == ""


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: \xff\xfe <x\n\nhola",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x",
        b"Content-Type: text/plain; charset=nada\nContent-Transfer-Encoding: base64\n\n%%%",
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\nContent-Type: message/rfc822\n\n" * 3_000,
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 500 + b"--x--\n",
        b"Subject: =?utf-8?q?" + b"=0A" * 5_000 + b"?=\nFrom: a@b.example\n\n",
    ],
)
def test_a_hostile_message_is_read_or_refused_and_nothing_else(raw: bytes) -> None:
    try:
        letter = read_letter(raw, MX)
    except Refused as refused:
        assert str(refused).endswith(".")
    else:
        assert "\n" not in letter.subject
