"""A job's mail against a real mail server that refuses, greylists, hangs up or says nothing: what an operator sees."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest

from portal.app.jobs import MOST_ATTEMPTS, dead_letters
from portal.app.mail_desk import open_mail
from portal.app.mail_lists import ListedMail
from portal.app.portal import Portal
from portal.domain.mail import mailbox
from portal.domain.mail_state import MailState
from portal.mail.smtp import SmtpMailer
from tests.app.people import BOSS
from tests.app.test_mailing import TO, post, row, run
from tests.factories import FrozenClock
from tests.services import free_port

SENDER = mailbox("portal@clientes.example")
PATIENCE = 0.5  # seconds, where the server is meant to say nothing
HANG_UP, SILENCE = "hang up", "silence"
Answers = dict[str, list[str]]


@dataclass
class MailServer:
    """Speaks SMTP line by line. `answers`: by command (GREETING, MAIL, RCPT, DATA; "." after the content), the words
    instead of yes, or to hang up or say nothing, used up one by one. `taken`: the mails it said yes to.
    """

    answers: Answers = field(default_factory=dict)
    taken: list[bytes] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)  # contents that came whole, whatever it said then

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                talk, _ = self._listening.accept()
                self._open.append(talk)
                threading.Thread(target=self._talk, args=(talk,), daemon=True).start()

    def _talk(self, talk: socket.socket) -> None:
        with suppress(OSError), talk, talk.makefile("rb") as lines:
            if not self._says(talk, "GREETING", "220 hi"):
                return
            for line in lines:
                verb = line[:4].strip().upper().decode()
                yes = {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
                going_on = not self.answers.get(verb)
                if not self._says(talk, verb, yes):
                    return
                if verb == "DATA" and going_on and not self._content(talk, lines):
                    return

    def _content(self, talk: socket.socket, lines: Iterator[bytes]) -> bool:
        """HANG UP at "content": in the middle of it."""
        if self.answers.get("content"):
            next(lines)
            self.answers["content"].pop(0)
            return False
        content = b"".join(iter(lambda: next(lines), b".\r\n"))
        self.seen.append(content)
        taken = not self.answers.get(".")
        self.taken += [content] if taken else []
        return self._says(talk, ".", "250 taken")

    def _says(self, talk: socket.socket, what: str, yes: str) -> bool:
        waiting = self.answers.get(what)
        words = waiting.pop(0) if waiting else yes
        if words == SILENCE:
            talk.recv(1)
        if words in (HANG_UP, SILENCE):
            return False
        talk.sendall(words.encode() + b"\r\n")
        return True


Start = Callable[[Answers], MailServer]


@pytest.fixture
def start() -> Iterator[Start]:
    made: list[MailServer] = []

    def begin(answers: Answers) -> MailServer:
        made.append(MailServer({name: list(words) for name, words in answers.items()}))
        return made[-1]

    yield begin
    for one in made:
        one.close()


def by(portal: Portal, port: int) -> Portal:
    return replace(portal, mailer=SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER, PATIENCE))


def sent(portal: Portal, clock: FrozenClock, turns: int = 1) -> ListedMail:
    mail_id = post(portal)
    for _ in range(turns):
        run(portal, clock, mail_id)
    return open_mail(portal, BOSS, mail_id)


@pytest.mark.parametrize(
    "answers",
    [
        {"GREETING": ["421 4.3.2 not now"]},
        {"MAIL": ["451 4.7.1 greylisted"]},
        {"RCPT": ["451 4.7.1 greylisted"]},
        {"DATA": ["451 4.3.0 later"]},
        {".": ["451 4.3.0 later"]},
        {"GREETING": [SILENCE]},
        {"RCPT": [SILENCE]},
        {"RCPT": [HANG_UP]},
    ],
    ids=str,
)
def test_what_surely_did_not_go_out_is_tried_again_and_goes_out_once(
    portal: Portal, clock: FrozenClock, start: Start, answers: Answers
) -> None:
    server = start(answers)
    mailing = by(portal, server.port)
    mail_id = post(mailing)
    run(mailing, clock, mail_id)
    told = open_mail(mailing, BOSS, mail_id)
    assert told.state is MailState.WAITING and "lo intenta de nuevo" in str(told.error) and not told.given_up
    run(mailing, clock, mail_id)
    assert open_mail(mailing, BOSS, mail_id).state is MailState.SENT and len(server.taken) == 1


def test_a_server_that_is_away_all_along_leaves_it_failed(portal: Portal, clock: FrozenClock) -> None:
    told = sent(by(portal, free_port()), clock, MOST_ATTEMPTS)
    assert told.state is MailState.FAILED and told.given_up and "ya no lo intenta" in str(told.error)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"RCPT": ["550 5.1.1 no such user"]}, MailState.BOUNCED),
        ({"DATA": ["554 5.7.1 no"]}, MailState.FAILED),
        ({".": ["554 5.7.1 no"]}, MailState.FAILED),
    ],
)
def test_a_refusal_is_final_and_says_what_the_server_said(
    portal: Portal, clock: FrozenClock, start: Start, answers: Answers, state: MailState
) -> None:
    server = start(answers)
    told = sent(by(portal, server.port), clock, 2)
    assert told.state is state and told.given_up and "no acepta" in str(told.error) and server.taken == []
    assert [dead.id for dead in dead_letters(portal, BOSS)] == [told.id]


def test_a_line_that_breaks_in_the_middle_of_the_mail_is_a_doubt_that_the_next_turn_settles(
    portal: Portal, clock: FrozenClock, start: Start
) -> None:
    server = start({"content": [HANG_UP]})
    mailing = by(portal, server.port)
    mail_id = post(mailing)
    run(mailing, clock, mail_id)
    assert open_mail(mailing, BOSS, mail_id).state is MailState.DOUBT and server.seen == []
    run(mailing, clock, mail_id)
    assert open_mail(mailing, BOSS, mail_id).state is MailState.SENT and len(server.taken) == 1


@pytest.mark.parametrize("end", [HANG_UP, SILENCE])
def test_a_server_that_took_it_and_says_nothing_gets_it_twice_at_most_under_one_name(
    portal: Portal, clock: FrozenClock, start: Start, end: str
) -> None:
    server = start({".": [end] * 9})
    mailing = by(portal, server.port)
    mail_id = post(mailing)
    run(mailing, clock, mail_id)
    told = open_mail(mailing, BOSS, mail_id)
    assert told.state is MailState.DOUBT and "quizá salió" in str(told.error) and not told.given_up
    for _ in range(MOST_ATTEMPTS):
        run(mailing, clock, mail_id)
    told = open_mail(mailing, BOSS, mail_id)
    assert told.state is MailState.DOUBT and told.given_up and "salió dos veces" in str(told.error)
    names = [line for content in server.seen for line in content.splitlines() if line.startswith(b"Message-ID:")]
    assert len(names) == 2 and len(set(names)) == 1
    assert row(portal, mail_id).recipient == TO
