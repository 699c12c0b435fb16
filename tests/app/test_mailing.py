"""A mail exists with what caused it, goes out once, or twice when a worker died in between, and tells no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.app.jobs import LEASE, LONGEST_PAUSE, MOST_ATTEMPTS, dead_letters, retry_dead_letter, run_job
from portal.app.mail_lists import list_mails
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.stopping import read_stop
from portal.bootstrap import build, make_mailer
from portal.config import Settings
from portal.domain.access import Actor, By, Grant, Right, operator
from portal.domain.mail import Mail
from portal.domain.mail_trouble import MailRefused, NotSent, Trouble
from portal.domain.parties import Party
from portal.errors import Refused, SettingsError
from portal.ledger.parties import add_issuer
from portal.ledger.people_tables import mails
from portal.ledger.tables import metadata
from portal.mail.eml import EmlMailer
from portal.mail.smtp import SmtpMailer
from portal.mail.templates import STOPPABLE, needs
from portal.sealing import seal
from tests.factories import FrozenClock
from tests.waiting import until
from workers.crew import Crew

BOSS = operator("test")
CODE, LINK = "código-918273", "https://clientes.example/l/secreto-secreto"
VALUES = {"code": CODE, "link": LINK}
TO = "ana@empresa.example"


class Died(BaseException):
    """A worker that was killed: nothing after this line is done."""


class Postbox:
    """A mailer that keeps what it gets; `then` is raised after, or instead of, taking the mail."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.then: BaseException | None = None

    def send(self, mail: Mail) -> str:
        if isinstance(self.then, MailRefused | NotSent):
            raise self.then
        self.taken.append(mail)
        if self.then:
            raise self.then
        return f"<{mail.token or mail.id}@clientes.example>"


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mailing(portal: Portal, postbox: Postbox) -> Portal:
    """The portal with a mailer that the test commands."""
    return replace(portal, mailer=postbox)


def post(portal: Portal, to: str = TO, issuer_id: int | None = None, commit: bool = True, **other: Any) -> int:
    given = {"template": Template.SIGN_IN_CODE, "language": "es", "values": VALUES, **other}
    with portal.ledger.write("test") as unit:
        mail_id = post_mail(portal, unit, given["template"], to, given["language"], given["values"], issuer_id)
        if commit:
            unit.commit()
    return mail_id


def run(portal: Portal, clock: FrozenClock, mail_id: int) -> None:
    """The job's next turn, whatever became of the last."""
    clock.at += LONGEST_PAUSE + LEASE
    run_job(portal, mail_id)


def row(portal: Portal, mail_id: int) -> Any:
    with portal.ledger.read() as conn:
        return conn.execute(select(mails).where(mails.c.id == mail_id)).one()


def issuer(portal: Portal, tax_id: str, name: str, email: str | None = None) -> int:
    with portal.ledger.write("test") as unit:
        made = add_issuer(unit, Party("CO", "31", tax_id, name), email)
        unit.commit()
    return made


def files(portal: Portal) -> list[Path]:
    return sorted(portal.settings.mail_dir.glob("*.eml"))


def everything_stored(portal: Portal) -> str:
    with portal.ledger.read() as conn:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in conn.execute(select(table)))


def test_a_mail_goes_out_and_what_it_said_is_forgotten(portal: Portal) -> None:
    mail_id = post(portal)
    assert row(portal, mail_id).sealed
    run_job(portal, mail_id)
    (file,) = files(portal)
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))  # type: ignore[attr-defined]
    assert message["To"] == TO and CODE in body.get_content() and LINK in body.get_content()
    sent = row(portal, mail_id)
    assert (sent.sealed, sent.error, sent.message_id) == (None, None, message["Message-ID"])
    assert sent.sending_at == sent.sent_at == portal.clock.now()


