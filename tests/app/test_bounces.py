"""A mail that came back marks its address at its issuer, once, if the report is about a mail of ours; others do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from portal.app.contacts import add_contact, change_contact
from portal.app.incoming.bounces import BACK, take_bounce
from portal.app.incoming.posted import take_posted
from portal.app.incoming.reading import look_into_postbox
from portal.app.jobs import run_job
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.app.standing import standings, try_again
from portal.domain.bounces import refused
from portal.domain.contacts import Channel, Gets, Silent
from portal.domain.mail_tokens import Back, make_mail_token, tagged
from portal.domain.mail_trouble import MailRefused, Trouble
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.ledger.audit import Event
from portal.ledger.inbound import Outcome, inbound_in
from portal.ledger.mails import MailRow, drop_mail, find_mail
from portal.ledger.people_tables import mails
from portal.mail.imap import ImapPostbox
from tests.app.people import BOSS, noted, staff
from tests.app.test_mailing import Postbox
from tests.emulators.imap import imap_server
from tests.factories import ABC, OTRA, FrozenClock, bring, facts
from tests.mail.reports import report
from tests.signed_in import issuer_named

OURS, TO = "respuestas@clientes.example", "pagos@abc.example"


@dataclass
class Post:
    """A portal with a mailbox, and a mail that went out to ABC in its issuer's name."""

    portal: Portal
    postbox: Postbox
    issuer: int
    customer: int
    mail_id: int

    def report(self, **told: Any) -> bytes:
        token = make_mail_token(Back.BOUNCE, self.mail_id, self.portal.secret)
        return report(**{"to": tagged(OURS, token), "recipient": TO, "original": "<no@clientes.example>", **told})

    def mail(self) -> MailRow:
        with self.portal.ledger.read() as conn:
            found = find_mail(conn, self.mail_id)
        assert found is not None
        return found

    def silent(self, issuer: int | None = None) -> dict[str, Silent]:
        with self.portal.ledger.read() as conn:
            return why_silent(conn, issuer or self.issuer, [TO], Gets.REMINDERS)

    def inbound(self) -> list[Outcome]:
        with self.portal.ledger.read() as conn:
            return [one.outcome for one in inbound_in(conn, 10)]


def send(portal: Portal, to: str, issuer: int | None) -> int:
    values = {"link": "https://clientes.example/l/x"}
    with portal.ledger.write("test") as unit:
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, to, "es", values, issuer)
        unit.commit()
    run_job(portal, mail_id)
    return mail_id


@pytest.fixture
def post(portal: Portal) -> Post:
    bring(portal, facts("FE-1", customer=ABC), facts("X-1", issuer=OTRA, customer=ABC))
    postbox = Postbox()
    made = replace(portal, mailer=postbox, settings=portal.settings.model_copy(update={"reply_address": OURS}))
    issuer = issuer_named(portal, "Ejemplar S.A.S.")
    with portal.ledger.read() as conn:
        query = "SELECT id FROM customers WHERE issuer_id = %d"
        customer = int(conn.exec_driver_sql(query % issuer).scalar_one())
    return Post(made, postbox, issuer, customer, send(made, TO, issuer))


def test_each_mail_leaves_from_an_address_of_its_own(post: Post) -> None:
    (mail,) = post.postbox.taken
    assert mail.envelope == tagged(OURS, make_mail_token(Back.BOUNCE, post.mail_id, post.portal.secret))
    bare = replace(post.portal, settings=post.portal.settings.model_copy(update={"reply_address": None}))
    send(bare, TO, post.issuer)
    assert post.postbox.taken[-1].envelope is None


def test_a_report_with_the_token_marks_the_address_at_that_issuer(post: Post) -> None:
    assert take_bounce(post.portal, post.report()) is Outcome.BOUNCE
    assert post.silent() == {TO: Silent.BOUNCED} and post.silent(issuer_named(post.portal, OTRA.name)) == {}
    assert post.mail().bounce == "5.1.1 550 5.1.1 <ana@empresa.example>: user unknown" and post.mail().bounced_at
    (stand,) = standings(post.portal, BOSS, post.customer).values()
    assert stand.bounce is not None and (stand.bounce.status, stand.bounce.at) == ("5.1.1", post.portal.clock.now())
    assert post.inbound() == [Outcome.BOUNCE] and len(noted(post.portal, Event.MAIL_BOUNCED)) == 1


