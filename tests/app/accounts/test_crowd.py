"""All that one person, and who attacks them, may do at the same time: every call ends in its own sentence or works."""

import random
from collections.abc import Callable

from portal.app.accounts.email_codes import ask_sign_in_code, redeem_code, redeem_link
from portal.app.accounts.my_sessions import end_all_sessions
from portal.app.accounts.resets import ask_reset, change_password, redeem_reset
from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.ledger.audit import Where
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, EMAIL, PASSWORD, all_at_once, come_in, last_mail, with_password, won
from tests.app.people import HERE


def crowd(portal: Portal, user_id: int, dice: random.Random) -> list[Callable[[], object]]:
    """Calls on one account in random order; passwords stay the same, so that any may follow any."""
    ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es")
    ask_reset(portal, EMAIL, BROWSER, HERE, "es")
    code, reset = last_mail(portal, Template.SIGN_IN_CODE), last_mail(portal, Template.RESET)
    stranger = Where(f"198.51.100.{dice.randrange(250)}", "curl")
    calls: list[Callable[[], object]] = [
        lambda: come_in(portal),
        lambda: come_in(portal, password="otra cosa", where=stranger),
        lambda: ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es"),
        lambda: ask_sign_up(portal, EMAIL, "Ana", BROWSER, stranger, "es", "2026-01"),
        lambda: redeem_link(portal, code["token"], BROWSER, HERE),
        lambda: redeem_code(portal, EMAIL, code["code"], BROWSER, HERE),
        lambda: redeem_reset(portal, reset["token"], PASSWORD, BROWSER, HERE),
        lambda: change_password(portal, user_id, PASSWORD, PASSWORD, "s" * 64, HERE),
        lambda: end_all_sessions(portal, user_id, HERE),
    ] * 3
    dice.shuffle(calls)
    return calls


def test_a_crowd_on_one_account_meets_no_fault(portal: Portal, dice: random.Random) -> None:
    user_id = with_password(portal)
    come_in(portal)
    assert won(all_at_once(crowd(portal, user_id, dice))) >= 3
    assert come_in(portal)
