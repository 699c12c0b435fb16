from hypothesis import example, given
from hypothesis import strategies as st

from portal.domain.mail import Attachment, mailbox, one_line
from portal.errors import Refused
from portal.mail.message import compose
from tests.mail.mails import SENDER, a_mail, body, parsed

HEADERS = [
    "Message-ID",
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
HOSTILE = "x\r\nBcc: eva@evil.example\r\n\r\n<b>hola</b>"
ENCODED = "=?utf-8?q?x=0D=0ABcc=3A_eva=40evil=2Eexample?="
# What people and attackers type: any text, and pieces that mean something in a header.
PIECES = st.sampled_from(
    ["\r\n", "\n", "\r", "Bcc: eva@evil.example", "=?utf-8?q?=0D=0A?=", '"', ",", "<", "ñ", "\u2028"]
)
TYPED = st.text() | st.lists(PIECES | st.text(max_size=20), max_size=12).map("".join)


def test_a_mail_has_two_bodies_of_the_same_words_and_says_who_sends_it() -> None:
    message = parsed(compose(a_mail(reply_to=mailbox("cartera@ejemplar.example", "Cartera")), SENDER).as_bytes())
    assert message.get_content_type() == "multipart/alternative"
    assert body(message) == "Código: 123456\n" and body(message, "html") == "<p>Código: 123456</p>\n"
    assert message["Subject"] == "Tu código" and message["To"] == "ana@empresa.example"
    assert message["From"].addresses[0].display_name == "Peña & Ñandú S.A.S."
    assert message["From"].addresses[0].addr_spec == "portal@clientes.example"
    assert message["Reply-To"].addresses[0].addr_spec == "cartera@ejemplar.example"
    assert message["Date"] == "Sun, 15 Mar 2026 15:00:00 +0000"


def test_without_an_issuer_the_portal_signs() -> None:
    assert compose(a_mail(sender_name=""), SENDER)["From"] == "Portal de clientes <portal@clientes.example>"


def test_the_same_mail_has_the_same_message_id_and_another_mail_another() -> None:
    first, again, other = (compose(a_mail(id=one), SENDER)["Message-ID"] for one in (7, 7, 8))
    assert first == again == "<7@clientes.example>" and other != first
    assert compose(a_mail(token="m" * 41), SENDER)["Message-ID"] == f"<{'m' * 41}@clientes.example>"


def test_an_attachment_arrives_byte_for_byte_under_its_name() -> None:
    data = bytes(range(256)) * 40
    attached = Attachment("factura ñ\r\nX: y.pdf", "application/pdf", data)
    (part,) = parsed(compose(a_mail(attachments=(attached,)), SENDER).as_bytes()).iter_attachments()
    assert (part.get_content(), part.get_content_type()) == (data, "application/pdf")
    assert part.get_filename() == "factura ñ X: y.pdf"


@given(TYPED, TYPED, TYPED)
@example(HOSTILE, HOSTILE, HOSTILE)
@example(ENCODED, ENCODED, ENCODED)
def test_no_subject_and_no_name_can_add_a_header_or_a_recipient(subject: str, sender: str, name: str) -> None:
    reply_to = mailbox("cartera@ejemplar.example", name)
    made = compose(a_mail(subject=subject, sender_name=sender, reply_to=reply_to), SENDER).as_bytes()
    message = parsed(made)
    assert made.isascii() and sorted(message.keys()) == sorted(HEADERS)
    assert [one.addr_spec for one in message["To"].addresses] == ["ana@empresa.example"]
    assert [one.addr_spec for one in message["From"].addresses] == ["portal@clientes.example"]
    assert [one.addr_spec for one in message["Reply-To"].addresses] == ["cartera@ejemplar.example"]
    assert body(message) == "Código: 123456\n"


@given(TYPED)
@example("ana@empresa.example\r\nBcc: eva@evil.example")
def test_no_address_can_add_a_header_or_a_recipient(address: str) -> None:
    try:
        to = mailbox(address)
    except Refused:
        return
    message = parsed(compose(a_mail(to=to, reply_to=to), SENDER).as_bytes())
    assert sorted(message.keys()) == sorted(HEADERS)
    assert [one.addr_spec for one in message["To"].addresses] == [to.address]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_subject_reads_as_it_was_written(subject: str) -> None:
    message = parsed(compose(a_mail(subject=subject), SENDER).as_bytes())
    assert "".join(message["Subject"].split()) == "".join(one_line(subject).split())


def test_a_logo_comes_along_with_the_html_and_is_no_attachment() -> None:
    message = parsed(compose(a_mail(logo=b"\x89PNG-a-picture"), SENDER).as_bytes())
    plain, html = message.iter_parts()
    (page, picture) = html.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert picture["Content-ID"] == "<logo>" and picture.get_content() == b"\x89PNG-a-picture"
    assert picture.get_content_disposition() == "inline" and not list(message.iter_attachments())


def test_a_mail_of_a_conversation_names_what_it_answers_and_no_value_adds_a_header() -> None:
    ids = ("<hilo-1@portal.example>", "<9@correo.example>\r\nBcc: eva@evil.example")
    message = compose(a_mail(references=ids), SENDER)
    assert message["References"].split()[0] == ids[0] and "Bcc" not in message
    again = parsed(message.as_bytes())
    assert again["In-Reply-To"].startswith("<9@correo.example>") and again["Bcc"] is None
