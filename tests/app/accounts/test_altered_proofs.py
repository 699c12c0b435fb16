"""B6: 1,000 altered, expired, used, foreign tokens of every kind of mailed proof; none is taken."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portal.app.accounts.email_codes import ask_sign_in_code, redeem_link
from portal.app.accounts.refusals import OtherBrowser, ProofClosed
from portal.app.accounts.resets import ask_reset, redeem_reset
from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.domain.tokens import new_session_token
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, EMAIL, OTHER, last_mail, many_at_once, with_password, won
from tests.app.people import HERE, noted
from tests.factories import FrozenClock

NEW = "nueva@empresa.example"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Kind:
    """A mailed proof: how it is asked for, and how its link is redeemed."""

    template: Template
    email: str
    ask: Callable[[Portal], None]
    redeem: Callable[[Portal, str, str], str]

    def token(self, portal: Portal) -> str:
        self.ask(portal)
        return last_mail(portal, self.template, self.email)["token"]


def reset(portal: Portal, token: str, browser: str) -> str:
    return redeem_reset(portal, token, "otra grapa de caballo", browser, HERE)


def enter(portal: Portal, token: str, browser: str) -> str:
    return redeem_link(portal, token, browser, HERE)


KINDS = (
    Kind(Template.SIGN_IN_CODE, EMAIL, lambda p: ask_sign_in_code(p, EMAIL, BROWSER, HERE, "es"), enter),
    Kind(Template.SIGN_UP, NEW, lambda p: ask_sign_up(p, NEW, "Nueva", BROWSER, HERE, "es", "2026-01"), enter),
    Kind(Template.RESET, EMAIL, lambda p: ask_reset(p, EMAIL, BROWSER, HERE, "es"), reset),
)


def altered(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    other = dice.choice([letter for letter in LETTERS if letter != token[at]])
    ways = [
        token[:at] + other + token[at + 1 :],
        token[:at],
        token + other,
        token.swapcase(),
        token[::-1],
        token[:at] + "\u00f1" + token[at + 1 :],
        f" {token}",
        new_session_token(),
        "",
    ]
    return dice.choice([way for way in ways if way != token])


def test_a_thousand_wrong_tokens_open_nothing(
    portal: Portal, clock: FrozenClock, dice: random.Random, figure: Callable[[str], None]
) -> None:
    with_password(portal)
    tokens = {kind: kind.token(portal) for kind in KINDS}
    before, taken = len(noted(portal)), 0
    for _ in range(1_000):
        kind = dice.choice(KINDS)
        foreign = dice.choice([OTHER, "", BROWSER[:-1], BROWSER.upper(), f"{dice.getrandbits(256):064x}"])
        other_kind = dice.choice([one for one in KINDS if (one.redeem is reset) != (kind.redeem is reset)])
        token, browser, redeem = dice.choice(
            [
                (altered(tokens[kind], dice), BROWSER, kind.redeem),
                (tokens[kind], foreign, kind.redeem),
                (tokens[kind], BROWSER, other_kind.redeem),
            ]
        )
        with pytest.raises((ProofClosed, OtherBrowser)):
            redeem(portal, token, browser)
            taken += 1
    assert len(noted(portal)) == before  # nothing happened
    clock.forward(minutes=9, seconds=59)
    for kind, token in tokens.items():
        assert kind.redeem(portal, token, BROWSER)
        with pytest.raises(ProofClosed):
            kind.redeem(portal, token, BROWSER)
    figure(f"1,000 altered, foreign and misdirected proofs: {taken} taken")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.template))
def test_an_expired_proof_opens_nothing(portal: Portal, clock: FrozenClock, kind: Kind) -> None:
    with_password(portal)
    token = kind.token(portal)
    clock.forward(minutes=10)
    with pytest.raises(ProofClosed):
        kind.redeem(portal, token, BROWSER)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.template))
def test_of_several_at_once_one_is_taken(portal: Portal, kind: Kind) -> None:
    with_password(portal)
    token = kind.token(portal)
    assert won(many_at_once(lambda: kind.redeem(portal, token, BROWSER))) == 1
