import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.mail import mailbox, one_line
from portal.domain.mail_trouble import MailRefused, NotSent, Trouble, sentence
from portal.errors import Refused


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ana@empresa.com", "ana@empresa.com"),
        ("  ana.maria+portal@correo.empresa.com.co ", "ana.maria+portal@correo.empresa.com.co"),
        ("o'neill@example.com", "o'neill@example.com"),
        ("pagos@peña.co", "pagos@xn--pea-8ma.co"),
        ("portal@localhost", "portal@localhost"),
    ],
)
def test_an_address_is_taken_as_a_mail_server_takes_it(typed: str, address: str) -> None:
    assert mailbox(typed).address == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "@empresa.com",
        "ana@",
        "ana@@empresa.com",
        "ana maria@empresa.com",
        "peña@empresa.com",
        '"ana"@empresa.com',
        "ana@empresa..com",
        "ana@-empresa.com",
        "ana.@empresa.com",
        "ana@empresa.com, eva@evil.example",
        "Ana <ana@empresa.com>",
        "ana@empresa.com>\r\nRCPT TO:<eva@evil.example",
        "ana@empresa.com\nBcc: eva@evil.example",
        "ana\x00@empresa.com",
        f"{'a' * 65}@empresa.com",
        f"ana@{'a.' * 126}com",
        f"ana@{'a' * 64}.com",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(Refused, match=r"no es una dirección de correo: escribe una como nombre@empresa\.com"):
        mailbox(typed)


@given(st.text() | st.emails())
def test_no_checked_address_can_break_out_of_a_command_or_a_header(typed: str) -> None:
    try:
        address = mailbox(typed).address
    except Refused:
        return
    assert address.isascii() and address.isprintable() and not set(address) & set(' <>",;:\\()[]')


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 200 and line.splitlines() in ([line], []) and line == line.strip()
    assert line.encode() and line.isprintable() if line.isascii() and line else True


def test_a_name_can_not_turn_the_reading_direction() -> None:
    assert one_line("Ejemplar \u202eA.S\u202c\r\n\tS.A.S.") == "Ejemplar A.S S.A.S."


def test_a_trouble_is_kept_in_a_word_and_told_in_a_sentence() -> None:
    refused = MailRefused(Trouble.REFUSED, "550 5.1.1\r\nno such user")
    assert refused.kept == "refused 550 5.1.1 no such user" and refused.status < 500
    assert sentence(refused.kept) == refused.text and "(550 5.1.1 no such user)" in str(refused)
    delayed = NotSent("451 later")
    assert delayed.kept == "delayed 451 later" and delayed.status >= 500
    assert all(str(sentence(trouble)) for trouble in Trouble)
