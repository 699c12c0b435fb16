"""An operator finds mails by how they stand, cancels what waits, retries what failed, reads those that are files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.app.bouncing import bounce
from portal.app.jobs import dead_letters, retry_dead_letter
from portal.app.mail_desk import (
    cancel_mail,
    count_failed,
    count_marks,
    forget_marks,
    mail_file,
    open_mail,
    read_mail_file,
    retry_failed,
)
from portal.app.mail_lists import list_mails
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.bounces import Failure
from portal.domain.mail_state import MailState
from portal.domain.mail_trouble import MailRefused, NotSent, Trouble
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger.audit import Event
from portal.render.labels import Labels
from tests.app.people import BOSS, acting, noted, person
from tests.app.test_mailing import CODE, LINK, TO, VALUES, Postbox, TwoAtOnce, files, issuer, post, row, run
from tests.app.test_mailing import mailing as mailing
from tests.app.test_mailing import postbox as postbox
from tests.factories import FrozenClock

SAID = Labels(translator("es"), "es")


def states(portal: Portal, search: str = "") -> list[MailState]:
    return [one.state for one in list_mails(portal, BOSS, 20, search=search)]


def fail(portal: Portal, clock: FrozenClock, postbox: Postbox, mail_id: int) -> None:
    postbox.then = NotSent("421 4.3.2 closing")
    for _ in range(5):
        run(portal, clock, mail_id)
    postbox.then = None


def test_all_addresses_marked_on_a_day_are_written_to_again(portal: Portal, clock: FrozenClock) -> None:
    mine, other = issuer(portal, "900100200", "Ejemplar"), issuer(portal, "900300400", "Otra")
    zone, today = "America/Bogota", clock.now().astimezone(ZoneInfo("America/Bogota")).date()
    assert forget_marks(portal, BOSS, today, zone) == 0 and noted(portal, Event.ADDRESS_TRIED_AGAIN) == []

    def mark(issuer_id: int, *whom: str) -> None:
        with portal.ledger.write("test") as unit:
            for one in whom:
                mail_id = post_mail(portal, unit, Template.SIGN_IN_CODE, one, "es", VALUES)
                bounce(unit, mail_id, one, issuer_id, Failure("5.1.1", "550 5.1.1 no"))
            unit.commit()

    mark(mine, "a@x.example", "b@x.example")
    mark(other, "a@x.example")
    clock.forward(days=1)
    mark(mine, "c@x.example")
    assert count_marks(portal, BOSS, today, zone) == 3
    for use in (forget_marks, count_marks):
        with pytest.raises(NotFound):
            use(portal, acting(portal, person(portal, f"{use.__name__}@x.example")), today, zone)
    assert forget_marks(portal, BOSS, today, zone) == 3
    assert count_marks(portal, BOSS, today, zone) == 0 and count_marks(portal, BOSS, today + timedelta(1), zone) == 1
    told = noted(portal, Event.ADDRESS_TRIED_AGAIN)
    assert {one.issuer_id for one in told} == {mine, other} and all("@" not in (one.detail or "") for one in told)


def test_each_state_is_found_by_its_name(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    made = {}
    made[MailState.FAILED] = post(mailing, "fallo@x.example")
    fail(mailing, clock, postbox, made[MailState.FAILED])
    made[MailState.DOUBT], postbox.then = post(mailing, "duda@x.example"), OSError("silence")
    run(mailing, clock, made[MailState.DOUBT])
    bounced = MailRefused(Trouble.REFUSED, "550 5.1.1 no", Failure("5.1.1", "550 5.1.1 no"))
    made[MailState.BOUNCED], postbox.then = post(mailing, "vuelve@x.example"), bounced
    run(mailing, clock, made[MailState.BOUNCED])
    made[MailState.SENT], postbox.then = post(mailing, "sale@x.example"), None
    run(mailing, clock, made[MailState.SENT])
    made[MailState.WAITING] = post(mailing, "espera@x.example")
    made[MailState.CANCELLED] = post(mailing, "nunca@x.example")
    cancel_mail(mailing, BOSS, made[MailState.CANCELLED], "pedido dos veces")
    for wanted, mail_id in made.items():
        assert [one.id for one in list_mails(mailing, BOSS, 20, state=wanted)] == [mail_id]
        assert open_mail(mailing, BOSS, mail_id).state is wanted
    assert len(states(mailing)) == 6 and states(mailing, "VUELVE@") == [MailState.BOUNCED]
    assert states(mailing, "100%") == []


def test_what_people_read_says_whether_it_is_tried_again(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    mail_id, postbox.then = post(mailing), NotSent("421 4.3.2 closing")
    run(mailing, clock, mail_id)
    assert "lo intenta de nuevo" in str(open_mail(mailing, BOSS, mail_id).error)
    fail(mailing, clock, postbox, mail_id)
    told = open_mail(mailing, BOSS, mail_id)
    assert "ya no lo intenta" in str(told.error) and told.given_up
    doubt, postbox.then = post(mailing), OSError("silence")
    run(mailing, clock, doubt)
    told = open_mail(mailing, BOSS, doubt)
    assert "quizá salió" in str(told.error) and not told.given_up


def test_a_cancelled_mail_never_goes_out_and_what_it_said_is_gone(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    mail_id = post(mailing)
    with pytest.raises(Refused, match="por qué"):
        cancel_mail(mailing, BOSS, mail_id, " \n")
    cancel_mail(mailing, BOSS, mail_id, "pedido\ndos veces")
    run(mailing, clock, mail_id)
    assert postbox.taken == [] and row(mailing, mail_id).sealed is None and dead_letters(mailing, BOSS) == []
    assert open_mail(mailing, BOSS, mail_id).cancelled_why == "pedido dos veces"
    (told,) = noted(mailing, Event.MAIL_CANCELLED)
    assert told.subject == f"mail:{mail_id}" and "pedido dos veces" in (told.detail or "")
    with pytest.raises(Refused, match="no se puede"):
        cancel_mail(mailing, BOSS, mail_id, "otra vez")


def test_what_is_gone_or_going_can_not_be_cancelled(mailing: Portal, postbox: Postbox, clock: FrozenClock) -> None:
    sent = post(mailing)
    run(mailing, clock, sent)
    tried: list[str] = []

    def meanwhile() -> None:
        with pytest.raises(Refused, match="no se puede") as told:
            cancel_mail(mailing, BOSS, going, "tarde")
        tried.append(str(told.value))

    going = post(mailing)
    run(replace(mailing, mailer=TwoAtOnce(meanwhile)), clock, going)
    assert tried and open_mail(mailing, BOSS, going).state is MailState.SENT
    with pytest.raises(Refused, match="no se puede"):
        cancel_mail(mailing, BOSS, sent, "tarde")


def test_a_mail_in_doubt_is_not_sent_again_once_it_is_cancelled(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    mail_id, postbox.then = post(mailing), OSError("silence")
    run(mailing, clock, mail_id)
    cancel_mail(mailing, BOSS, mail_id, "ya le llegó")
    postbox.then = None
    run(mailing, clock, mail_id)
    assert len(postbox.taken) == 1 and open_mail(mailing, BOSS, mail_id).state is MailState.CANCELLED


def test_all_that_failed_within_a_day_goes_again_but_no_doubt_and_no_refused_recipient(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    old = post(mailing)
    fail(mailing, clock, postbox, old)
    clock.at += timedelta(days=1)
    late = [post(mailing) for _ in range(2)]
    for mail_id in late:
        fail(mailing, clock, postbox, mail_id)
    doubt, postbox.then = post(mailing), OSError("silence")
    for _ in range(5):
        run(mailing, clock, doubt)
    refused, postbox.then = post(mailing), MailRefused(Trouble.REFUSED, "550", Failure("5.1.1", "550"))
    run(mailing, clock, refused)
    postbox.then, before = None, len(postbox.taken)
    assert count_failed(mailing, BOSS) == retry_failed(mailing, BOSS) == 2
    assert count_failed(mailing, BOSS) == retry_failed(mailing, BOSS) == 0
    for mail_id in (old, *late, doubt, refused):
        run(mailing, clock, mail_id)
    assert [mail.id for mail in postbox.taken[before:]] == late
    assert len(noted(mailing, Event.DEAD_LETTER_RETRIED)) == 1


def test_a_refused_recipient_that_is_retried_and_taken_has_not_bounced(
    mailing: Portal, postbox: Postbox, clock: FrozenClock
) -> None:
    mail_id, postbox.then = post(mailing), MailRefused(Trouble.REFUSED, "550", Failure("5.1.1", "550"))
    run(mailing, clock, mail_id)
    postbox.then = None
    retry_dead_letter(mailing, BOSS, mail_id)
    run(mailing, clock, mail_id)
    assert open_mail(mailing, BOSS, mail_id).state is MailState.SENT


def test_a_mail_in_a_file_is_read_by_operators_and_every_look_is_noted(portal: Portal, clock: FrozenClock) -> None:
    mail_id = post(portal, issuer_id=issuer(portal, "900100200", "Ejemplar"))
    with pytest.raises(NotFound):
        read_mail_file(portal, BOSS, mail_id)
    assert noted(portal, Event.MAIL_LOOKED_AT) == []
    run(portal, clock, mail_id)
    read = read_mail_file(portal, BOSS, mail_id)
    assert ("To", TO) in read.headers and CODE in read.text and LINK in read.text
    assert mail_file(portal, BOSS, mail_id, SAID).data == files(portal)[0].read_bytes()
    assert len(noted(portal, Event.MAIL_LOOKED_AT)) == 2


def test_nobody_else_looks_cancels_or_retries(portal: Portal, clock: FrozenClock) -> None:
    mail_id = post(portal)
    run(portal, clock, mail_id)
    other = acting(portal, person(portal, "otra@x.example"))
    for deed in (
        lambda: open_mail(portal, other, mail_id),
        lambda: read_mail_file(portal, other, mail_id),
        lambda: mail_file(portal, other, mail_id, SAID),
        lambda: cancel_mail(portal, other, mail_id, "x"),
        lambda: retry_failed(portal, other),
        lambda: count_failed(portal, other),
        lambda: open_mail(portal, BOSS, 7),
        lambda: cancel_mail(portal, BOSS, 7, "x"),
    ):
        with pytest.raises(NotFound):
            deed()


def test_what_went_through_a_mail_server_is_shown_to_nobody(mailing: Portal, clock: FrozenClock) -> None:
    mail_id = post(mailing)
    run(replace(mailing), clock, mail_id)
    with pytest.raises(NotFound):
        read_mail_file(mailing, BOSS, mail_id)
    assert noted(mailing, Event.MAIL_LOOKED_AT) == []
