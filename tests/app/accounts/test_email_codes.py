"""Coming in by a mailed link or six digits."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.app.accounts.email_codes import WAYS_IN, ask_sign_in_code, redeem_code, redeem_link
from portal.app.accounts.proofs import check_proof
from portal.app.accounts.refusals import OtherBrowser, ProofClosed, TooMany, WrongCode
from portal.app.accounts.throttle import CODE, MAIL
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger.audit import Event, Where
from portal.ledger.codes import MOST_TRIES
from portal.ledger.people_tables import codes, mails, users
from portal.ledger.users import set_user
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, ELSEWHERE, EMAIL, OTHER, all_at_once, last_mail, many_at_once, user_of, won
from tests.app.people import HERE, mailed, noted, person
from tests.factories import FrozenClock


@pytest.fixture
def user_id(portal: Portal) -> int:
    return person(portal, EMAIL, "Ana Peña")


def ask(portal: Portal, email: str = EMAIL, browser: str = BROWSER, where: Where = HERE) -> None:
    ask_sign_in_code(portal, email, browser, where, "es")


def sent(portal: Portal) -> dict[str, str]:
    return last_mail(portal, Template.SIGN_IN_CODE)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_the_link_signs_in_and_is_used_up_with_its_code(portal: Portal, user_id: int) -> None:
    ask(portal, " Ana@Empresa.example")
    said = sent(portal)
    assert said["link"] == f"{portal.settings.base_url}/auth/proof/{said['token']}"
    assert user_of(portal, redeem_link(portal, said["token"], BROWSER, HERE)) == user_id
    with pytest.raises(ProofClosed):
        redeem_link(portal, said["token"], BROWSER, HERE)
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)


def test_the_code_signs_in_and_is_used_up_with_its_link(portal: Portal, user_id: int) -> None:
    ask(portal)
    said = sent(portal)
    typed = f" {said['code'][:3]} {said['code'][3:]}"
    assert user_of(portal, redeem_code(portal, EMAIL, typed, BROWSER, HERE)) == user_id
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)
    with pytest.raises(ProofClosed):
        redeem_link(portal, said["token"], BROWSER, HERE)


def test_looking_at_a_link_uses_nothing_up(portal: Portal, user_id: int) -> None:
    ask(portal)
    token = sent(portal)["token"]
    for _ in range(20):
        assert check_proof(portal, token, WAYS_IN, BROWSER).email == EMAIL
    assert redeem_link(portal, token, BROWSER, HERE)


def test_another_browser_is_told_where_the_link_opens(portal: Portal, user_id: int) -> None:
    ask(portal)
    said = sent(portal)
    for browser in (OTHER, ""):
        with pytest.raises(OtherBrowser, match="escribe allí el código"):
            redeem_link(portal, said["token"], browser, ELSEWHERE)
        with pytest.raises(OtherBrowser):
            check_proof(portal, said["token"], WAYS_IN, browser)
        with pytest.raises(WrongCode):
            redeem_code(portal, EMAIL, said["code"], browser, ELSEWHERE)
    assert redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)


def test_ten_minutes_and_no_longer(portal: Portal, user_id: int, clock: FrozenClock) -> None:
    ask(portal)
    said = sent(portal)
    clock.forward(minutes=10)
    with pytest.raises(ProofClosed):
        redeem_link(portal, said["token"], BROWSER, HERE)
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)


def test_five_wrong_codes_use_a_proof_up_though_not_its_link(portal: Portal, user_id: int) -> None:
    ask(portal)
    said = sent(portal)
    for _ in range(MOST_TRIES):
        with pytest.raises(WrongCode):
            redeem_code(portal, EMAIL, wrong(said["code"]), BROWSER, HERE)
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)
    assert redeem_link(portal, said["token"], BROWSER, HERE)
    failed = noted(portal, Event.SIGN_IN_FAILED)
    assert len(failed) == MOST_TRIES + 1 and failed[0].subject == f"user:{user_id}"


@pytest.mark.parametrize("typed", ["", "abc", "12345", "1234567", "１２３４５６", "12345\x00", "-1 2 3"])
def test_what_is_no_code_is_a_wrong_code(portal: Portal, user_id: int, typed: str) -> None:
    ask(portal)
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, typed, BROWSER, HERE)


def test_the_newest_code_counts(portal: Portal, user_id: int) -> None:
    ask(portal)
    first = sent(portal)
    ask(portal)
    second = sent(portal)
    if first["code"] != second["code"]:
        with pytest.raises(WrongCode):
            redeem_code(portal, EMAIL, first["code"], BROWSER, HERE)
    assert redeem_code(portal, EMAIL, second["code"], BROWSER, HERE)
    with pytest.raises(ProofClosed):
        redeem_link(portal, first["token"], BROWSER, HERE)  # one way in was asked for, and taken


@pytest.mark.parametrize("how", ["link", "code"])
def test_of_several_at_once_one_gets_in(portal: Portal, user_id: int, how: str) -> None:
    ask(portal)
    said = sent(portal)
    by_link: Callable[[], str] = lambda: redeem_link(portal, said["token"], BROWSER, HERE)  # noqa: E731
    by_code: Callable[[], str] = lambda: redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)  # noqa: E731
    assert won(many_at_once(by_link if how == "link" else by_code)) == 1


def test_link_and_code_at_once_let_one_in(portal: Portal, user_id: int) -> None:
    ask(portal)
    said = sent(portal)
    by_link = lambda: redeem_link(portal, said["token"], BROWSER, HERE)  # noqa: E731
    by_code = lambda: redeem_code(portal, EMAIL, said["code"], BROWSER, HERE)  # noqa: E731
    assert won(all_at_once([by_link, by_code] * 4)) == 1


def test_nobody_learns_who_has_an_account(portal: Portal, user_id: int) -> None:
    closed = person(portal, "cerrada@empresa.example")
    with portal.ledger.write("test") as unit:
        set_user(unit, closed, disabled_at=unit.now)
        unit.commit()
    told = set()
    for email in (EMAIL, "cerrada@empresa.example", "nadie@empresa.example"):
        ask(portal, email)
        for _ in range(MOST_TRIES + 1):
            with pytest.raises(WrongCode) as refused:
                redeem_code(portal, email, wrong(sent(portal)["code"]), BROWSER, HERE)
            told.add(str(refused.value))
    assert len(told) == 1
    assert [to for _, to, _ in mailed(portal)] == [EMAIL]


def test_only_hashes_are_kept(portal: Portal, user_id: int) -> None:
    ask(portal)
    said = sent(portal)
    with portal.ledger.read() as conn:
        kept = str(conn.execute(select(codes)).all()) + str(conn.execute(select(mails)).all())
    assert said["token"] not in kept and f"'{said['code']}'" not in kept


def test_a_mailbox_is_not_flooded(portal: Portal, user_id: int, clock: FrozenClock) -> None:
    asked = []
    for number in range(40):
        where, browser = Where(f"198.51.100.{number}", "curl"), f"{number:064}"
        asked.append(lambda where=where, browser=browser: ask(portal, EMAIL, browser, where))
    assert won(all_at_once(asked)) == MAIL.account == len(mailed(portal))
    with pytest.raises(TooMany, match="varios correos"):
        ask(portal)
    clock.forward(hours=1)
    ask(portal)


def test_one_address_can_t_flood_many_mailboxes(portal: Portal) -> None:
    for number in range(MAIL.address):
        ask(portal, f"persona{number}@empresa.example", f"{number:064}", ELSEWHERE)
    with pytest.raises(TooMany):
        ask(portal, "otra@empresa.example", "e" * 64, ELSEWHERE)


def test_who_floods_a_mailbox_does_not_shut_its_person_out(portal: Portal, user_id: int) -> None:
    ask(portal)
    redeem_link(portal, sent(portal)["token"], BROWSER, HERE)
    for number in range(MAIL.account):
        ask(portal, EMAIL, f"{number:064}", Where(f"198.51.100.{number}", "curl"))
    ask(portal, where=Where("192.0.2.1", "own browser, another network"))
    ask(portal, browser="d" * 64, where=HERE)  # a new browser at a known address


def test_coming_in_often_by_mail_is_no_flood(portal: Portal, user_id: int) -> None:
    for _ in range(MAIL.account * 2):
        ask(portal)
        redeem_link(portal, sent(portal)["token"], BROWSER, HERE)


def test_guessing_codes_of_ever_new_proofs_ends_too(portal: Portal, user_id: int, clock: FrozenClock) -> None:
    wrong_ones, shut = 0, None
    for round_ in range(20):
        browser, where = f"{round_:064}", Where(f"198.51.100.{round_}", "curl")
        ask(portal, EMAIL, browser, where)
        try:
            for _ in range(MOST_TRIES):
                with pytest.raises(WrongCode):
                    redeem_code(portal, EMAIL, wrong(sent(portal)["code"]), browser, where)
                wrong_ones += 1
        except TooMany as refused:
            shut = refused
            break
        clock.forward(minutes=15)
    assert shut is not None and wrong_ones == CODE.account


def test_what_is_no_address_is_refused(portal: Portal) -> None:
    for email in ("", "ana", "a\x00@empresa.example"):
        with pytest.raises(Refused, match="no es una dirección"):
            ask(portal, email)


def test_a_proof_of_who_has_gone_opens_nothing(portal: Portal, user_id: int) -> None:
    ask(portal)
    with portal.ledger.write("test") as unit:
        unit.conn.execute(users.update().values(email="otra@empresa.example"))
        unit.commit()
    with pytest.raises(ProofClosed):
        redeem_link(portal, sent(portal)["token"], BROWSER, HERE)
