"""A statement that waits to be mailed is left out, and says why, if its address is written to no more when it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from portal.app.contacts import add_contact
from portal.app.jobs import dead_letters, retry_dead_letter, run_job
from portal.app.mail_desk import cancel_mail
from portal.app.mail_lists import list_mails
from portal.app.portal import Portal
from portal.app.statements.issuing import Wish
from portal.app.statements.mailing import mail_statement
from portal.app.statements.monthly import list_mailed, months_due, preview_month, save_monthly
from portal.app.stopping import start_mails, stop_mails
from portal.domain.bounces import Failure
from portal.domain.contacts import Channel, Gets, Silent
from portal.domain.mail import Mail
from portal.domain.mail_state import MailState
from portal.domain.mail_trouble import MailRefused, Trouble
from portal.domain.monthly import MonthlyRules, days_of
from portal.ledger.addresses import stop
from portal.ledger.audit import Event
from portal.ledger.people_tables import mails
from portal.ports import Mailer
from tests.app.people import BOSS, mailed, noted
from tests.app.statements.account import account_of, owner
from tests.app.statements.test_mailing import LUZ, THIRD, letters, work
from tests.app.test_silence import bounce
from tests.factories import FrozenClock, bring, facts

PAGOS = "pagos@abc.example"


@dataclass(frozen=True)
class Refusing:
    """A mail server that takes nothing for one address."""

    inner: Mailer
    email: str
    status: str = "5.1.1"

    def send(self, mail: Mail) -> str:
        if mail.to.address == self.email:
            raise MailRefused(Trouble.REFUSED, "550 no", Failure(self.status, "550 no"))
        return self.inner.send(mail)


@pytest.fixture
def posted(portal: Portal, clock: FrozenClock, wish: Wish) -> Wish:
    """The month's statements of ABC and of Luz wait to go out."""
    bring(portal, facts("FE-5", 500, customer=LUZ))
    save_monthly(portal, owner(wish), wish.issuer_id, MonthlyRules(True))
    clock.at = THIRD
    months_due(portal)
    work(portal)
    return wish


def stop_address(portal: Portal, email: str) -> str:
    return next(told["stop"] for _, to, told in mailed(portal) if to == email).rpartition("/")[2]


def told(portal: Portal, wish: Wish) -> dict[str, Silent | None]:
    """By address, why the list of what was sent says that it was not."""
    return {one.email: one.left_out for one in list_mailed(portal, owner(wish), wish.issuer_id, 10)}


def states(portal: Portal, wish: Wish) -> dict[str, MailState]:
    """By address, how the list of what was sent says that it stands."""
    return {one.email: one.state for one in list_mailed(portal, owner(wish), wish.issuer_id, 10)}


def contacts(portal: Portal, wish: Wish, *emails: str) -> None:
    for email in emails:
        add_contact(portal, BOSS, wish.customer_id, Channel.EMAIL, email, "", {Gets.STATEMENTS})


def cancel(portal: Portal, email: str) -> None:
    (mail,) = list_mails(portal, BOSS, 10, search=email)
    cancel_mail(portal, BOSS, mail.id, "equivocado")


def begun(portal: Portal, email: str) -> None:
    """A send whose end nobody knows."""
    with portal.ledger.write("test") as unit:
        unit.conn.execute(mails.update().where(mails.c.recipient == email).values(sends=1))
        unit.commit()


def month_again(portal: Portal, wish: Wish) -> None:
    """The month's work once more, as a second delivery would bring it."""
    with portal.ledger.write("test") as unit:
        month = {"issuer": wish.issuer_id, "start": "2026-03-01", "end": "2026-03-31"}
        unit.job("plans", "send_statements", {**month, "customers": [wish.customer_id]})
        unit.commit()


def sent_to(portal: Portal) -> list[str]:
    return sorted(letter["To"] for letter in letters(portal) if letter["Subject"].startswith("Estado de cuenta"))


def test_who_stops_them_while_theirs_waits_gets_none_and_the_list_says_why(portal: Portal, posted: Wish) -> None:
    stop_mails(portal, stop_address(portal, PAGOS))
    assert sent_to(portal) == ["luz@luz.example"]
    assert told(portal, posted) == {PAGOS: Silent.STOPPED, "luz@luz.example": None}
    (entry,) = noted(portal, Event.STATEMENT_LEFT_OUT)
    assert entry.customer_id == posted.customer_id and '"silent": "stopped"' in (entry.detail or "")
    (mail,) = list_mails(portal, BOSS, 10, state=MailState.CANCELLED)
    assert (mail.recipient, mail.silent, mail.cancelled_why) == (PAGOS, Silent.STOPPED, "")
    again = preview_month(portal, owner(posted), posted.issuer_id)
    assert "mailed" not in {one.against for one in again.mails if one.email == PAGOS}


def test_one_that_bounced_meanwhile_goes_to_another_contact_or_is_left_out(portal: Portal, posted: Wish) -> None:
    bounce(portal, posted.issuer_id, PAGOS)
    bounce(portal, posted.issuer_id, "luz@luz.example")
    contacts(portal, posted, PAGOS, "dos@abc.example")
    bounce(portal, posted.issuer_id, PAGOS)  # a contact that is written down is believed anew
    assert sent_to(portal) == ["dos@abc.example"]
    assert told(portal, posted) == {"dos@abc.example": None, "luz@luz.example": Silent.BOUNCED}