def test_without_a_token_the_message_id_and_the_address_tell_the_mail(post: Post) -> None:
    told = {"to": "portal@clientes.example", "original": post.mail().message_id}
    assert take_bounce(post.portal, post.report(**told, recipient="Pagos@ABC.example")) is Outcome.BOUNCE
    assert post.silent() == {TO: Silent.BOUNCED}


@pytest.mark.parametrize(
    "forged",
    [
        {"to": "portal@clientes.example"},
        {"to": tagged(OURS, make_mail_token(Back.BOUNCE, 7, b"another secret that is long enough"))},
        {"to": tagged(OURS, "b" + "a" * 40)},
        {"to": "portal@clientes.example", "original": "mine", "recipient": "otra@abc.example"},
        {"to": "portal@clientes.example", "original": "guessed"},
    ],
)
def test_a_forged_report_does_nothing(post: Post, forged: dict[str, Any]) -> None:
    ids = {"mine": post.mail().message_id, "guessed": f"<{post.mail_id}@clientes.example>"}
    told = forged | ({"original": ids[forged["original"]]} if "original" in forged else {})
    assert take_bounce(post.portal, post.report(**told)) is None
    assert post.silent() == {} and post.mail().bounced_at is None


def test_a_mail_in_doubt_is_named_by_its_token_only(post: Post) -> None:
    post.postbox.then = TimeoutError("silent after DATA")
    post.mail_id = send(post.portal, TO, post.issuer)
    told = {"to": "portal@clientes.example", "recipient": TO}
    guessed = post.report(**told, original=f"<{post.mail_id}@clientes.example>", number=1)
    assert take_bounce(post.portal, guessed) is None and post.silent() == {}
    named = post.report(**told, original=f"<{post.postbox.taken[-1].token}@clientes.example>", number=2)
    assert take_bounce(post.portal, named) is Outcome.BOUNCE and post.silent() == {TO: Silent.BOUNCED}


def test_a_mail_that_was_sent_before_it_had_a_token_keeps_its_message_id(post: Post) -> None:
    plain = f"<{post.mail_id}@clientes.example>"
    with post.portal.ledger.write("test") as unit:
        unit.conn.execute(mails.update().where(mails.c.id == post.mail_id).values(message_id=plain))
        unit.commit()
    told = {"to": "portal@clientes.example", "recipient": TO}
    assert take_bounce(post.portal, post.report(**told, original=plain)) is Outcome.BOUNCE


def test_neither_token_is_the_other(post: Post) -> None:
    """The Message-ID stands in every copy of a mail, and may not open the address that reports come to."""
    (mail,) = post.postbox.taken
    assert take_bounce(post.portal, post.report(to=tagged(OURS, mail.token or ""))) is None
    assert mail.envelope and mail.token and mail.token not in mail.envelope


def test_a_token_of_a_thread_is_none_for_bounces(post: Post) -> None:
    token = make_mail_token(Back.REPLY, post.mail_id, post.portal.secret)
    assert take_bounce(post.portal, post.report(to=tagged(OURS, token))) is None


def test_a_report_about_an_old_mail_does_nothing(post: Post, clock: FrozenClock) -> None:
    clock.at += BACK
    assert take_bounce(post.portal, post.report()) is None and post.silent() == {}


@pytest.mark.parametrize(
    ("told", "outcome", "came_back"),
    [
        ({"action": "delayed", "status": "4.4.1"}, Outcome.AUTO, False),
        ({"action": "failed", "status": "4.4.7"}, Outcome.BOUNCE, True),
        ({"action": "failed", "status": "5.7.1"}, Outcome.BOUNCE, True),
        ({"action": "failed", "status": "", "said": "smtp; 550 blocked"}, Outcome.BOUNCE, True),
        ({"action": "failed", "status": "5.0.0"}, Outcome.BOUNCE, True),
        ({"action": "relayed", "status": "2.0.0"}, Outcome.AUTO, False),
    ],
)
def test_what_is_late_or_not_about_the_address_marks_none(
    post: Post, told: dict[str, str], outcome: Outcome, came_back: bool
) -> None:
    assert take_bounce(post.portal, post.report(**told)) is outcome
    assert post.silent() == {} and bool(post.mail().bounced_at) is came_back


