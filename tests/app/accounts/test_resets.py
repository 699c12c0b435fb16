"""B9: a forgotten password changes nothing until it is redeemed; then all that was open is shut."""

import pytest

from portal.app.accounts import passwords
from portal.app.accounts.email_codes import ask_sign_in_code, redeem_link
from portal.app.accounts.passwords import fits
from portal.app.accounts.refusals import OtherBrowser, ProofClosed, TooMany
from portal.app.accounts.resets import ask_reset, change_password, redeem_reset
from portal.app.accounts.throttle import PASSWORD as RULE
from portal.app.accounts.tickets import redeem_ticket
from portal.app.portal import Portal
from portal.app.sessions import find_session
from portal.errors import Refused
from portal.ledger.audit import Event
from portal.ledger.users import User, set_user, user_by_id
from portal.mail.templates import Template
from tests.app.accounts.ways import (
    BROWSER,
    EMAIL,
    OTHER,
    PASSWORD,
    come_in,
    last_mail,
    many_at_once,
    sign_in_password,
    user_of,
    with_password,
    won,
)
from tests.app.people import HERE, mailed, noted, person

NEW = "otra grapa de caballo"


@pytest.fixture
def user_id(portal: Portal) -> int:
    return with_password(portal)


def token(portal: Portal) -> str:
    ask_reset(portal, EMAIL, BROWSER, HERE, "es")
    return last_mail(portal, Template.RESET)["token"]


def row(portal: Portal, user_id: int) -> User:
    with portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
    assert user is not None
    return user


def test_asking_and_looking_change_nothing(portal: Portal, user_id: int) -> None:
    opened, before = come_in(portal), row(portal, user_id)
    asked = token(portal)
    for browser in (OTHER, ""):
        with pytest.raises(OtherBrowser):
            redeem_reset(portal, asked, NEW, browser, HERE)
    assert row(portal, user_id) == before and find_session(portal, opened) and come_in(portal)


def test_redeeming_sets_it_and_shuts_all_that_was_open(portal: Portal, user_id: int) -> None:
    opened = come_in(portal)
    ticket = sign_in_password(portal, EMAIL, PASSWORD, OTHER, HERE)
    ask_sign_in_code(portal, EMAIL, OTHER, HERE, "es")
    entered = redeem_reset(portal, token(portal), NEW, BROWSER, HERE)
    assert user_of(portal, entered) == user_id and find_session(portal, opened) is None
    with pytest.raises(ProofClosed):
        redeem_ticket(portal, ticket.token, OTHER, HERE)
    with pytest.raises(ProofClosed):
        redeem_link(portal, last_mail(portal, Template.SIGN_IN_CODE)["token"], OTHER, HERE)
    with pytest.raises(Refused):
        come_in(portal)
    assert come_in(portal, password=NEW)
    assert mailed(portal)[-1][:2] == (Template.PASSWORD_CHANGED, EMAIL)
    assert len(noted(portal, Event.PASSWORD_SET)) == 1


def test_a_poor_password_is_refused_and_the_link_stays_good(portal: Portal, user_id: int) -> None:
    asked = token(portal)
    with pytest.raises(Refused, match="se prueban primero"):
        redeem_reset(portal, asked, "password1", BROWSER, HERE)
    assert redeem_reset(portal, asked, NEW, BROWSER, HERE)


def test_of_several_at_once_one_sets_it(portal: Portal, user_id: int) -> None:
    asked = token(portal)
    assert won(many_at_once(lambda: redeem_reset(portal, asked, NEW, BROWSER, HERE))) == 1
    assert len(noted(portal, Event.PASSWORD_SET)) == 1


def test_a_made_up_link_costs_no_hashing(portal: Portal, user_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 31)  # would take hours
    with pytest.raises(ProofClosed):
        redeem_reset(portal, "a" * 43, NEW, BROWSER, HERE)


def test_nobody_learns_who_has_an_account(portal: Portal, user_id: int) -> None:
    closed = person(portal, "cerrada@empresa.example")
    with portal.ledger.write("test") as unit:
        set_user(unit, closed, disabled_at=unit.now)
        unit.commit()
    for email in ("cerrada@empresa.example", "nadie@empresa.example"):
        ask_reset(portal, email, BROWSER, HERE, "es")
    assert mailed(portal) == []


def test_who_was_shut_out_in_between_stays_out(portal: Portal, user_id: int) -> None:
    asked = token(portal)
    with portal.ledger.write("test") as unit:
        set_user(unit, user_id, disabled_at=unit.now)
        unit.commit()
    with pytest.raises(ProofClosed):
        redeem_reset(portal, asked, NEW, BROWSER, HERE)


def test_changing_it_ends_the_other_sessions(portal: Portal, user_id: int) -> None:
    other, mine = come_in(portal), come_in(portal)
    change_password(portal, user_id, PASSWORD, NEW, mine, HERE)
    assert find_session(portal, mine) and find_session(portal, other) is None
    assert come_in(portal, password=NEW)
    assert mailed(portal)[-1][:2] == (Template.PASSWORD_CHANGED, EMAIL)


def test_changing_it_asks_for_the_old_one_few_times(portal: Portal, user_id: int) -> None:
    mine = come_in(portal)
    for _ in range(RULE.own):
        with pytest.raises(Refused, match="contraseña actual"):
            change_password(portal, user_id, "otra cosa", NEW, mine, HERE)
    with pytest.raises(TooMany):
        change_password(portal, user_id, PASSWORD, NEW, mine, HERE)
    assert fits(PASSWORD, row(portal, user_id).password_hash or "")


def test_who_has_none_sets_a_first_one(portal: Portal) -> None:
    user_id = person(portal, EMAIL)
    with pytest.raises(Refused, match="entre 8"):
        change_password(portal, user_id, "", "corta", "s" * 64, HERE)
    change_password(portal, user_id, "", NEW, "s" * 64, HERE)
    assert come_in(portal, password=NEW)
