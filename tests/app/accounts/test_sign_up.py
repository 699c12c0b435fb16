"""An account comes to be when its mailbox is proven, with the consent of its person, and not before."""

import pytest
from sqlalchemy import func, select

from portal.app.accounts.email_codes import redeem_code, redeem_link
from portal.app.accounts.refusals import ProofClosed, WrongCode
from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger.audit import Event
from portal.ledger.consents import Consent, consents_of
from portal.ledger.people_tables import grants, users
from portal.ledger.users import user_by_email, user_by_id
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, EMAIL, OTHER, all_at_once, last_mail, user_of, won
from tests.app.people import HERE, mailed, noted, person
from tests.factories import FrozenClock


def ask(portal: Portal, name: str = "Ana Peña", browser: str = BROWSER, consent: str = "2026-01") -> None:
    ask_sign_up(portal, EMAIL, name, browser, HERE, "en", consent)


def people(portal: Portal) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(select(func.count()).select_from(users)).scalar_one())


def token(portal: Portal) -> str:
    return last_mail(portal, Template.SIGN_UP)["token"]


def test_nothing_exists_before_the_mailbox_is_proven(portal: Portal) -> None:
    ask(portal)
    assert people(portal) == 0 and noted(portal) == []


def test_the_proof_makes_the_person_with_consent_and_lets_them_in(portal: Portal, clock: FrozenClock) -> None:
    ask(portal, " Ana \n Peña ")
    clock.forward(minutes=5)
    user_id = user_of(portal, redeem_link(portal, token(portal), BROWSER, HERE))
    with portal.ledger.read() as conn:
        made = user_by_id(conn, user_id)
        assert consents_of(conn, user_id) == [Consent("2026-01", "en", HERE.address, clock.now())]
        assert conn.execute(select(func.count()).select_from(grants)).scalar_one() == 0
    assert made is not None
    assert (made.email, made.name, made.language, made.operator) == (EMAIL, "Ana Peña", "en", False)
    assert made.password_hash is None
    assert [one.event for one in noted(portal)] == [Event.SIGNED_UP, Event.SIGNED_IN]
    assert {one.actor for one in noted(portal)} == {f"user:{user_id}"}


def test_the_digits_do_it_too(portal: Portal) -> None:
    ask(portal)
    assert redeem_code(portal, EMAIL, last_mail(portal, Template.SIGN_UP)["code"], BROWSER, HERE)
    assert people(portal) == 1


def test_who_has_an_account_is_told_by_mail_only(portal: Portal) -> None:
    person(portal, EMAIL, "Ana")
    ask(portal, "Otro nombre")
    ((template, to, said),) = mailed(portal)
    assert (template, to, said) == (Template.ALREADY_REGISTERED, EMAIL, {"link": f"{portal.settings.base_url}/sign-in"})
    with pytest.raises(WrongCode):
        redeem_code(portal, EMAIL, "123456", BROWSER, HERE)
    assert people(portal) == 1


@pytest.mark.parametrize(("name", "consent", "said"), [("  ", "2026-01", "tu nombre"), ("Ana", "", "tratamiento")])
def test_a_name_and_consent_are_needed(portal: Portal, name: str, consent: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        ask(portal, name, consent=consent)
    assert mailed(portal) == []


def test_two_proofs_of_one_address_at_once_make_one_person(portal: Portal) -> None:
    ask(portal)
    first = token(portal)
    ask(portal, browser=OTHER)
    second = token(portal)
    outcomes = all_at_once([lambda: redeem_link(portal, first, BROWSER, HERE),
                            lambda: redeem_link(portal, second, OTHER, HERE)] * 4)  # fmt: skip
    assert people(portal) == 1 and 1 <= won(outcomes) <= 2
    assert all(isinstance(one, str | ProofClosed) for one in outcomes)
    assert len(noted(portal, Event.SIGNED_UP)) == 1


def test_a_later_proof_of_the_same_address_is_the_same_person(portal: Portal) -> None:
    made = person(portal, EMAIL, "Ana")
    with portal.ledger.read() as conn:
        assert user_by_email(conn, EMAIL) is not None
    with portal.ledger.write("test") as unit:  # asked for before she was invited, say
        unit.conn.execute(users.update().values(email="despues@empresa.example"))
        unit.commit()
    ask(portal)
    with portal.ledger.write("test") as unit:
        unit.conn.execute(users.update().values(email=EMAIL))
        unit.commit()
    entered = redeem_link(portal, token(portal), BROWSER, HERE)
    assert user_of(portal, entered) == made and people(portal) == 1
    with portal.ledger.read() as conn:
        assert consents_of(conn, made) == []