def test_the_same_report_or_another_of_the_same_mail_changes_nothing_more(post: Post) -> None:
    take_bounce(post.portal, post.report())
    try_again(post.portal, BOSS, post.customer, TO)
    assert [take_bounce(post.portal, post.report(number=number)) for number in (1, 2)] == [Outcome.BOUNCE] * 2
    assert post.silent() == {} and len(noted(post.portal, Event.MAIL_BOUNCED)) == 1


def test_it_comes_by_the_mailbox_and_by_the_mail_server(post: Post) -> None:
    with imap_server() as box:
        box.deliver(post.report())
        look_into_postbox(replace(post.portal, postbox=ImapPostbox(box.url(), timeout=2)))
    assert post.silent() == {TO: Silent.BOUNCED} and post.inbound() == [Outcome.BOUNCE]
    assert take_posted(post.portal, post.report()) is Outcome.BOUNCE
    assert take_posted(post.portal, b"From: a@b.example\r\n\r\nHola") is Outcome.REFUSED
    assert post.inbound() == [Outcome.REFUSED, Outcome.BOUNCE]


def test_nobody_is_written_to_about_a_report(post: Post) -> None:
    before = len(post.postbox.taken)
    take_posted(post.portal, post.report())
    take_posted(post.portal, post.report(to="portal@clientes.example", number=2))
    assert len(post.postbox.taken) == before


@pytest.mark.parametrize(
    ("said", "marked"),
    [("550 5.1.1 no such user", True), ("550 5.7.1 relaying denied", False), ("550 relay not permitted", False)],
)
def test_a_recipient_that_our_own_server_refuses_has_bounced(post: Post, said: str, marked: bool) -> None:
    post.postbox.then = MailRefused(Trouble.REFUSED, said, refused(said))
    post.mail_id = send(post.portal, TO, post.issuer)
    assert bool(post.silent()) is marked and post.mail().bounced_at and post.mail().sent_at is None


def test_a_refused_mail_that_need_not_go_out_any_more_stays_for_the_address_that_it_marked(post: Post) -> None:
    post.postbox.then = MailRefused(Trouble.REFUSED, "550 5.1.1 no", refused("550 5.1.1 no"))
    post.mail_id = send(post.portal, TO, post.issuer)
    with post.portal.ledger.write("test") as unit:
        drop_mail(unit, post.mail_id)
        unit.commit()
    assert post.mail().cancelled_at and post.silent() == {TO: Silent.BOUNCED}


def test_codes_go_to_a_marked_address_as_ever(post: Post) -> None:
    take_bounce(post.portal, post.report())
    before = len(post.postbox.taken)
    send(post.portal, TO, None)
    send(post.portal, TO, post.issuer)
    assert len(post.postbox.taken) == before + 2


def test_a_mail_of_nobody_marks_nothing(post: Post) -> None:
    post.mail_id = send(post.portal, TO, None)
    assert take_bounce(post.portal, post.report()) is Outcome.BOUNCE
    assert post.mail().bounced_at and post.silent() == {}


def test_an_address_that_is_saved_again_or_tried_again_is_written_to(post: Post, clock: FrozenClock) -> None:
    portal = post.portal
    contact = add_contact(portal, BOSS, post.customer, Channel.EMAIL, TO, "Pagos", list(Gets))

    def bounced() -> None:
        clock.at += timedelta(minutes=1)
        post.mail_id = send(portal, TO, post.issuer)
        take_bounce(portal, post.report(number=post.mail_id))
        assert post.silent() == {TO: Silent.BOUNCED}

    bounced()
    change_contact(portal, BOSS, contact, TO, "Pagos", list(Gets))
    assert post.silent() == {}
    bounced()
    try_again(portal, staff(portal, post.issuer), post.customer, TO.upper())
    assert post.silent() == {} and len(noted(portal, Event.ADDRESS_TRIED_AGAIN)) == 2
    bounced()
    for actor in (staff(portal, issuer_named(portal, OTRA.name)), staff(portal, post.issuer, Role.READER)):
        with pytest.raises(NotFound):
            try_again(portal, actor, post.customer, TO)
        with pytest.raises(NotFound):
            standings(portal, actor, post.customer)
    with pytest.raises(NotFound):
        try_again(portal, BOSS, post.customer, "otra@abc.example")
    assert post.silent() == {TO: Silent.BOUNCED} and all(TO not in (one.detail or "") for one in noted(portal))
