"""Links for many customers at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.app import many_links
from portal.app.link_mails import LONGEST
from portal.app.links import create_link, list_links, open_link, revoke_link
from portal.app.many_links import Having, Owing, Shared, Sharing, Wanted, list_for_links, share_links
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.parties import issuers_named
from tests.app.people import BOSS, CONSUMER, HERE, add_party, issuer_of, mailed, noted, set_email, staff
from tests.factories import ABC, EJEMPLAR, XYZ, FrozenClock, bring, facts

MAIL = Sharing(mail=True, text="Buen mes")


@pytest.fixture
def three(portal: Portal) -> list[int]:
    return add_party(portal, "900100200", "900555661", "900555662", "900555663", CONSUMER)[:3]


@pytest.fixture
def issuer(portal: Portal, three: list[int]) -> int:
    return issuer_of(portal, three[0])


@pytest.fixture
def collector(portal: Portal, issuer: int) -> Actor:
    return staff(portal, issuer)


def ids(portal: Portal, actor: Actor, issuer_id: int, wanted: Wanted) -> list[int]:
    return [one.id for one in list_for_links(portal, actor, issuer_id, wanted, 50).rows]


def test_everybody_but_the_anonymous_gets_a_link_and_nobody_a_second_one(
    portal: Portal, three: list[int], issuer: int, collector: Actor
) -> None:
    create_link(portal, BOSS, three[0])
    first = share_links(portal, collector, issuer, Wanted(), Sharing(days=30), HERE)
    assert (first.made, first.had, first.mailed, first.done) == (2, 1, 0, 3)
    again = share_links(portal, collector, issuer, Wanted(), Sharing(), HERE)
    assert (again.made, again.had) == (0, 3) and len(list_links(portal, BOSS)) == 3
    assert len(noted(portal, Event.LINK_MADE)) == 3 and mailed(portal) == []


def test_each_mail_holds_the_link_of_its_customer_and_waits_its_turn(
    portal: Portal, three: list[int], issuer: int, collector: Actor, clock: FrozenClock
) -> None:
    for number, customer in enumerate(three[:2]):
        set_email(portal, customer, f"c{number}@cliente.example")
    sent: list[int] = []
    portal.ledger.sent = sent.extend
    shared = share_links(portal, collector, issuer, Wanted(), MAIL, HERE)
    assert (shared.mailed, shared.without_address, shared.mailed_today) == (2, 1, 0)
    assert shared.last_at == clock.now() + many_links.PACE and len(sent) == 1
    address_of = {one.link.customer_id: one.url for one in list_links(portal, BOSS)}
    told = {to: (values["link"], values["text"]) for _, to, values in mailed(portal)}
    assert told == {f"c{n}@cliente.example": (address_of[three[n]], "Buen mes") for n in (0, 1)}


def test_who_was_written_to_today_is_not_written_to_again(
    portal: Portal, three: list[int], issuer: int, collector: Actor, clock: FrozenClock
) -> None:
    set_email(portal, three[0], "c@cliente.example")
    share_links(portal, collector, issuer, Wanted(), MAIL)
    again = share_links(portal, collector, issuer, Wanted(), MAIL)
    assert (again.mailed, again.mailed_today) == (0, 1)
    clock.at += timedelta(days=1, seconds=1)
    assert share_links(portal, collector, issuer, Wanted(), MAIL).mailed == 1


def test_an_address_that_can_not_be_written_to_keeps_nobody_from_a_mail(
    portal: Portal, three: list[int], issuer: int, collector: Actor
) -> None:
    set_email(portal, three[0], "sin arroba")
    set_email(portal, three[1], "c@cliente.example")
    shared = share_links(portal, collector, issuer, Wanted(), MAIL)
    assert (shared.made, shared.mailed, shared.without_address) == (3, 1, 2)


def test_a_link_that_is_about_to_end_is_not_what_a_mail_brings(
    portal: Portal, three: list[int], issuer: int, collector: Actor, clock: FrozenClock
) -> None:
    set_email(portal, three[0], "c@cliente.example")
    ending = create_link(portal, BOSS, three[0], 90)
    clock.forward(days=90 - many_links.LASTS.days, seconds=1)
    share_links(portal, collector, issuer, Wanted(only=frozenset({three[0]})), MAIL)
    ((_, _, values),) = mailed(portal)
    assert values["days"] == "90" and values["link"] != ending.url


def test_only_who_was_ticked(portal: Portal, three: list[int], issuer: int, collector: Actor) -> None:
    ticked = Wanted(only=frozenset(three[1:]))
    assert share_links(portal, collector, issuer, ticked, Sharing()).made == 2
    assert {one.link.customer_id for one in list_links(portal, BOSS)} == set(three[1:])


def test_in_small_steps_all_of_them_once(
    portal: Portal, three: list[int], issuer: int, collector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_links, "_CHUNK", 2)
    told: list[int] = []
    assert share_links(portal, collector, issuer, Wanted(), Sharing(), progress=told.append).made == 3
    assert told == [2, 3]


def test_found_by_whether_they_have_a_link_and_used_it(
    portal: Portal, three: list[int], issuer: int, collector: Actor
) -> None:
    opened, unopened, closed = (create_link(portal, BOSS, customer) for customer in three)
    revoke_link(portal, BOSS, closed.link.id)
    assert opened.url is not None and unopened.url is not None
    open_link(portal, opened.url.rpartition("/")[2], "203.0.113.9", "Firefox")
    found = {having: ids(portal, collector, issuer, Wanted(having=having)) for having in Having}
    assert found == {
        Having.ANY: three, Having.OPENED: three[:1], Having.UNOPENED: three[1:2], Having.WITHOUT: three[2:],
    }  # fmt: skip


def test_found_by_name_with_how_many_have_an_address(
    portal: Portal, three: list[int], issuer: int, collector: Actor
) -> None:
    set_email(portal, three[0], "c@cliente.example")
    found = list_for_links(portal, collector, issuer, Wanted("cliente 90055566"), 2, 1)
    assert ([one.id for one in found.rows], found.total, found.with_address) == (three[1:], 3, 1)
    assert list_for_links(portal, collector, issuer, Wanted("nadie"), 2).total == 0


def test_found_by_what_they_owe_and_whether_it_is_late(portal: Portal) -> None:
    bring(
        portal,
        facts("FE-1", 100, due_date=date(2026, 3, 14)),
        facts("FE-2", 100, due_date=date(2026, 3, 15), customer=XYZ),
    )
    with portal.ledger.read() as conn:
        issuer = issuers_named(conn, EJEMPLAR.tax_id)[0].id
    actor = staff(portal, issuer)
    names = {
        owing: [one.name for one in list_for_links(portal, actor, issuer, Wanted(owing=owing), 9).rows]
        for owing in Owing
    }
    both = [XYZ.name, ABC.name]
    assert names == {Owing.ANY: both, Owing.SOMETHING: both, Owing.OVERDUE: [ABC.name]}


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST])
def test_who_may_not_make_links_neither_lists_nor_makes_them(
    portal: Portal, three: list[int], issuer: int, role: Role
) -> None:
    reader = staff(portal, issuer, role)
    for asked in (lambda: list_for_links(portal, reader, issuer, Wanted(), 9),
                  lambda: share_links(portal, reader, issuer, Wanted(), Sharing())):  # fmt: skip
        with pytest.raises(NotFound):
            asked()
    assert list_links(portal, BOSS) == []


def test_another_issuers_customers_are_out_of_reach(portal: Portal, three: list[int], collector: Actor) -> None:
    foreign = add_party(portal, "900100299", "900555661")[0]
    with pytest.raises(NotFound):
        share_links(portal, collector, issuer_of(portal, foreign), Wanted(), Sharing())
    ticked = Wanted(only=frozenset({foreign}))
    assert share_links(portal, collector, issuer_of(portal, three[0]), ticked, Sharing()) == Shared()


def test_a_text_that_is_too_long_and_a_wrong_number_of_days_change_nothing(
    portal: Portal, three: list[int], issuer: int, collector: Actor
) -> None:
    for sharing in (Sharing(mail=True, text="x" * (LONGEST + 1)), Sharing(days=0)):
        with pytest.raises(Refused):
            share_links(portal, collector, issuer, Wanted(), sharing)
    assert list_links(portal, BOSS) == []
