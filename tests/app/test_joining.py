"""A personal link joins its customer to an account, for as long as it is open or the issuer's word stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.app.devices import DeviceUnknown
from portal.app.joining import confirm_grant, join_link, offer
from portal.app.links import LinkClosed, ShownLink, create_link, revoke_link, rotate_link
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, Right
from portal.domain.roles import Role
from portal.errors import NotFound, Refused, SignInNeeded
from portal.ledger.audit import Event
from portal.ledger.grants import grants_of
from tests.app.people import BOSS, HERE, acting, add_party, give, held, issuer_of, noted, person, set_issuer, staff
from tests.app.test_links import token_of
from tests.factories import FrozenClock


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666")[0]


@pytest.fixture
def link(portal: Portal, customer: int) -> ShownLink:
    return create_link(portal, BOSS, customer, days=30)


@pytest.fixture
def luz(portal: Portal) -> Actor:
    return acting(portal, person(portal, "luz@abc.example", "Luz Marina"))


def again(portal: Portal, actor: Actor) -> Actor:
    """The same person with what it holds by now."""
    return acting(portal, actor.user_id or 0)


def grant_of(portal: Portal, actor: Actor) -> int:
    with portal.ledger.read() as conn:
        return grants_of(conn, actor.user_id or 0, portal.clock.now())[0].id


def test_looking_at_the_offer_joins_nothing(portal: Portal, luz: Actor, link: ShownLink) -> None:
    told = offer(portal, luz, token_of(link))
    assert (told.customer_name, told.until, told.already) == ("Cliente 900555666", link.link.expires_at, False)
    assert again(portal, luz).scope().empty


def test_joining_gives_what_the_link_gives_and_says_why(
    portal: Portal, luz: Actor, link: ShownLink, customer: int
) -> None:
    join_link(portal, luz, token_of(link), HERE)
    assert held(portal, luz.user_id or 0) == [(customer, LINK_RIGHTS, "link")]
    assert offer(portal, again(portal, luz), token_of(link)).already
    (entry,) = noted(portal, Event.GRANTED)
    assert (entry.actor, entry.customer_id, entry.address) == (luz.name, customer, HERE.address)
    assert f'"link": {link.link.id}' in (entry.detail or "")


def test_what_was_joined_ends_when_the_link_expires(
    portal: Portal, clock: FrozenClock, luz: Actor, link: ShownLink
) -> None:
    join_link(portal, luz, token_of(link), HERE)
    clock.forward(days=30)
    assert again(portal, luz).scope().empty


@pytest.mark.parametrize("end", [revoke_link, rotate_link])
def test_what_was_joined_ends_with_the_address_for_good(
    portal: Portal, luz: Actor, link: ShownLink, end: Callable[..., ShownLink]
) -> None:
    join_link(portal, luz, token_of(link), HERE)
    grant_id = grant_of(portal, luz)
    end(portal, BOSS, link.link.id)
    rotate_link(portal, BOSS, link.link.id)
    assert again(portal, luz).scope().empty
    assert [one.subject for one in noted(portal, Event.GRANT_ENDED)] == [f"grant:{grant_id}"]
    with pytest.raises(LinkClosed):
        join_link(portal, luz, token_of(link), HERE)


def test_what_the_issuer_confirms_outlives_the_link(
    portal: Portal, clock: FrozenClock, luz: Actor, link: ShownLink, customer: int
) -> None:
    join_link(portal, luz, token_of(link), HERE)
    collector = staff(portal, issuer_of(portal, customer))
    for _ in range(2):
        confirm_grant(portal, collector, grant_of(portal, luz), HERE)
    revoke_link(portal, BOSS, link.link.id)
    clock.forward(days=400)
    assert again(portal, luz).scope().customers == {customer}
    assert [one.actor for one in noted(portal, Event.GRANT_CONFIRMED)] == [collector.name]


def test_only_the_issuer_confirms(portal: Portal, luz: Actor, link: ShownLink, customer: int) -> None:
    join_link(portal, luz, token_of(link), HERE)
    grant_id, issuer_id = grant_of(portal, luz), issuer_of(portal, customer)
    (foreign,) = add_party(portal, "900300400", "900555666")
    for actor in (
        again(portal, luz),
        staff(portal, issuer_id, Role.READER),
        staff(portal, issuer_of(portal, foreign), Role.OWNER),
    ):
        with pytest.raises(NotFound):
            confirm_grant(portal, actor, grant_id)
    with pytest.raises(NotFound):
        confirm_grant(portal, BOSS, 99)


def test_a_grant_of_another_source_has_nothing_to_confirm(portal: Portal, luz: Actor, customer: int) -> None:
    grant_id = give(portal, luz.user_id or 0, issuer_of(portal, customer), customer)
    with pytest.raises(NotFound):
        confirm_grant(portal, BOSS, grant_id)


def test_nobody_confirms_what_they_joined_themselves(
    portal: Portal, link: ShownLink, luz: Actor, customer: int
) -> None:
    join_link(portal, luz, token_of(link), HERE)
    give(portal, luz.user_id or 0, issuer_of(portal, customer), role=Role.COLLECTOR)
    with portal.ledger.read() as conn:
        (joined,) = [one.id for one in grants_of(conn, luz.user_id or 0, portal.clock.now()) if one.link_id]
    with pytest.raises(Refused, match="tu propio acceso"):
        confirm_grant(portal, again(portal, luz), joined)


def test_joining_takes_nothing_from_what_is_held(portal: Portal, luz: Actor, link: ShownLink, customer: int) -> None:
    give(portal, luz.user_id or 0, issuer_of(portal, customer), customer, rights={Right.SEE})
    for _ in range(2):
        join_link(portal, again(portal, luz), token_of(link), HERE)
    assert held(portal, luz.user_id or 0) == [(customer, {Right.SEE}, "invitation")]


def test_joining_twice_is_joining_once(portal: Portal, luz: Actor, link: ShownLink) -> None:
    for _ in range(2):
        join_link(portal, luz, token_of(link), HERE)
    assert len(held(portal, luz.user_id or 0)) == 1


def test_who_is_not_signed_in_joins_nothing(portal: Portal, luz: Actor, link: ShownLink) -> None:
    nobody = replace(luz, user_id=None)
    for act in (lambda: offer(portal, nobody, token_of(link)), lambda: join_link(portal, nobody, token_of(link), HERE)):
        with pytest.raises(SignInNeeded):
            act()
    with pytest.raises(LinkClosed):
        offer(portal, luz, "x" * 40)


def test_joining_is_no_way_around_the_code_of_a_new_device(
    portal: Portal, luz: Actor, link: ShownLink, customer: int
) -> None:
    set_issuer(portal, issuer_of(portal, customer), device_code=True)
    with pytest.raises(DeviceUnknown):
        join_link(portal, luz, token_of(link), HERE, device="d" * 64)
    assert again(portal, luz).scope().empty