def test_a_mail_that_was_sent_is_not_sent_again(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    mail_id = post(mailing)
    for _ in range(3):
        run(mailing, clock, mail_id)
    assert len(postbox.taken) == 1


def test_without_a_commit_there_is_no_mail(portal: Portal) -> None:
    run_job(portal, post(portal, commit=False))
    assert files(portal) == [] and list_mails(portal, BOSS, 10) == []


def test_a_mail_is_written_in_its_readers_language_and_in_the_issuers_name(mailing: Portal, postbox: Postbox) -> None:
    issuer_id = issuer(mailing, "900100200", "Ejemplar S.A.S.", "cartera@ejemplar.example")
    values = {"link": LINK, "days": "90", "text": "Gracias."}
    run_job(mailing, post(mailing, issuer_id=issuer_id, template=Template.PERSONAL_LINK, values=values, language="en"))
    (mail,) = postbox.taken
    assert (mail.sender_name, mail.language) == ("Ejemplar S.A.S.", "en") and "Ejemplar S.A.S." in mail.subject
    assert mail.reply_to is not None and mail.reply_to.address == "cartera@ejemplar.example"
    assert "Gracias." in mail.text and '<html lang="en"' in mail.html


def test_an_issuer_without_a_usable_address_still_writes(mailing: Portal, postbox: Postbox) -> None:
    for tax_id, email in (("900100200", None), ("900300400", "no tiene")):
        run_job(mailing, post(mailing, issuer_id=issuer(mailing, tax_id, "Ejemplar", email)))
    assert [mail.reply_to for mail in postbox.taken] == [None, None]


@pytest.mark.parametrize("to", ["", "ana", "ana@empresa.example\r\nBcc: eva@evil.example"])
def test_an_address_that_is_none_is_refused_before_anything_is_written(portal: Portal, to: str) -> None:
    with pytest.raises(Refused, match="dirección de correo"):
        post(portal, to)
    assert list_mails(portal, BOSS, 10) == []


def test_a_value_that_is_missing_is_noticed_where_the_mail_is_posted(portal: Portal) -> None:
    with pytest.raises(ValueError, match="sign_in_code needs code"):
        post(portal, values={"link": LINK})
    with pytest.raises(ValueError, match="personal_link needs issuer"):
        post(portal, template=Template.PERSONAL_LINK, values={"link": LINK, "days": "9"})


def test_a_worker_that_dies_between_sending_and_saying_so_sends_twice_and_never_three_times(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    mail_id, postbox.then = post(mailing), Died()
    for _ in range(2):
        with pytest.raises(Died):
            run(mailing, clock, mail_id)
    postbox.then = None
    for _ in range(3):
        run(mailing, clock, mail_id)
    assert [mail.id for mail in postbox.taken] == [mail_id, mail_id]
    (listed,) = list_mails(mailing, BOSS, 10)
    assert listed.sent_at is None and "salió dos veces" in str(listed.error)
    assert [dead.id for dead in dead_letters(mailing, BOSS)] == [mail_id]


def test_the_second_send_after_a_death_settles_it(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    mail_id, postbox.then = post(mailing), Died()
    with pytest.raises(Died):
        run(mailing, clock, mail_id)
    postbox.then = None
    run(mailing, clock, mail_id)
    run(mailing, clock, mail_id)
    first, second = postbox.taken
    assert first == second and row(mailing, mail_id).sent_at == clock.now() - LONGEST_PAUSE - LEASE


def test_what_an_operator_retries_goes_out_once_more(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    mail_id, postbox.then = post(mailing), OSError("silence")
    for _ in range(MOST_ATTEMPTS):
        run(mailing, clock, mail_id)
    assert len(postbox.taken) == 2
    postbox.then = None
    retry_dead_letter(mailing, BOSS, mail_id)
    run(mailing, clock, mail_id)
    assert len(postbox.taken) == 3 and row(mailing, mail_id).sent_at


def test_what_surely_did_not_go_out_is_tried_as_often_as_any_job(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    mail_id, postbox.then = post(mailing), NotSent("451 4.7.1 later")
    for _ in range(MOST_ATTEMPTS - 1):
        run(mailing, clock, mail_id)
    (listed,) = list_mails(mailing, BOSS, 10)
    assert "451 4.7.1 later" in str(listed.error) and listed.sending_at is None
    postbox.then = None
    run(mailing, clock, mail_id)
    (listed,) = list_mails(mailing, BOSS, 10)
    assert len(postbox.taken) == 1 and listed.sent_at and listed.error is None


def test_a_refused_recipient_is_not_tried_again(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    mail_id, postbox.then = post(mailing), MailRefused(Trouble.REFUSED, "550 5.1.1 no such user")
    run(mailing, clock, mail_id)
    postbox.then = None
    run(mailing, clock, mail_id)
    assert postbox.taken == [] and [dead.id for dead in dead_letters(mailing, BOSS)] == [mail_id]
    assert "550 5.1.1 no such user" in str(list_mails(mailing, BOSS, 10)[0].error)


class TwoAtOnce(Postbox):
    """While the mail is under way, another worker sends it too."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def send(self, mail: Mail) -> str:
        if not self.taken:
            self.taken.append(mail)
            self.meanwhile()
            return "<late@clientes.example>"
        return super().send(mail)


def test_two_workers_at_once_send_at_most_twice_and_nobody_complains(portal: Portal, clock: FrozenClock) -> None:
    mail_id = post(portal)
    postbox = TwoAtOnce(lambda: run(mailing, clock, mail_id))
    mailing = replace(portal, mailer=postbox)
    run(mailing, clock, mail_id)
    run(mailing, clock, mail_id)
    assert len(postbox.taken) == 2 and dead_letters(portal, BOSS) == []
    (one,) = {mail.token for mail in postbox.taken}
    assert row(portal, mail_id).message_id == f"<{one}@clientes.example>"


def test_nothing_secret_is_stored_or_logged_whatever_becomes_of_the_mail(
    mailing: Portal, postbox: Postbox, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ends = [None, NotSent("451"), MailRefused(Trouble.REFUSED, "550"), OSError("silence")]
    for postbox.then in ends:
        run(mailing, clock, post(mailing))
    seen = everything_stored(mailing) + caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert len(list_mails(mailing, BOSS, 10)) == len(ends) and TO in seen
    assert CODE not in seen and "secreto" not in seen
    assert CODE not in repr(list_mails(mailing, BOSS, 10)) and repr(mailing.secret) not in repr(mailing)


def test_a_mail_posted_before_a_rotation_goes_out_and_after_two_it_is_given_up(tmp_path: Path) -> None:
    keys = ["a" * 32, "b" * 32, "c" * 32]

    def at(present: int) -> Portal:
        previous = keys[present - 1] if present else None
        settings = Settings(home=tmp_path, secret_key=keys[present], secret_key_previous=previous)
        return build(settings, FrozenClock())

    first, second, third = (at(present) for present in range(3))
    early, late = post(first), post(first)
    run_job(second, early)
    run_job(third, late)
    assert len(files(third)) == 1 and row(third, early).sent_at and not row(third, late).sent_at
    assert "una clave que el portal ya no tiene" in str(list_mails(third, BOSS, 1)[0].error)
    assert [dead.id for dead in dead_letters(third, BOSS)] == [late]
    for one in (first, second, third):
        one.close()


@pytest.mark.parametrize("template", STOPPABLE)
def test_a_mail_sealed_before_its_kind_could_be_stopped_goes_out_with_the_way_out(
    mailing: Portal, postbox: Postbox, template: Template
) -> None:
    values = dict.fromkeys(needs(template) - {"issuer"}, "1")
    mail_id = post(mailing, issuer_id=issuer(mailing, "900100200", "Ejemplar"), template=template, values=values)
    old = {"language": "es", "values": {name: told for name, told in values.items() if name != "stop"}}
    with mailing.ledger.write("test") as unit:
        sealed = seal(json.dumps(old), mailing.keys, "mail")
        unit.conn.execute(mails.update().where(mails.c.id == mail_id).values(sealed=sealed))
        unit.commit()
    run_job(mailing, mail_id)
    (mail,) = postbox.taken
    assert mail.unsubscribe and mail.unsubscribe in mail.text
    contact = read_stop(mailing, mail.unsubscribe.rpartition("/")[2])
    assert (contact.email, contact.what) == (TO, STOPPABLE[template])


def test_an_issuer_reads_of_its_own_mails_to_whom_and_when(portal: Portal, clock: FrozenClock) -> None:
    mine, other = issuer(portal, "900100200", "Ejemplar"), issuer(portal, "900300400", "Otra")
    own = post(portal, issuer_id=mine)
    post(portal, "eva@otra.example", issuer_id=other)
    post(portal, "nadie@portal.example")
    auditor = Actor(By.USER, "user:1", (Grant(mine, None, frozenset({Right.AUDIT})),))
    (listed,) = list_mails(portal, auditor, 10)
    assert (listed.id, listed.recipient, listed.template) == (own, TO, Template.SIGN_IN_CODE)
    assert (listed.created_at, listed.sending_at, listed.sent_at) == (clock.now(), None, None)
    reader = Actor(By.USER, "user:2", (Grant(mine, None, frozenset({Right.SEE})),))
    of_one_customer = Actor(By.USER, "user:3", (Grant(mine, 7, frozenset({Right.AUDIT})),))
    assert list_mails(portal, reader, 10) == list_mails(portal, of_one_customer, 10) == []


def test_mails_are_listed_newest_first_page_by_page(portal: Portal) -> None:
    posted = [post(portal) for _ in range(5)]
    pages = [list_mails(portal, BOSS, 2, offset) for offset in (0, 2, 4)]
    assert [one.id for page in pages for one in page] == posted[::-1]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Portal]:
    """A portal that does its own jobs, with a clock that runs."""
    portal = build(Settings(home=tmp_path))
    crew = Crew(portal)
    crew.start()
    yield portal
    crew.stop(20)
    portal.close()


def test_a_committed_mail_goes_out_by_itself(running: Portal) -> None:
    mail_id = post(running)
    until(lambda: row(running, mail_id).sent_at)
    assert len(files(running)) == 1


def test_the_settings_say_which_way_mails_go(tmp_path: Path) -> None:
    by_file = make_mailer(Settings(home=tmp_path))
    assert isinstance(by_file, EmlMailer) and by_file.directory == tmp_path / "mail"
    by_smtp = make_mailer(
        Settings(home=tmp_path, smtp_url="smtp://127.0.0.1", mail_from="Clientes <portal@clientes.example>")
    )
    assert isinstance(by_smtp, SmtpMailer)
    assert (by_smtp.sender.name, by_smtp.sender.address) == ("Clientes", "portal@clientes.example")


def test_a_sender_that_no_server_takes_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PORTAL_MAIL_FROM must be an address"):
        build(Settings(home=tmp_path, mail_from="peña@clientes.example"), FrozenClock())
