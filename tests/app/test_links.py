import pytest

from portal.app.links import (
    LinkClosed,
    ShownLink,
    State,
    check_link,
    create_link,
    list_links,
    open_link,
    revoke_link,
    rotate_link,
)
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor, By, Grant, Right, operator
from portal.domain.parties import Party
from portal.domain.tokens import make_link_token, session_hash
from portal.errors import NotFound, Refused
from portal.ledger.links import owner_of
from portal.ledger.parties import add_customers, add_issuer, customers_by_tax_id
from tests.factories import FrozenClock

BOSS = operator("test")
CONSUMER = "222222222222"


def add_party(portal: Portal, issuer_tax_id: str, *customer_tax_ids: str) -> list[int]:
    """A new issuer with these customers; returns their ids."""
    with portal.ledger.write("test") as unit:
        issuer_id = add_issuer(unit, Party("CO", "31", issuer_tax_id, f"Emisor {issuer_tax_id}"))
        rows = [
            {
                "issuer_id": issuer_id,
                "customer_country": "CO",
                "customer_id_type": "31",
                "customer_tax_id": tax_id,
                "customer_name": f"Cliente {tax_id}",
                "customer_email": None,
                "anonymous": tax_id == CONSUMER,
            }
            for tax_id in customer_tax_ids
        ]
        add_customers(unit, rows)
        ids = [customers_by_tax_id(unit.conn, issuer_id, tax_id)[0].id for tax_id in customer_tax_ids]
        unit.commit()
    return ids


def token_of(shown: ShownLink) -> str:
    assert shown.url is not None
    return shown.url.rpartition("/")[2]


def visit(portal: Portal, token: str) -> str:
    return session_hash(open_link(portal, token, "203.0.113.9", "Firefox"))


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666")[0]


@pytest.fixture
def link(portal: Portal, customer: int) -> ShownLink:
    return create_link(portal, BOSS, customer)


def test_a_link_opens_a_session_for_its_customer_only(portal: Portal, customer: int, link: ShownLink) -> None:
    actor = session_actor(portal, visit(portal, token_of(link)))
    assert actor is not None and actor.name == f"link:{link.link.id}" and actor.by is By.LINK
    assert actor.scope().customers == {customer} and not actor.scope().issuers
    assert actor.scope(Right.LINKS).empty


def test_the_address_can_be_shown_again_though_nothing_secret_is_stored(portal: Portal, link: ShownLink) -> None:
    (listed,) = list_links(portal, BOSS)
    assert listed == link and listed.state is State.OPEN
    assert listed.url is not None and listed.url.startswith(f"{portal.settings.base_url}/l/")


def test_only_opening_counts_as_a_visit(portal: Portal, link: ShownLink) -> None:
    for _ in range(20):
        check_link(portal, token_of(link))
    assert list_links(portal, BOSS)[0].link.uses == 0
    visit(portal, token_of(link))
    visit(portal, token_of(link))
    seen = list_links(portal, BOSS)[0].link
    assert (seen.uses, seen.last_used_from, seen.last_used_at) == (2, "203.0.113.9", portal.clock.now())


def test_rotating_closes_the_address_so_far_and_the_sessions_it_opened(portal: Portal, link: ShownLink) -> None:
    session = visit(portal, token_of(link))
    renewed = rotate_link(portal, BOSS, link.link.id)
    assert session_actor(portal, session) is None
    with pytest.raises(LinkClosed):
        visit(portal, token_of(link))
    assert session_actor(portal, visit(portal, token_of(renewed))) is not None


def test_revoking_closes_the_link_and_its_sessions_and_rotating_opens_it_again(portal: Portal, link: ShownLink) -> None:
    session = visit(portal, token_of(link))
    closed = revoke_link(portal, BOSS, link.link.id)
    assert (closed.state, closed.url) == (State.REVOKED, None)
    assert session_actor(portal, session) is None
    with pytest.raises(LinkClosed):
        visit(portal, token_of(link))
    assert rotate_link(portal, BOSS, link.link.id).state is State.OPEN


def test_a_link_ends_on_its_day(portal: Portal, clock: FrozenClock, customer: int) -> None:
    token = token_of(create_link(portal, BOSS, customer, days=1))
    clock.forward(hours=23, minutes=59)
    session = visit(portal, token)
    clock.forward(minutes=1)
    assert session_actor(portal, session) is None
    with pytest.raises(LinkClosed):
        check_link(portal, token)
    assert list_links(portal, BOSS)[0].state is State.EXPIRED


def test_every_dead_token_gets_the_same_words(portal: Portal, link: ShownLink) -> None:
    genuine, unknown = token_of(link), make_link_token(12345, 1, portal.secret)
    revoke_link(portal, BOSS, link.link.id)
    words = set()
    for token in (genuine, unknown, genuine[:-1] + "A", "", "x", genuine + "A"):
        with pytest.raises(LinkClosed) as refused:
            open_link(portal, token, "", "")
        words.add((str(refused.value), refused.value.status))
    assert len(words) == 1 and "quien te factura" in str(words)


def test_a_new_visit_ends_the_session_that_the_browser_had(portal: Portal) -> None:
    mine, theirs = (create_link(portal, BOSS, one) for one in add_party(portal, "900100200", "900555666", "900777888"))
    first = visit(portal, token_of(mine))
    second = session_hash(open_link(portal, token_of(theirs), "", "", replaces=first))
    assert session_actor(portal, first) is None and session_actor(portal, second) is not None


def test_an_issuers_person_manages_the_links_of_its_own_customers_only(portal: Portal) -> None:
    (mine,), (foreign,) = add_party(portal, "900100200", "900555666"), add_party(portal, "900300400", "900555666")
    theirs = create_link(portal, BOSS, foreign)
    with portal.ledger.read() as conn:
        issuer_id = (owner_of(conn, mine) or (0, False))[0]
    keeper = Actor(By.ISSUER, "user:1", (Grant(issuer_id, None, frozenset({Right.LINKS})),))
    own = create_link(portal, keeper, mine)
    assert [shown.link.id for shown in list_links(portal, keeper)] == [own.link.id]
    for attempt in (create_link, rotate_link, revoke_link):
        with pytest.raises(NotFound):
            attempt(portal, keeper, foreign if attempt is create_link else theirs.link.id)


def test_whoever_came_by_a_link_manages_none(portal: Portal, customer: int, link: ShownLink) -> None:
    visitor = session_actor(portal, visit(portal, token_of(link)))
    assert visitor is not None and list_links(portal, visitor) == []
    with pytest.raises(NotFound):
        rotate_link(portal, visitor, link.link.id)


@pytest.mark.parametrize("days", [0, -1, 3_661])
def test_a_link_lasts_from_one_day_to_ten_years(portal: Portal, customer: int, days: int) -> None:
    with pytest.raises(Refused, match="entre 1 y 3660"):
        create_link(portal, BOSS, customer, days)


def test_consumidor_final_gets_no_link(portal: Portal) -> None:
    (strangers,) = add_party(portal, "900100200", CONSUMER)
    with pytest.raises(Refused, match="Consumidor final"):
        create_link(portal, BOSS, strangers)


def test_an_unknown_customer_or_link_is_not_found(portal: Portal) -> None:
    with pytest.raises(NotFound):
        create_link(portal, BOSS, 99)
    with pytest.raises(NotFound):
        revoke_link(portal, BOSS, 99)
