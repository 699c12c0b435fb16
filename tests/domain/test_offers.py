"""Nobody gives what is not theirs to give: every role's offers, against a table written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.access import Actor, By, Grant, Right, operator
from portal.domain.offers import Offer, fits_together, not_theirs
from portal.domain.roles import CUSTOMER_RIGHTS, Role, rights_of
from portal.errors import NotFound

HERE, THERE, MINE, NOT_MINE = 1, 2, 10, 20
STAFF_OFFER = Offer(HERE, None, Role.READER)
PERSON_OFFER = Offer(HERE, MINE, Role.CUSTOMER, frozenset({Right.SEE}))
OPERATOR_OFFER = Offer(None, None, None, operator=True)
OFFERS = (STAFF_OFFER, PERSON_OFFER, OPERATOR_OFFER)


def actor(role: Role, issuer: int = HERE, customer: int | None = None, *rights: Right) -> Actor:
    return Actor(By.USER, "user:7", (Grant(issuer, customer, rights_of(role, frozenset(rights))),), user_id=7)


def may(who: Actor, offer: Offer) -> bool:
    try:
        return not not_theirs(who, offer)
    except NotFound:
        return False


@pytest.mark.parametrize(
    ("who", "staff", "person"),
    [
        (actor(Role.OWNER), True, True),
        (actor(Role.COLLECTOR), False, True),
        (actor(Role.READER), False, False),
        (actor(Role.ANALYST), False, False),
        (actor(Role.OWNER, THERE), False, False),
        (actor(Role.CUSTOMER, HERE, MINE, Right.MANAGE), False, True),
        (actor(Role.CUSTOMER, HERE, MINE, Right.PAY), False, False),
        (actor(Role.CUSTOMER, HERE, NOT_MINE, Right.MANAGE), False, False),
        (Actor(By.LINK, "link:7", (Grant(HERE, MINE, CUSTOMER_RIGHTS - {Right.MANAGE}),)), False, False),
        (Actor(By.USER, "user:8"), False, False),
    ],
)
def test_who_may_offer_what(who: Actor, staff: bool, person: bool) -> None:
    assert [may(who, offer) for offer in OFFERS] == [staff, person, False]


def test_operators_offer_anything() -> None:
    assert all(may(operator(), offer) for offer in OFFERS)


RIGHTS = st.frozensets(st.sampled_from(sorted(CUSTOMER_RIGHTS)))


@given(RIGHTS, RIGHTS)
def test_a_manager_gives_no_right_that_they_lack(held: frozenset[Right], given_: frozenset[Right]) -> None:
    who = actor(Role.CUSTOMER, HERE, MINE, Right.MANAGE, *held)
    assert not_theirs(who, Offer(HERE, MINE, Role.CUSTOMER, given_)) == given_ - held - {Right.MANAGE, Right.SEE}


@given(st.sampled_from([None, HERE]), st.sampled_from([None, MINE]), st.sampled_from([None, *Role]),
       RIGHTS, st.booleans())  # fmt: skip
def test_an_offer_is_read_as_it_was_written(
    issuer: int | None, customer: int | None, role: Role | None, rights: frozenset[Right], as_operator: bool
) -> None:
    offer = Offer(issuer, customer, role, rights, as_operator)
    assert Offer.from_payload(offer.to_payload()) == offer


@pytest.mark.parametrize(
    ("offer", "fits"),
    [
        (STAFF_OFFER, True),
        (PERSON_OFFER, True),
        (OPERATOR_OFFER, True),
        (Offer(HERE, MINE, Role.ANALYST), True),
        (Offer(HERE, None, Role.ANALYST), True),
        (Offer(HERE, None, Role.CUSTOMER), False),
        (Offer(HERE, MINE, Role.OWNER), False),
        (Offer(None, MINE, Role.CUSTOMER), False),
        (Offer(HERE, None, None), False),
        (Offer(HERE, None, Role.OWNER, operator=True), False),
        (Offer(HERE, MINE, Role.CUSTOMER, frozenset({Right.SETTINGS})), False),
    ],
)
def test_an_offer_says_one_thing(offer: Offer, fits: bool) -> None:
    assert fits_together(offer) is fits