def test_one_that_was_stopped_meanwhile_goes_to_another_contact(portal: Portal, posted: Wish) -> None:
    contacts(portal, posted, PAGOS, "dos@abc.example")
    with portal.ledger.write("test") as unit:
        stop(unit, posted.issuer_id, PAGOS, Gets.STATEMENTS)
        unit.commit()
    assert sent_to(portal) == ["dos@abc.example", "luz@luz.example"]
    assert told(portal, posted) == {"dos@abc.example": None, "luz@luz.example": None}


def test_one_that_the_server_refuses_goes_to_another_contact_or_is_left_out(portal: Portal, posted: Wish) -> None:
    contacts(portal, posted, PAGOS, "dos@abc.example")
    work(replace(portal, mailer=Refusing(portal.mailer, PAGOS)), but="")
    assert sent_to(portal) == ["dos@abc.example", "luz@luz.example"]
    assert told(portal, posted) == {"dos@abc.example": None, "luz@luz.example": None}
    by_hand = replace(posted, customer_id=account_of(portal, "FE-5")[1])
    mail_statement(portal, owner(posted), by_hand)
    work(replace(portal, mailer=Refusing(portal.mailer, "luz@luz.example")), but="")
    newest, *_ = list_mailed(portal, owner(posted), posted.issuer_id, 10)
    assert (newest.email, newest.left_out, newest.state) == ("luz@luz.example", Silent.BOUNCED, MailState.BOUNCED)
    assert dead_letters(portal, BOSS) == []
    refused = list_mails(portal, BOSS, 10, state=MailState.BOUNCED)
    assert [(one.recipient, one.given_up) for one in refused] == [("luz@luz.example", False), (PAGOS, False)]


def test_a_refusal_that_is_not_about_the_address_is_retried_by_hand_whatever_became_of_the_address(
    portal: Portal, wish: Wish
) -> None:
    mail_statement(portal, owner(wish), wish)
    work(replace(portal, mailer=Refusing(portal.mailer, PAGOS, "5.7.1")), but="")
    assert states(portal, wish) == {PAGOS: MailState.BOUNCED} and told(portal, wish) == {PAGOS: None}
    bounce(portal, wish.issuer_id, PAGOS)
    (letter,) = dead_letters(portal, BOSS)
    retry_dead_letter(portal, BOSS, letter.id)
    assert sent_to(portal) == [PAGOS] and states(portal, wish) == {PAGOS: MailState.SENT}


def test_one_that_an_operator_cancelled_is_said_to_be_and_its_month_is_open_again(portal: Portal, posted: Wish) -> None:
    assert set(states(portal, posted).values()) == {MailState.WAITING}
    cancel(portal, PAGOS)
    assert sent_to(portal) == ["luz@luz.example"]
    assert states(portal, posted) == {PAGOS: MailState.CANCELLED, "luz@luz.example": MailState.SENT}
    month_again(portal, posted)
    assert sent_to(portal) == ["luz@luz.example", PAGOS]
    assert set(states(portal, posted).values()) == {MailState.SENT}


def test_one_in_doubt_that_an_operator_cancelled_may_have_gone_out(portal: Portal, posted: Wish) -> None:
    begun(portal, PAGOS)
    cancel(portal, PAGOS)
    month_again(portal, posted)
    assert sent_to(portal) == ["luz@luz.example"]


def test_one_that_was_left_out_is_no_second_one_when_its_reader_wants_them_again(portal: Portal, posted: Wish) -> None:
    token = stop_address(portal, PAGOS)
    stop_mails(portal, token)
    letters(portal)
    start_mails(portal, token)
    month_again(portal, posted)
    for _ in range(2):
        assert sent_to(portal) == ["luz@luz.example", PAGOS]
    assert told(portal, posted) == {PAGOS: None, "luz@luz.example": None}


def test_one_that_may_have_gone_out_is_not_sent_again_and_not_said_to_be_left_out(portal: Portal, posted: Wish) -> None:
    stop_mails(portal, stop_address(portal, PAGOS))
    begun(portal, PAGOS)
    assert sent_to(portal) == ["luz@luz.example"]
    assert told(portal, posted) == {PAGOS: None, "luz@luz.example": None}


def test_one_that_somebody_sent_is_looked_at_again_too_and_twice_is_as_once(portal: Portal, wish: Wish) -> None:
    mail_statement(portal, owner(wish), wish)
    stop_mails(portal, stop_address(portal, PAGOS))
    with portal.ledger.read() as conn:
        mail_id = conn.execute(select(mails.c.id).where(mails.c.recipient == PAGOS)).scalar_one()
    for _ in range(2):
        run_job(portal, mail_id)
    assert letters(portal) == [] and told(portal, wish) == {PAGOS: Silent.STOPPED}
    assert len(noted(portal, Event.STATEMENT_LEFT_OUT)) == 1


def test_a_month_is_its_days() -> None:
    assert [str(day) for day in (*days_of("2026-12"), *days_of("2028-02"))] == [
        "2026-12-01", "2026-12-31", "2028-02-01", "2028-02-29",
    ]  # fmt: skip
