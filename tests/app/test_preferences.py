"""A customer decides itself what is mailed to it; nobody decides it for an address that is not its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app.contacts import add_contact
from portal.app.links import create_link, open_link
from portal.app.portal import Portal
from portal.app.preferences import list_preferences, set_preference
from portal.app.sessions import session_actor
from portal.app.silence import why_silent
from portal.app.standing import standings
from portal.app.stopping import set_stop
from portal.domain.access import Actor
from portal.domain.contacts import Channel, Gets, Silent
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.errors import NotFound
from portal.ledger.audit import Event
from tests.app.people import BOSS, acting, give, noted, person, staff
from tests.factories import ABC, OTRA, XYZ, bring, facts
from tests.signed_in import issuer_named

TO = "pagos@abc.example"


@pytest.fixture
def abc(portal: Portal) -> tuple[int, int]:
    """(issuer, customer)."""
    bring(portal, facts("FE-1", customer=ABC), facts("X-1", issuer=OTRA, customer=ABC))
    issuer = issuer_named(portal, "Ejemplar S.A.S.")
    with portal.ledger.read() as conn:
        query = "SELECT id FROM customers WHERE issuer_id = %d"
        return issuer, int(conn.exec_driver_sql(query % issuer).scalar_one())


def by_link(portal: Portal, customer: int) -> Actor:
    token = (create_link(portal, BOSS, customer).url or "").rpartition("/")[2]
    actor = session_actor(portal, session_hash(open_link(portal, token, "", "")))
    assert actor is not None
    return actor


def test_who_came_by_its_link_stops_a_kind_and_starts_it_again(portal: Portal, abc: tuple[int, int]) -> None:
    issuer, customer = abc
    actor = by_link(portal, customer)
    (one,) = list_preferences(portal, actor)
    assert (one.issuer_id, one.email, one.wanted) == (issuer, TO, dict.fromkeys(Gets, True))
    for wants in (False, False, True):
        set_preference(portal, actor, issuer, TO, dict(one.wanted) | {Gets.INVOICES: wants})
        with portal.ledger.read() as conn:
            told = why_silent(conn, issuer, [TO], Gets.INVOICES)
            assert told == ({} if wants else {TO: Silent.STOPPED})
            assert why_silent(conn, issuer, [TO], Gets.REMINDERS) == {}
        assert bool(standings(portal, BOSS, customer)) is not wants
    assert len(noted(portal, Event.MAILS_STOPPED)) == len(noted(portal, Event.MAILS_STARTED)) == 1


def test_who_came_by_a_link_starts_nothing_again_that_the_reader_stopped(portal: Portal, abc: tuple[int, int]) -> None:
    issuer, customer = abc
    actor = by_link(portal, customer)
    set_preference(portal, actor, issuer, TO, {Gets.INVOICES: False, Gets.STATEMENTS: False})
    with portal.ledger.write("visitor") as unit:  # the reader, by its mail: of one kind twice stopped, of one anew
        for what in (Gets.INVOICES, Gets.REMINDERS):
            set_stop(unit, issuer, TO, what, True, None)
        unit.commit()
    (one,) = list_preferences(portal, actor)
    assert one.fixed == {Gets.INVOICES, Gets.REMINDERS}
    set_preference(portal, actor, issuer, TO, dict.fromkeys(Gets, True))
    (one,) = list_preferences(portal, actor)
    assert one.wanted == {Gets.INVOICES: False, Gets.REMINDERS: False, Gets.STATEMENTS: True}
    user = person(portal, TO)
    give(portal, user, issuer, customer)
    (own,) = list_preferences(portal, acting(portal, user))
    assert own.fixed == frozenset()
    set_preference(portal, acting(portal, user), issuer, TO, dict.fromkeys(Gets, True))
    assert all(list_preferences(portal, actor)[0].wanted.values())


@pytest.mark.parametrize("how", ["named by documents", "a contact"])
def test_who_came_by_a_link_decides_nothing_for_an_address_of_another_customer(
    portal: Portal, abc: tuple[int, int], how: str
) -> None:
    issuer, customer = abc
    shared = replace(XYZ, email=TO.upper() if how == "named by documents" else "")
    bring(portal, facts("FE-2", customer=shared))
    actor = by_link(portal, customer)
    if how == "a contact":
        with portal.ledger.read() as conn:
            query = f"SELECT id FROM customers WHERE issuer_id = {issuer} AND id <> {customer}"
            other = int(conn.exec_driver_sql(query).scalar_one())
        assert list_preferences(portal, actor)
        add_contact(portal, BOSS, other, Channel.EMAIL, TO, "", [Gets.REMINDERS])
    assert list_preferences(portal, actor) == []
    with pytest.raises(NotFound):
        set_preference(portal, actor, issuer, TO, {Gets.REMINDERS: False})
    user = person(portal, TO)
    give(portal, user, issuer, customer)
    assert list_preferences(portal, acting(portal, user))


def test_a_person_decides_for_its_own_address_at_each_issuer(portal: Portal, abc: tuple[int, int]) -> None:
    issuer, customer = abc
    user = person(portal, TO)
    assert list_preferences(portal, acting(portal, user)) == []
    give(portal, user, issuer, customer)
    actor = acting(portal, user)
    assert [one.issuer_id for one in list_preferences(portal, actor)] == [issuer]
    add_contact(portal, BOSS, customer, Channel.EMAIL, "otra@abc.example", "", list(Gets))
    assert list_preferences(portal, actor) == []
    add_contact(portal, BOSS, customer, Channel.EMAIL, TO, "", [Gets.REMINDERS])
    assert [one.wanted for one in list_preferences(portal, actor)] == [{Gets.REMINDERS: True}]
    with pytest.raises(NotFound):
        set_preference(portal, actor, issuer, "otra@abc.example", {Gets.REMINDERS: False})
    with pytest.raises(NotFound):
        set_preference(portal, actor, issuer_named(portal, OTRA.name), TO, {Gets.REMINDERS: False})


def test_an_issuers_people_decide_nothing_for_their_customer(portal: Portal, abc: tuple[int, int]) -> None:
    issuer, customer = abc
    looking = replace(by_link(portal, customer), looks_as_customer=True)
    for actor in (staff(portal, issuer, Role.OWNER), looking, BOSS):
        assert list_preferences(portal, actor) == []
        with pytest.raises(NotFound):
            set_preference(portal, actor, issuer, TO, {Gets.REMINDERS: False})
