"""B7: an app's code is good once, a recovery code once; who guesses is stopped; who must have one is known."""

from dataclasses import replace

import pyotp
import pytest
from sqlalchemy import select

from portal.app.accounts.factor_check import check_second_factor
from portal.app.accounts.refusals import TooMany, WrongFactor
from portal.app.accounts.second_factor import begin_totp, confirm_totp, turn_off_totp
from portal.app.accounts.throttle import FACTOR, RECOVERY
from portal.app.portal import Portal
from portal.app.sessions import end_session, session_actor
from portal.domain.roles import Role
from portal.errors import PortalError, Refused, SignInNeeded
from portal.ledger.audit import Event, Where
from portal.ledger.people_tables import recovery_codes
from portal.ledger.recovery import recovery_left
from portal.ledger.second_factor import asked_of
from portal.ledger.users import User, set_user, user_by_id
from tests.app.accounts.ways import BROWSER, OTHER, all_at_once, come_in, many_at_once, session, with_password, won
from tests.app.people import HERE, add_party, give, issuer_of, noted, person, set_issuer
from tests.factories import FrozenClock


@pytest.fixture
def user_id(portal: Portal) -> int:
    return with_password(portal)


class App:
    """An authenticator app: the person's secret, and the recovery codes on paper beside it."""

    def __init__(self, portal: Portal, user_id: int, clock: FrozenClock) -> None:
        self.clock = clock
        secret, self.address = begin_totp(portal, user_id)
        self.totp = pyotp.TOTP(secret)
        self.session = come_in(portal)
        self.recovery = confirm_totp(portal, user_id, self.code(), self.session, BROWSER, HERE)
        clock.forward(seconds=30)

    def code(self, off: int = 0) -> str:
        return self.totp.generate_otp(int(self.clock.now().timestamp()) // 30 + off)

    def wrong(self) -> str:
        near = {self.code(off) for off in (-1, 0, 1)}
        return next(code for code in ("000000", "000001", "000002", "000003") if code not in near)


@pytest.fixture
def app(portal: Portal, user_id: int, clock: FrozenClock) -> App:
    return App(portal, user_id, clock)


def user(portal: Portal, user_id: int) -> User:
    with portal.ledger.read() as conn:
        found = user_by_id(conn, user_id)
    assert found is not None
    return found


def check(portal: Portal, token_hash: str, code: str, browser: str = BROWSER, where: Where = HERE) -> int:
    return check_second_factor(portal, token_hash, code, browser, where)


def test_beginning_asks_for_nothing_yet(portal: Portal, user_id: int) -> None:
    secret, address = begin_totp(portal, user_id)
    assert address.startswith("otpauth://totp/") and secret in address and "Portal" in address
    assert user(portal, user_id).totp_on_at is None and secret not in str(user(portal, user_id))
    assert session_actor(portal, come_in(portal))


def test_a_wrong_first_code_turns_nothing_on(portal: Portal, user_id: int) -> None:
    for code in ("000000", "", "abc"):
        with pytest.raises(WrongFactor):
            confirm_totp(portal, user_id, code, "s" * 64, BROWSER, HERE)
    assert user(portal, user_id).totp_on_at is None


def test_turned_on_it_gives_ten_codes_kept_as_hashes(portal: Portal, user_id: int, app: App) -> None:
    assert len(set(app.recovery)) == 10 and session_actor(portal, app.session)
    with portal.ledger.read() as conn:
        kept = str(conn.execute(select(recovery_codes)).all())
        assert recovery_left(conn, user_id) == 10
    assert not any(code in kept or code.replace("-", "") in kept for code in app.recovery)
    assert len(noted(portal, Event.SECOND_FACTOR_ON)) == 1
    with pytest.raises(Refused, match="ya está activa"):
        begin_totp(portal, user_id)
    with pytest.raises(Refused, match="ya está activa"):
        confirm_totp(portal, user_id, app.code(), app.session, BROWSER, HERE)


def test_a_session_is_good_for_nothing_before_it(portal: Portal, user_id: int, app: App) -> None:
    opened = come_in(portal)
    assert session_actor(portal, opened) is None and session(portal, opened).second_factor_at is None
    assert check(portal, opened, app.code()) == 10
    assert session_actor(portal, opened) is not None


def test_sessions_from_before_are_asked_too(portal: Portal, user_id: int, clock: FrozenClock) -> None:
    old = come_in(portal)
    app = App(portal, user_id, clock)
    assert session_actor(portal, old) is None and session_actor(portal, app.session)


def test_a_code_is_good_once(portal: Portal, app: App, clock: FrozenClock) -> None:
    first, second = come_in(portal), come_in(portal)
    code = app.code()
    check(portal, first, code)
    for _ in range(2):
        with pytest.raises(WrongFactor):
            check(portal, second, code)
    with pytest.raises(WrongFactor):
        check(portal, second, app.code(-1))  # of an earlier step than one that was taken
    clock.forward(seconds=30)
    check(portal, second, app.code())


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_step_before_or_after_is_good(portal: Portal, app: App, clock: FrozenClock, off: int, good: bool) -> None:
    clock.forward(minutes=5)
    opened, code = come_in(portal), app.code(off)
    if good:
        check(portal, opened, code)
    elif code not in {app.code(one) for one in (-1, 0, 1)}:
        with pytest.raises(WrongFactor):
            check(portal, opened, code)


def test_of_several_at_once_one_takes_the_code(portal: Portal, app: App) -> None:
    sessions, code = [come_in(portal) for _ in range(4)], app.code()
    assert won(all_at_once([lambda opened=opened: check(portal, opened, code) for opened in sessions])) == 1


def test_a_recovery_code_is_good_once_however_it_is_typed(portal: Portal, app: App) -> None:
    typed = f" {app.recovery[0].upper().replace('-', ' ')} "
    assert check(portal, come_in(portal), typed) == 9
    with pytest.raises(WrongFactor):
        check(portal, come_in(portal), app.recovery[0])
    assert len(noted(portal, Event.RECOVERY_USED)) == 1
    opened = come_in(portal)
    assert won(many_at_once(lambda: check(portal, opened, app.recovery[1]))) == 1


def test_another_persons_recovery_code_is_none(portal: Portal, app: App, clock: FrozenClock) -> None:
    other = with_password(portal, "otra@empresa.example")
    secret, _ = begin_totp(portal, other)
    code = pyotp.TOTP(secret).at(clock.now())
    opened = come_in(portal, "otra@empresa.example")
    theirs = confirm_totp(portal, other, code, opened, OTHER, HERE)
    with pytest.raises(WrongFactor):
        check(portal, come_in(portal), theirs[0])


def refusals(portal: Portal, opened: str, codes: list[str], where: Where, browser: str) -> list[PortalError]:
    found: list[PortalError] = []
    for code in codes:
        with pytest.raises((WrongFactor, TooMany)) as caught:
            check(portal, opened, code, browser, where)
        found.append(caught.value)
    return found


def test_guessing_is_stopped_and_the_person_comes_in(portal: Portal, app: App) -> None:
    thief = Where("198.51.100.7", "curl")
    opened = come_in(portal, browser=OTHER, where=thief)  # knows the password
    told = refusals(portal, opened, [app.wrong()] * (FACTOR.own + 5), thief, OTHER)
    assert [isinstance(one, TooMany) for one in told] == [False] * FACTOR.own + [True] * 5
    told = refusals(portal, opened, ["aaaa-bbbb-cccc-dddd"] * (RECOVERY.own + 1), thief, OTHER)
    assert isinstance(told[-1], TooMany)
    check(portal, come_in(portal), app.code())


def test_a_password_alone_makes_no_place_known(portal: Portal, app: App) -> None:
    for number in range(FACTOR.account + 1):
        where = Where(f"198.51.100.{number}", "curl")
        opened = come_in(portal, browser=OTHER, where=where)
        (told,) = refusals(portal, opened, [app.wrong()], where, OTHER)
    assert isinstance(told, TooMany)


def test_who_is_signed_out_is_asked_to_sign_in(portal: Portal, app: App) -> None:
    opened = come_in(portal)
    end_session(portal, opened)
    for token_hash in (opened, "f" * 64):
        with pytest.raises(SignInNeeded):
            check(portal, token_hash, app.code())


@pytest.mark.parametrize("by_recovery", [False, True])
def test_turning_it_off_needs_a_code(portal: Portal, user_id: int, app: App, by_recovery: bool) -> None:
    with pytest.raises(WrongFactor):
        turn_off_totp(portal, user_id, app.wrong(), BROWSER, HERE)
    turn_off_totp(portal, user_id, app.recovery[3] if by_recovery else app.code(), BROWSER, HERE)
    gone = user(portal, user_id)
    assert gone.totp_sealed is None and gone.totp_on_at is None
    assert session_actor(portal, come_in(portal)) and len(noted(portal, Event.SECOND_FACTOR_OFF)) == 1
    with pytest.raises(WrongFactor):
        turn_off_totp(portal, user_id, app.recovery[4], BROWSER, HERE)


def test_a_new_key_of_the_portal_opens_what_the_old_one_sealed(portal: Portal, user_id: int, app: App) -> None:
    turned = replace(portal, secret=b"n" * 32, previous_secret=portal.secret)
    check(turned, come_in(turned), app.code())
    app.clock.forward(seconds=30)
    turned_again = replace(portal, secret=b"n" * 32, previous_secret=None)  # it was sealed anew in the meantime
    check(turned_again, come_in(turned_again), app.code())


def test_of_whom_an_issuer_asks_one(portal: Portal) -> None:
    customer = add_party(portal, "900100200", "900555666")[0]
    issuer = issuer_of(portal, customer)
    people = {role: person(portal, f"{role}@emisor.example") for role in Role}
    people["operator"] = person(portal, "operadora@portal.example")  # type: ignore[index]
    for role in Role:
        give(portal, people[role], issuer, customer if role is Role.CUSTOMER else None, role=role)
    with portal.ledger.write("test") as unit:
        set_user(unit, people["operator"], operator=True)  # type: ignore[index]
        unit.commit()

    def asked() -> set[str]:
        with portal.ledger.read() as conn:
            return {name for name, one in people.items() if asked_of(conn, one, user(portal, one).operator)}

    assert asked() == set()
    set_issuer(portal, issuer, second_factor=True)
    assert asked() == {"owner", "collector", "reader", "operator"}
