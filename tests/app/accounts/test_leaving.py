"""What a person takes along, what is left when they go, and who is shut out."""

import json

import pyotp
import pytest
from sqlalchemy import inspect, select, text

from portal.app.accounts.email_codes import ask_sign_in_code, redeem_link
from portal.app.accounts.invitations import invite
from portal.app.accounts.leaving import delete_account, disable_user, enable_user
from portal.app.accounts.my_data import take_my_data
from portal.app.accounts.refusals import ProofClosed, WrongPassword
from portal.app.accounts.second_factor import begin_totp, confirm_totp
from portal.app.accounts.sign_up import ask_sign_up
from portal.app.portal import Portal
from portal.app.sessions import find_session
from portal.domain.access import Right
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.consents import consents_of
from portal.ledger.people_tables import mails, users
from portal.ledger.users import set_user, user_by_id
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, EMAIL, PASSWORD, come_in, last_mail, user_of, with_password
from tests.app.people import BOSS, HERE, acting, add_party, give, held, issuer_of, mailed, noted, staff
from tests.factories import FrozenClock


def lived_in(portal: Portal, clock: FrozenClock) -> tuple[int, str]:
    """A person with a bit of everything; the id and a session."""
    ask_sign_up(portal, EMAIL, "Ana Peña", BROWSER, HERE, "es", "2026-01")
    user_id = user_of(portal, redeem_link(portal, last_mail(portal, Template.SIGN_UP)["token"], BROWSER, HERE))
    customer = add_party(portal, "900100200", "900555666")[0]
    give(portal, user_id, issuer_of(portal, customer), customer)
    invite(portal, BOSS, EMAIL, issuer_of(portal, customer), customer, Role.CUSTOMER, [Right.PAY], "es")
    ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es")
    opened = user_of(portal, redeem_link(portal, last_mail(portal, Template.SIGN_IN_CODE)["token"], BROWSER, HERE))
    assert opened == user_id
    secret, _ = begin_totp(portal, user_id)
    confirm_totp(portal, user_id, pyotp.TOTP(secret).at(clock.now()), "s" * 64, BROWSER, HERE)
    return user_id, secret


def everything(portal: Portal) -> str:
    """All that any table holds, the audit left out."""
    with portal.ledger.read() as conn:
        names = [name for name in inspect(conn).get_table_names() if name != "audit"]
        return "\n".join(str(conn.execute(text(f"SELECT * FROM {name}")).all()) for name in names)


def test_the_data_are_all_there_and_hold_no_secrets(portal: Portal, clock: FrozenClock) -> None:
    user_id, secret = lived_in(portal, clock)
    with portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
    assert user is not None
    taken = take_my_data(portal, user_id, HERE).decode()
    told = json.loads(taken)
    assert told["profile"]["email"] == EMAIL and told["profile"]["name"] == "Ana Peña"
    assert told["grants"][0]["customer"] == "Cliente 900555666" and told["grants"][0]["why"] == "invitation"
    assert told["consents"][0]["version"] == "2026-01" and told["consents"][0]["address"] == HERE.address
    assert {one["address"] for one in told["sessions"]} == {HERE.address}
    assert [one["event"] for one in told["audit"]][:2] == ["signed_up", "signed_in"]
    assert told["audit"][-1]["event"] == "data_taken" and all(one["by_me"] for one in told["audit"])
    for hidden in (secret, user.totp_sealed or "?", "token_hash"):
        assert hidden not in taken


def test_others_are_not_told_of_in_it(portal: Portal) -> None:
    user_id = with_password(portal)
    disable_user(portal, BOSS, user_id, HERE)
    enable_user(portal, BOSS, user_id)
    told = json.loads(take_my_data(portal, user_id, HERE))["audit"]
    assert [(one["event"], one["by_me"], one["address"]) for one in told[:1]] == [("sessions_ended", False, None)]
    with pytest.raises(NotFound):
        take_my_data(portal, 7, HERE)


def test_after_leaving_nothing_names_the_person(portal: Portal, clock: FrozenClock) -> None:
    user_id, _ = lived_in(portal, clock)
    assert EMAIL in everything(portal) and "Ana Peña" in everything(portal)
    delete_account(portal, user_id, HERE)
    left = everything(portal)
    for name in (EMAIL, "Ana Peña", HERE.agent):
        assert name not in left
    assert EMAIL not in str(noted(portal)) and "Ana" not in str(noted(portal))
    with portal.ledger.read() as conn:
        assert conn.execute(select(mails.c.sealed).where(mails.c.sealed.is_not(None))).all() == []
        assert len(consents_of(conn, user_id)) == 1
    assert held(portal, user_id) == []
    assert noted(portal)[-1].event is Event.ACCOUNT_DELETED and noted(portal)[-1].actor == f"user:{user_id}"
    with pytest.raises(NotFound):
        delete_account(portal, user_id, HERE)


def test_who_left_is_out_at_once_and_may_come_back_as_somebody_new(portal: Portal) -> None:
    user_id = with_password(portal)
    opened = come_in(portal)
    delete_account(portal, user_id, HERE)
    assert find_session(portal, opened) is None
    with pytest.raises(WrongPassword):
        come_in(portal)
    ask_sign_up(portal, EMAIL, "Ana", BROWSER, HERE, "es", "2026-01")
    entered = redeem_link(portal, last_mail(portal, Template.SIGN_UP)["token"], BROWSER, HERE)
    assert user_of(portal, entered) != user_id


def test_the_last_owner_names_another_first(portal: Portal) -> None:
    issuer = issuer_of(portal, add_party(portal, "900100200", "900555666")[0])
    owner = staff(portal, issuer, Role.OWNER).user_id or 0
    with pytest.raises(Refused, match="única persona dueña"):
        delete_account(portal, owner, HERE)
    assert held(portal, owner)
    give(portal, with_password(portal), issuer, role=Role.OWNER)
    delete_account(portal, owner, HERE)


def test_who_is_shut_out_is_out_until_let_in_again(portal: Portal) -> None:
    user_id = with_password(portal)
    opened = come_in(portal)
    ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es")
    code = last_mail(portal, Template.SIGN_IN_CODE)["token"]
    disable_user(portal, BOSS, user_id)
    assert find_session(portal, opened) is None
    with pytest.raises(WrongPassword):
        come_in(portal)
    before = len(mailed(portal))
    ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es")
    assert len(mailed(portal)) == before
    enable_user(portal, BOSS, user_id)
    with pytest.raises(ProofClosed):
        redeem_link(portal, code, BROWSER, HERE)
    assert come_in(portal, EMAIL, PASSWORD)


def test_only_operators_shut_out_and_not_themselves(portal: Portal) -> None:
    user_id, other = with_password(portal), with_password(portal, "otra@empresa.example")
    for shut in (disable_user, enable_user):
        with pytest.raises(NotFound):
            shut(portal, acting(portal, other), user_id)
        with pytest.raises(NotFound):
            shut(portal, BOSS, 7)
    with portal.ledger.write("test") as unit:
        set_user(unit, other, operator=True)
        unit.commit()
    with pytest.raises(Refused, match="propia cuenta"):
        disable_user(portal, acting(portal, other), other)
    disable_user(portal, acting(portal, other), user_id)
    with portal.ledger.read() as conn:
        assert conn.execute(select(users.c.disabled_at).where(users.c.id == user_id)).scalar_one()
