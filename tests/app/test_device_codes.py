"""An issuer may ask for a code by mail before a personal link opens on a device not seen before."""

from __future__ import annotations

import pytest

from portal.app.accounts.refusals import TooMany, WrongCode
from portal.app.device_codes import ask_device_code, masked, redeem_device_code
from portal.app.devices import DeviceUnknown
from portal.app.links import LinkClosed, create_link, list_links, open_link, revoke_link
from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.errors import NotFound, Refused
from portal.ledger.audit import Where
from tests.app.people import BOSS, HERE, add_party, issuer_of, mailed, set_email, set_issuer
from tests.app.test_links import token_of
from tests.factories import FrozenClock

PHONE, LAPTOP = "a" * 64, "b" * 64


@pytest.fixture
def customer(portal: Portal) -> int:
    (made,) = add_party(portal, "900100200", "900555666")
    set_email(portal, made, "pagos@abc.example")
    set_issuer(portal, issuer_of(portal, made), device_code=True)
    return made


@pytest.fixture
def token(portal: Portal, customer: int) -> str:
    return token_of(create_link(portal, BOSS, customer))


def opens(portal: Portal, token: str, device: str | None) -> bool:
    try:
        open_link(portal, token, HERE.address, HERE.agent, device=device)
    except DeviceUnknown:
        return False
    return True


def code(portal: Portal, token: str, device: str = PHONE) -> str:
    """A code as it came by mail."""
    ask_device_code(portal, token, device, HERE)
    return mailed(portal)[-1][2]["code"]


def other(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06}"


def test_a_device_that_proved_the_link_opens_it_and_no_other_does(portal: Portal, token: str) -> None:
    assert not opens(portal, token, PHONE)
    redeem_device_code(portal, token, PHONE, code(portal, token), HERE)
    assert [opens(portal, token, device) for device in (PHONE, LAPTOP, None)] == [True, False, False]


def test_one_device_proves_each_link_by_itself(portal: Portal, token: str) -> None:
    (another,) = add_party(portal, "900300400", "900555666")
    set_email(portal, another, "pagos@abc.example")
    set_issuer(portal, issuer_of(portal, another), device_code=True)
    second = token_of(create_link(portal, BOSS, another))
    redeem_device_code(portal, token, PHONE, code(portal, token), HERE)
    assert not opens(portal, second, PHONE)
    redeem_device_code(portal, second, PHONE, code(portal, second), HERE)
    assert opens(portal, second, PHONE) and opens(portal, token, PHONE)


def test_the_code_goes_to_the_customers_address_which_is_shown_in_part(portal: Portal, token: str) -> None:
    assert ask_device_code(portal, token, PHONE, HERE, "en") == "p•••@abc.example"
    ((template, to, values),) = mailed(portal)
    assert (template, to, len(values["code"])) == (Template.DEVICE_CODE, "pagos@abc.example", 6)


@pytest.mark.parametrize(("email", "shown"), [("a@b.example", "a•••@b.example"), ("", "•••@")])
def test_little_of_an_address_is_shown(email: str, shown: str) -> None:
    assert masked(email) == shown


def test_a_code_is_good_once(portal: Portal, token: str) -> None:
    digits = code(portal, token)
    redeem_device_code(portal, token, PHONE, f" {digits[:3]} {digits[3:]} ", HERE)
    with pytest.raises(WrongCode):
        redeem_device_code(portal, token, PHONE, digits, HERE)


def test_a_code_is_good_where_it_was_asked_for_only(portal: Portal, token: str) -> None:
    digits = code(portal, token)
    with pytest.raises(WrongCode):
        redeem_device_code(portal, token, LAPTOP, digits, HERE)
    redeem_device_code(portal, token, PHONE, digits, HERE)


def test_a_code_is_good_for_ten_minutes(portal: Portal, clock: FrozenClock, token: str) -> None:
    digits = code(portal, token)
    clock.forward(minutes=10)
    with pytest.raises(WrongCode):
        redeem_device_code(portal, token, PHONE, digits, HERE)


def test_after_five_tries_the_right_code_is_wrong_too(portal: Portal, token: str) -> None:
    digits = code(portal, token)
    for typed in [other(digits)] * 4 + ["no sé"]:
        with pytest.raises(WrongCode):
            redeem_device_code(portal, token, PHONE, typed, HERE)
    with pytest.raises(WrongCode):
        redeem_device_code(portal, token, PHONE, digits, HERE)
    assert not opens(portal, token, PHONE)


def test_codes_are_few_from_one_address_and_its_owner_elsewhere_still_gets_one(
    portal: Portal, clock: FrozenClock, token: str
) -> None:
    for _ in range(5):
        code(portal, token)
    with pytest.raises(TooMany):
        ask_device_code(portal, token, LAPTOP, HERE)
    assert ask_device_code(portal, token, LAPTOP, Where("198.51.100.7", ""))
    assert len(mailed(portal)) == 6
    clock.forward(hours=1)
    assert ask_device_code(portal, token, LAPTOP, HERE)


def test_a_customer_without_an_address_is_told_whom_to_ask(portal: Portal, customer: int, token: str) -> None:
    set_email(portal, customer, None)
    with pytest.raises(Refused, match=r"Emisor 900100200 pide un código.*pídele que lo registre"):
        ask_device_code(portal, token, PHONE, HERE)


def test_a_closed_link_sends_no_codes(portal: Portal, token: str) -> None:
    digits = code(portal, token)
    (listed,) = list_links(portal, BOSS)
    revoke_link(portal, BOSS, listed.link.id)
    with pytest.raises(LinkClosed):
        ask_device_code(portal, token, PHONE, HERE)
    with pytest.raises(LinkClosed):
        redeem_device_code(portal, token, PHONE, digits, HERE)


def test_where_no_code_is_wanted_links_open_everywhere_and_none_is_sent(
    portal: Portal, customer: int, token: str
) -> None:
    set_issuer(portal, issuer_of(portal, customer), device_code=False)
    assert opens(portal, token, None)
    with pytest.raises(NotFound):
        ask_device_code(portal, token, PHONE, HERE)
