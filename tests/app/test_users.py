"""Accounts that the operator makes: a role with its parties, and nothing half-made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app.accounts import passwords
from portal.app.people import LastOwner
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.app.users import add_person, has_account, list_users
from portal.domain.access import LINK_RIGHTS, Right
from portal.domain.offers import Offer
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.parties import customers_by_tax_id
from portal.ledger.sessions import add_user_session
from portal.ledger.users import set_user
from tests.app.people import BOSS, CONSUMER, acting, add_party, held, issuer_of, noted, person, staff

OPERATOR = Offer(None, None, None, operator=True)
SECRET = "una frase corta y mía"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 4)


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666", CONSUMER)[0]


@pytest.fixture
def offer(portal: Portal, customer: int) -> Offer:
    return Offer(issuer_of(portal, customer), customer, Role.CUSTOMER, LINK_RIGHTS)


def test_a_person_is_made_with_a_role_and_it_is_noted(portal: Portal, offer: Offer) -> None:
    user_id = add_person(portal, BOSS, " Luz@ABC.example ", offer, SECRET, "Luz")
    assert held(portal, user_id) == [(offer.customer_id, LINK_RIGHTS, "operator")]
    assert has_account(portal, BOSS, "luz@abc.example")
    (listed,) = list_users(portal, BOSS)
    assert (listed.name, listed.held[0].customer_tax_id) == ("Luz", "900555666")
    assert {one.event for one in noted(portal)} == {Event.PASSWORD_SET, Event.GRANTED}


def test_only_operators_make_and_list_accounts(portal: Portal, offer: Offer) -> None:
    owner = staff(portal, offer.issuer_id or 0, Role.OWNER)
    for act in (
        lambda: add_person(portal, owner, "a@b.example", offer, None),
        lambda: has_account(portal, owner, "a@b.example"),
        lambda: list_users(portal, owner),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer_id": None},
        {"customer_id": None},
        {"role": None},
        {"operator": True},
        {"role": Role.COLLECTOR},
        {"rights": frozenset({Right.BOOK})},
    ],
)
def test_what_does_not_fit_together_is_refused(portal: Portal, offer: Offer, wrong: dict[str, object]) -> None:
    with pytest.raises(Refused):
        add_person(portal, BOSS, "a@b.example", replace(offer, **wrong), None)  # type: ignore[arg-type]
    assert list_users(portal, BOSS) == []


def test_a_customer_of_another_issuer_or_of_none_is_not_found(portal: Portal, offer: Offer) -> None:
    (foreign,) = add_party(portal, "900300400", "900555666")
    for missing in (foreign, 99):
        with pytest.raises(NotFound):
            add_person(portal, BOSS, "a@b.example", replace(offer, customer_id=missing), None)


def test_consumidor_final_gets_nobody(portal: Portal, offer: Offer) -> None:
    with portal.ledger.read() as conn:
        strangers = customers_by_tax_id(conn, offer.issuer_id or 0, CONSUMER)[0].id
    for role in (Role.CUSTOMER, Role.ANALYST):
        with pytest.raises(Refused, match="Consumidor final"):
            add_person(portal, BOSS, "a@b.example", replace(offer, customer_id=strangers, role=role), None)


def test_a_new_password_ends_the_sessions_that_the_old_one_opened(portal: Portal, offer: Offer) -> None:
    user_id = add_person(portal, BOSS, "luz@abc.example", offer, SECRET)
    with portal.ledger.write("test") as unit:
        add_user_session(unit, "s" * 64, user_id, "", "", unit.now.replace(year=2030))
        unit.commit()
    add_person(portal, BOSS, "luz@abc.example", OPERATOR, None)
    assert session_actor(portal, "s" * 64) is not None
    assert add_person(portal, BOSS, "luz@abc.example", OPERATOR, SECRET + "!") == user_id
    assert session_actor(portal, "s" * 64) is None


def test_a_closed_account_is_not_opened_by_a_new_role(portal: Portal, offer: Offer) -> None:
    user_id = person(portal, "luz@abc.example")
    with portal.ledger.write("test") as unit:
        set_user(unit, user_id, disabled_at=unit.now)
        unit.commit()
    with pytest.raises(Refused, match="está cerrada"):
        add_person(portal, BOSS, "luz@abc.example", offer, None)


def test_an_issuer_keeps_an_owner_whatever_role_comes_next(portal: Portal, offer: Offer) -> None:
    at_issuer = Offer(offer.issuer_id, None, Role.OWNER)
    first = add_person(portal, BOSS, "ana@e.example", at_issuer, None)
    with pytest.raises(LastOwner):
        add_person(portal, BOSS, "ana@e.example", replace(at_issuer, role=Role.READER), None)
    add_person(portal, BOSS, "ana@e.example", offer, None)
    add_person(portal, BOSS, "leo@e.example", at_issuer, None)
    add_person(portal, BOSS, "ana@e.example", replace(at_issuer, role=Role.READER), None)
    assert Right.STAFF not in {right for grant in acting(portal, first).grants for right in grant.rights}
