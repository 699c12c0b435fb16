"""Coming in by the word of a sign-in provider, and what is known of a place from then on."""

import pytest

from portal.app.accounts.entering import enter_by_email
from portal.app.accounts.leaving import disable_user
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger.audit import Event
from tests.app.accounts.ways import BROWSER, EMAIL, user_of, with_password
from tests.app.people import BOSS, HERE, noted


def test_an_address_that_a_provider_vouches_for_comes_in(portal: Portal) -> None:
    user_id = with_password(portal)
    entered = enter_by_email(portal, "Ana@empresa.example", "google", BROWSER, HERE)
    assert entered is not None and user_of(portal, entered) == user_id
    assert noted(portal, Event.SIGNED_IN)[0].detail == '{"how": "google"}'


def test_nobody_here_and_somebody_shut_out_do_not(portal: Portal) -> None:
    assert enter_by_email(portal, EMAIL, "google", BROWSER, HERE) is None
    disable_user(portal, BOSS, with_password(portal))
    assert enter_by_email(portal, EMAIL, "google", BROWSER, HERE) is None
    assert noted(portal, Event.SIGNED_IN) == []


def test_what_is_no_address_is_refused(portal: Portal) -> None:
    with pytest.raises(Refused):
        enter_by_email(portal, "ana@", "google", BROWSER, HERE)
