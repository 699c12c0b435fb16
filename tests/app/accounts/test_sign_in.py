"""B2 and B3: equal words and work for everybody; guessers meet a wall, and the person whose account it is does not."""

import random
from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest

from portal.app.accounts import passwords
from portal.app.accounts.passwords import fits
from portal.app.accounts.refusals import TooMany, WrongPassword
from portal.app.accounts.sign_in import begin_attempt, finish_attempt
from portal.app.accounts.throttle import PASSWORD
from portal.app.portal import Portal
from portal.domain.access import By
from portal.errors import PortalError, Refused
from portal.ledger.audit import Event, Where
from portal.ledger.users import set_user
from tests.app.accounts.ranks import mann_whitney
from tests.app.accounts.ways import (
    BROWSER,
    ELSEWHERE,
    EMAIL,
    OTHER,
    come_in,
    many_at_once,
    session,
    sign_in_password,
    with_password,
)
from tests.app.accounts.ways import PASSWORD as RIGHT
from tests.app.people import HERE, acting, noted, person
from tests.factories import FrozenClock


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stored hashes that a password was compared with, one by one."""
    done: list[str] = []

    def counting(password: str, stored: str) -> bool:
        done.append(stored)
        return fits(password, stored)

    monkeypatch.setattr(passwords, "fits", counting)
    return done


def refused(portal: Portal, email: str, password: str, browser: str = BROWSER, where: Where = HERE) -> PortalError:
    with pytest.raises(PortalError) as caught:
        sign_in_password(portal, email, password, browser, where)
    return caught.value


def test_the_right_password_opens_a_session_of_its_person(portal: Portal) -> None:
    user_id = with_password(portal)
    opened = session(portal, come_in(portal, "  Ana@Empresa.example "))
    assert opened.user is not None and opened.user.id == user_id and opened.address == HERE.address
    assert acting(portal, user_id).by is By.USER
    (entry,) = noted(portal, Event.SIGNED_IN)
    assert (entry.actor, entry.address, entry.agent) == (f"user:{user_id}", HERE.address, HERE.agent)


def test_unknown_wrong_closed_and_without_password_read_the_same_and_cost_the_same(
    portal: Portal, compared: list[str]
) -> None:
    with_password(portal)
    closed = with_password(portal, "cerrada@empresa.example")
    person(portal, "sin@empresa.example")
    with portal.ledger.write("test") as unit:
        set_user(unit, closed, disabled_at=unit.now)
        unit.commit()
    tried = [(EMAIL, "otra cosa"), ("cerrada@empresa.example", RIGHT), ("sin@empresa.example", RIGHT),
             ("nadie@empresa.example", RIGHT)]  # fmt: skip
    told = {(type(error), str(error), error.status) for error in (refused(portal, *one) for one in tried)}
    assert len(told) == 1 and next(iter(told))[0] is WrongPassword
    assert len(compared) == 4 and len({stored[:7] for stored in compared}) == 1
    assert len(noted(portal, Event.SIGN_IN_FAILED)) == 4
    assert "nadie" not in str(noted(portal))


def test_no_address_is_refused_before_anything_is_looked_up(portal: Portal, compared: list[str]) -> None:
    for email in ("", "ana", "ana@", "a\x00na@empresa.example", "ana\n@empresa.example"):
        assert type(refused(portal, email, RIGHT)) is Refused
    assert compared == []


def test_a_form_that_compares_by_itself_uses_the_two_halves(portal: Portal) -> None:
    with_password(portal)
    attempt = begin_attempt(portal, EMAIL, BROWSER, HERE)
    with pytest.raises(WrongPassword):
        finish_attempt(portal, attempt, fits("otra cosa", attempt.stored))
    assert finish_attempt(portal, attempt, fits(RIGHT, attempt.stored)).token
    nobody = begin_attempt(portal, "nadie@empresa.example", BROWSER, HERE)
    with pytest.raises(WrongPassword):
        finish_attempt(portal, nobody, right=True)


def test_ten_wrong_passwords_shut_the_place_and_cost_nothing_more(
    portal: Portal, clock: FrozenClock, compared: list[str]
) -> None:
    with_password(portal)
    for _ in range(PASSWORD.own):
        assert isinstance(refused(portal, EMAIL, "otra cosa"), WrongPassword)
    for email in (EMAIL, EMAIL.upper()):
        assert isinstance(refused(portal, email, RIGHT), TooMany)
    assert len(compared) == PASSWORD.own and len(noted(portal, Event.SIGN_IN_FAILED)) == PASSWORD.own
    clock.forward(minutes=15)
    assert come_in(portal)


def test_who_is_unknown_is_shut_out_alike(portal: Portal) -> None:
    told = [refused(portal, "nadie@empresa.example", "otra cosa") for _ in range(PASSWORD.own + 1)]
    assert isinstance(told[-1], TooMany) and str(told[-1]) == str(PASSWORD.text)


def test_right_passwords_are_not_counted(portal: Portal) -> None:
    with_password(portal)
    for _ in range(PASSWORD.account + 5):
        sign_in_password(portal, EMAIL, RIGHT, BROWSER, HERE)


def test_many_at_once_compare_no_more_than_one_after_the_other(portal: Portal, compared: list[str]) -> None:
    with_password(portal)
    many_at_once(lambda: sign_in_password(portal, EMAIL, "otra cosa", BROWSER, HERE), 40)
    assert len(compared) == PASSWORD.own


def test_one_address_tries_few_passwords_on_many_accounts(portal: Portal, compared: list[str]) -> None:
    for number in range(PASSWORD.address + 20):
        refused(portal, f"persona{number}@empresa.example", "otra cosa", BROWSER, ELSEWHERE)
    assert len(compared) == PASSWORD.address


def test_neighbours_in_one_ipv6_network_count_as_one(portal: Portal, compared: list[str]) -> None:
    with_password(portal)
    for host in range(2 * PASSWORD.own):
        refused(portal, EMAIL, "otra cosa", BROWSER, Where(f"2001:db8:1:2::{host:x}", "curl"))
    assert len(compared) == PASSWORD.own


def siege(portal: Portal, guesses: int, dice: random.Random, victim: Callable[[], str]) -> None:
    """Guesses on one account from 50 addresses; the person comes in from home in the middle of it."""
    for number in range(guesses):
        where = Where(f"198.51.100.{dice.randrange(50)}", "curl")
        told = refused(portal, EMAIL, f"adivina {dice.random()}", f"{dice.getrandbits(256):064x}", where)
        assert isinstance(told, WrongPassword | TooMany)
        if number == guesses // 2:
            assert victim()


@pytest.mark.parametrize("guesses", [600, pytest.param(10_000, marks=[pytest.mark.nightly, pytest.mark.timeout(600)])])
def test_a_siege_costs_few_comparisons_and_shuts_nobody_out(
    portal: Portal,
    clock: FrozenClock,
    dice: random.Random,
    compared: list[str],
    figure: Callable[[str], None],
    guesses: int,
) -> None:
    with_password(portal)
    come_in(portal)
    before = len(compared)
    siege(portal, guesses, dice, lambda: come_in(portal, where=Where("203.0.113.200", "another network, own browser")))
    assert come_in(portal, browser=OTHER, where=HERE)  # a new browser at a known address
    cost = len(compared) - before - 2
    figure(f"{guesses:,} guesses on one account from 50 addresses: {cost} bcrypt checks")
    assert cost <= 100
    stranger = Where("192.0.2.77", "a place never seen")
    assert isinstance(refused(portal, EMAIL, RIGHT, "d" * 64, stranger), TooMany)
    clock.forward(minutes=15)
    assert come_in(portal, browser="d" * 64, where=stranger)


@pytest.mark.nightly
@pytest.mark.timeout(1_200)
def test_known_and_unknown_take_the_same_time(
    portal: Portal,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    dice: random.Random,
    figure: Callable[[str], None],
) -> None:
    """B2 with twelve rounds, 200 each in random order. One honest run in a hundred has p < 0.01: then once more."""
    monkeypatch.setattr(passwords, "ROUNDS", 12)
    with_password(portal)
    for _ in range(2):
        wrong, unknown = _timed(portal, clock, dice, [EMAIL, "nadie@empresa.example"], 200)
        p, known, other = mann_whitney(wrong, unknown), median(wrong), median(unknown)
        apart = abs(known - other) / known
        figure(f"sign-in of 200 each: wrong password {known * 1000:.1f} ms, unknown address {other * 1000:.1f} ms "
               f"(medians, {apart:.1%} apart), Mann-Whitney p = {p:.2f}")  # fmt: skip
        if p > 0.01:
            break
    assert p > 0.01 and apart < 0.05


def _timed(portal: Portal, clock: FrozenClock, dice: random.Random, emails: list[str], times: int) -> list[list[float]]:
    taken: dict[str, list[float]] = {email: [] for email in emails}
    for number in range(times):
        where = Where(f"198.51.100.{number}", "curl")
        clock.forward(minutes=1)
        for email in dice.sample(emails, len(emails)):
            start = perf_counter()
            refused(portal, email, "otra cosa", BROWSER, where)
            taken[email].append(perf_counter() - start)
    return list(taken.values())


def test_the_test_of_times_tells_equal_from_unequal(dice: random.Random) -> None:
    assert round(mann_whitney([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 4) == 0.0122
    assert round(mann_whitney([1, 2, 2, 3], [2, 3, 3, 4]), 4) == 0.1720  # worked out by hand
    assert mann_whitney([7.0] * 30, [7.0] * 30) == 1.0
    same = [[dice.gauss(250, 20) for _ in range(200)] for _ in range(2)]
    assert mann_whitney(same[0], [value + 15 for value in same[1]]) < 0.01 < mann_whitney(same[0], same[0][::-1])
