import pytest

from portal.app.accounts.refusals import ProofClosed, WrongPassword
from portal.app.accounts.tickets import issue_ticket, redeem_ticket
from portal.app.portal import Portal
from portal.ledger.users import set_user
from tests.app.accounts.ways import (
    BROWSER,
    EMAIL,
    OTHER,
    PASSWORD,
    many_at_once,
    sign_in_password,
    user_of,
    with_password,
    won,
)
from tests.app.people import HERE
from tests.factories import FrozenClock


@pytest.fixture
def user_id(portal: Portal) -> int:
    return with_password(portal)


@pytest.fixture
def token(portal: Portal, user_id: int) -> str:
    return sign_in_password(portal, EMAIL, PASSWORD, BROWSER, HERE).token


def close(portal: Portal, user_id: int) -> None:
    with portal.ledger.write("test") as unit:
        set_user(unit, user_id, disabled_at=unit.now)
        unit.commit()


def test_a_ticket_is_good_once(portal: Portal, user_id: int, token: str) -> None:
    assert user_of(portal, redeem_ticket(portal, token, BROWSER, HERE)) == user_id
    with pytest.raises(ProofClosed):
        redeem_ticket(portal, token, BROWSER, HERE)


def test_a_ticket_lives_a_minute(portal: Portal, clock: FrozenClock, token: str) -> None:
    clock.forward(seconds=60)
    with pytest.raises(ProofClosed):
        redeem_ticket(portal, token, BROWSER, HERE)


def test_a_ticket_is_of_its_browser_and_survives_another_one(portal: Portal, token: str) -> None:
    for browser in (OTHER, ""):
        with pytest.raises(ProofClosed):
            redeem_ticket(portal, token, browser, HERE)
    assert redeem_ticket(portal, token, BROWSER, HERE)


@pytest.mark.parametrize("token", ["", "x", "ñ" * 43, "a" * 43, "a" * 10_000, "\x00" * 43, "\ud800" * 43])
def test_what_is_no_ticket_is_refused(portal: Portal, token: str) -> None:
    with pytest.raises(ProofClosed):
        redeem_ticket(portal, token, BROWSER, HERE)


def test_of_several_at_once_one_gets_in(portal: Portal, token: str) -> None:
    assert won(many_at_once(lambda: redeem_ticket(portal, token, BROWSER, HERE))) == 1


def test_an_account_closed_in_between_stays_out(portal: Portal, user_id: int, token: str) -> None:
    close(portal, user_id)
    with pytest.raises(ProofClosed):
        redeem_ticket(portal, token, BROWSER, HERE)
    with pytest.raises(WrongPassword):
        issue_ticket(portal, user_id, BROWSER, HERE)
