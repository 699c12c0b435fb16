"""Against a real SMTP server: what arrives, what is refused, and what the job is told about it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest

from portal.domain.mail_trouble import MailRefused, NotSent
from portal.mail.smtp import SmtpMailer
from tests.mail.conftest import PASSWORD, USER, Inbox
from tests.mail.mails import SENDER, a_mail, body, parsed
from tests.services import free_port

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning"),
]
Serve = Callable[..., str]
CREDENTIALS = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
SHORT = 0.3  # seconds of patience where the server is meant to hang


def send(url: str, timeout: float = 20, **mail: object) -> str:
    return SmtpMailer(url, SENDER, timeout).send(a_mail(**mail))


def test_a_mail_arrives_as_it_was_written(serve: Serve, inbox: Inbox) -> None:
    message_id = send(f"smtp://{serve()}", text="Señor Peña:\n.\n.. fin\n")
    (envelope,) = inbox.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER.address, ["ana@empresa.example"])
    message = parsed(envelope.content)
    assert message["Message-ID"] == message_id and body(message) == "Señor Peña:\n.\n.. fin\n"


def test_reports_go_to_the_mails_own_address(serve: Serve, inbox: Inbox) -> None:
    send(f"smtp://{serve()}", envelope="respuestas+b123@clientes.example")
    (envelope,) = inbox.mails
    assert envelope.mail_from == "respuestas+b123@clientes.example"
    assert SENDER.address in parsed(envelope.content)["From"]


def test_a_server_that_sends_only_for_its_own_addresses_gets_ours(serve: Serve, inbox: Inbox) -> None:
    inbox.answers["MAIL"] = "553 5.7.1 not your address"
    send(f"smtp://{serve()}", envelope="respuestas+b123@clientes.example")
    assert [one.mail_from for one in inbox.mails] == [SENDER.address]


def test_two_sends_of_a_mail_are_recognisable(serve: Serve, inbox: Inbox) -> None:
    url = f"smtp://{serve()}"
    assert send(url) == send(url)
    assert len({parsed(envelope.content)["Message-ID"] for envelope in inbox.mails}) == 1


@pytest.mark.usefixtures("trusted")
def test_a_password_goes_through_starttls(serve: Serve, inbox: Inbox, tls: ssl.SSLContext) -> None:
    address = serve(tls_context=tls, authenticator=inbox.check, auth_required=True)
    send(f"smtp://{CREDENTIALS}@{address}")
    assert inbox.users == [USER] and inbox.encrypted == [True]


@pytest.mark.usefixtures("trusted")
def test_smtps_speaks_tls_from_the_first_byte(serve: Serve, inbox: Inbox, tls: ssl.SSLContext) -> None:
    address = serve(ssl_context=tls, authenticator=inbox.check, auth_require_tls=False)
    send(f"smtps://{CREDENTIALS}@{address}")
    assert inbox.users == [USER] and len(inbox.mails) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_is_not_told_to_a_server_that_proves_nothing(
    serve: Serve, inbox: Inbox, tls: ssl.SSLContext, scheme: str
) -> None:
    address = serve(**{"tls_context" if scheme == "smtp" else "ssl_context": tls}, authenticator=inbox.check)
    with pytest.raises(NotSent, match=r"(?i)certificate"):
        send(f"{scheme}://{CREDENTIALS}@{address}")
    assert inbox.users == [] and inbox.mails == []


def test_a_password_is_not_told_in_clear_text(serve: Serve, inbox: Inbox) -> None:
    address = serve(authenticator=inbox.check, auth_require_tls=False)
    with pytest.raises(NotSent, match="STARTTLS"):
        send(f"smtp://{CREDENTIALS}@{address}")
    assert inbox.users == [] and inbox.mails == []


def test_without_a_password_starttls_is_used_where_it_is_offered_whoever_signed(
    serve: Serve, inbox: Inbox, tls: ssl.SSLContext
) -> None:
    send(f"smtp://{serve(tls_context=tls)}")
    assert inbox.encrypted == [True]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("password", ["falsa", "contraseña"])
def test_a_wrong_password_is_tried_again_later_and_told_to_nobody(
    serve: Serve, inbox: Inbox, tls: ssl.SSLContext, password: str
) -> None:
    address = serve(tls_context=tls, authenticator=inbox.check, auth_required=True)
    with pytest.raises(NotSent) as told:
        send(f"smtp://user:{quote(password)}@{address}")
    assert password not in str(told.value) and "ñ" not in told.value.kept and inbox.mails == []


@pytest.mark.parametrize("answer", ["550 5.1.1 no such user", "553 5.1.3 bad address", "521 no mail here"])
def test_a_refused_recipient_is_final_and_the_server_is_quoted(serve: Serve, inbox: Inbox, answer: str) -> None:
    inbox.answers["RCPT"] = answer
    with pytest.raises(MailRefused) as refused:
        send(f"smtp://{serve()}")
    assert refused.value.kept == f"refused {answer}" and refused.value.status < 500


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize("answer", ["451 4.7.1 try later", "421 4.3.2 closing", "452 4.2.2 mailbox full"])
def test_a_server_that_can_not_now_is_tried_again(serve: Serve, inbox: Inbox, command: str, answer: str) -> None:
    inbox.answers[command] = answer
    with pytest.raises(NotSent, match=answer[:9]) as told:
        send(f"smtp://{serve()}")
    assert told.value.status >= 500 and inbox.mails == []


def test_a_refusal_of_what_was_said_is_final_and_does_not_quote_it(serve: Serve, inbox: Inbox) -> None:
    inbox.answers["DATA"] = "554 5.7.1 blocked: https://clientes.example/l/secreto"
    with pytest.raises(MailRefused) as refused:
        send(f"smtp://{serve()}")
    assert refused.value.kept == "refused 554 5.7.1"


def test_a_sender_that_is_not_allowed_is_not_the_recipients_fault(serve: Serve, inbox: Inbox) -> None:
    with pytest.raises(NotSent, match="530"):
        send(f"smtp://{serve(authenticator=inbox.check, auth_required=True, auth_require_tls=False)}")


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(NotSent, match="ConnectionRefused"):
        send(f"smtp://127.0.0.1:{free_port()}")


class Mute:
    """Answers each command with the next of these lines, then says nothing more and keeps the line open."""

    def __init__(self, *lines: bytes) -> None:
        self.lines = lines
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.talk: list[socket.socket] = []
        self.thread = threading.Thread(target=self._answer, daemon=True)
        self.thread.start()

    def _answer(self) -> None:
        talk, _ = self.listening.accept()
        self.talk.append(talk)
        for line in self.lines:
            talk.sendall(line + b"\r\n")
            if not talk.recv(4096):
                return

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.listening.getsockname()[1]}"

    def close(self) -> None:
        self.thread.join()
        for one in (*self.talk, self.listening):
            one.close()


@pytest.fixture
def mute() -> Iterator[Callable[..., Mute]]:
    made: list[Mute] = []

    def start(*lines: bytes) -> Mute:
        made.append(Mute(*lines))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.mark.parametrize("said", [[], [b"220 hi"], [b"220 hi", b"250 hi"], [b"220 hi", b"250 hi", b"250 ok"]])
def test_a_server_that_hangs_before_the_content_surely_sent_nothing(
    mute: Callable[..., Mute], said: list[bytes]
) -> None:
    with pytest.raises(NotSent):
        send(mute(*said).url, SHORT)


def test_a_server_that_hangs_after_the_content_leaves_it_open(mute: Callable[..., Mute]) -> None:
    server = mute(b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go on")
    with pytest.raises(OSError) as told:
        send(server.url, SHORT)
    assert not isinstance(told.value, NotSent)


def test_a_mail_that_was_taken_is_sent_even_if_the_goodbye_fails(mute: Callable[..., Mute]) -> None:
    server = mute(b"220 hi", b"250 hi", b"250 ok", b"250 ok", b"354 go on", b"250 taken")
    assert send(server.url, SHORT) == "<7@clientes.example>"


@pytest.mark.parametrize(("url", "port"), [("smtp://mail.example", 587), ("smtps://mail.example", 465)])
def test_a_url_without_a_port_means_the_ports_for_submission(
    url: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        asked.append(address)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(NotSent):
        send(url)
    assert asked == [("mail.example", port)]
