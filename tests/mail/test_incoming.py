"""Mails that come in are read without trust: any bytes either read or refused, none a crash."""

from __future__ import annotations

from random import Random

import pytest

from portal.mail.incoming import LONGEST, NoMail, key_of, read_mail

PLAIN = (
    b'Message-ID: <1@correo.example>\r\nFrom: =?utf-8?q?Ana_Pe=C3=B1a?= <ana@abc.example>\r\nTo: "Ejemplar" '
    b"<Respuestas+Rabc@Portal.example>\r\nSubject: Re: =?utf-8?q?a=C3=B1o?=\r\n"
    b"Content-Type: text/plain; charset=latin-1\r\n\r\nA\xf1o nuevo\r\n"
)


def test_a_plain_mail_is_read() -> None:
    mail = read_mail(PLAIN)
    assert (mail.sender, mail.recipients) == ("ana@abc.example", ("respuestas+rabc@portal.example",))
    assert (mail.subject, mail.words, mail.message_id) == ("Re: año", "Año nuevo", "<1@correo.example>")
    assert not mail.automatic and mail.key == key_of(PLAIN, "<1@correo.example>")


def test_without_a_message_id_a_mail_is_known_by_all_of_it() -> None:
    bare = PLAIN.replace(b"Message-ID", b"X-Id")
    assert read_mail(bare).key == key_of(bare) != read_mail(bare + b"x").key


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To", "Cc"])
def test_the_address_is_found_where_servers_put_it(header: str) -> None:
    raw = PLAIN.replace(b'To: "Ejemplar"', f'To: Otro <otro@x.example>\r\n{header}: "Ejemplar"'.encode())
    assert "respuestas+rabc@portal.example" in read_mail(raw).recipients


def test_an_html_mail_and_one_with_an_unknown_charset_are_read() -> None:
    html = PLAIN.replace(b"text/plain; charset=latin-1", b"text/html").replace(b"A\xf1o", b"<p>A&ntilde;o</p><p>")
    assert read_mail(html).words == "Año\n\nnuevo"
    assert "nuevo" in read_mail(PLAIN.replace(b"latin-1", b"klingon")).words


def test_pictures_that_decorate_the_text_are_no_files() -> None:
    raw = (
        b"From: a@b.c\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nhola\r\n"
        b'--x\r\nContent-Type: image/png; name="logo.png"\r\nContent-ID: <l@x>\r\n'
        b"Content-Disposition: inline\r\n\r\nPNG\r\n"
        b'--x\r\nContent-Type: image/png; name="foto.png"\r\nContent-Disposition: attachment\r\n\r\nPNG\r\n--x--\r\n'
    )
    assert [name for name, _ in read_mail(raw).files] == ["foto.png"]


def test_whatever_is_done_to_a_mail_it_is_read_or_refused() -> None:
    random = Random(5)
    for _ in range(300):
        raw = bytearray(PLAIN)
        for _ in range(random.randint(1, 12)):
            at = random.randrange(len(raw))
            raw[at : at + random.randint(0, 3)] = random.randbytes(random.randint(0, 4))
        try:
            read_mail(bytes(raw))
        except NoMail:
            continue


def test_a_mail_that_is_too_long_is_none() -> None:
    with pytest.raises(NoMail):
        read_mail(b"x" * (LONGEST + 1))
