from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.app import link_mails
from portal.app.accounts.refusals import TooMany
from portal.app.link_mails import MOST_TO_ONE, mail_link
from portal.app.links import (
    LinkClosed,
    ShownLink,
    State,
    check_link,
    count_links,
    create_link,
    list_links,
    look_at_link,
    open_link,
    revoke_link,
    rotate_link,
)
from portal.app.mailing import Template
from portal.app.many_links import link_of
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.folding import fold_text
from portal.domain.tokens import make_link_token, session_hash
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event, Where
from portal.ledger.links import add_link, find_link, owner_of
from portal.ledger.tables import customers
from tests.app import people
from tests.app.people import BOSS, CONSUMER, add_party
from tests.factories import FrozenClock


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
    with portal.ledger.write("job:anything") as unit:
        made = add_link(unit, people.issuer_of(portal, strangers), strangers, unit.now + timedelta(days=9))
        with pytest.raises(Refused, match="Consumidor final"):
            link_of(portal, unit, people.issuer_of(portal, strangers), strangers)
        unit.commit()
    with pytest.raises(Refused, match="Consumidor final"):
        rotate_link(portal, BOSS, made)


def test_an_unknown_customer_or_link_is_not_found(portal: Portal) -> None:
    with pytest.raises(NotFound):
        create_link(portal, BOSS, 99)
    with pytest.raises(NotFound):
        revoke_link(portal, BOSS, 99)


def test_the_register_tells_who_made_a_link_when_and_from_where_it_was_last_used(
    portal: Portal, clock: FrozenClock, customer: int
) -> None:
    collector = people.staff(portal, people.issuer_of(portal, customer))
    made = create_link(portal, collector, customer)
    clock.forward(hours=2)
    visit(portal, token_of(made))
    (listed,) = list_links(portal, BOSS)
    assert listed.made_by == "Collector del emisor"
    assert listed.link.created_at < portal.clock.now() == listed.link.last_used_at
    assert listed.link.last_used_from == "203.0.113.9"


class TestFinding:
    @pytest.fixture
    def register(self, portal: Portal) -> list[int]:
        """The links of three customers of one issuer and one of another, the oldest first."""
        mine = add_party(portal, "900100200", "900555666", "900777888", "PE1234")
        theirs = add_party(portal, "900300400", "900555666")
        for customer_id, name in zip(mine, ("Peñalosa & Muñoz S.A.S.", "ÓPTICA 100% Visión", "Lima_SA"), strict=True):
            with portal.ledger.write("test") as unit:
                unit.conn.execute(
                    update(customers)
                    .where(customers.c.id == customer_id)
                    .values(name=name, folded_name=fold_text(name))
                )
                unit.commit()
        return [create_link(portal, BOSS, one).link.id for one in (*mine, *theirs)]

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("", [0, 1, 2, 3]),
            ("penalosa", [0]),
            ("PEÑALOSA muñoz", [0]),
            ("munoz óptica", []),
            ("optica", [1]),
            ("100%", [1]),
            ("%", [1]),
            ("_", [2]),
            ("900.555.666-1", [0, 3]),
            ("555", [0, 3]),
            ("pe12", [2]),
            ("' OR 1=1 --", []),
        ],
    )
    def test_every_word_is_in_the_customers_name_or_tax_id(
        self, portal: Portal, register: list[int], search: str, found: list[int]
    ) -> None:
        listed = [shown.link.id for shown in reversed(list_links(portal, BOSS, search))]
        assert listed == [register[number] for number in found]
        assert count_links(portal, BOSS, search) == len(found)

    def test_a_page_is_a_part_of_the_list(self, portal: Portal, register: list[int]) -> None:
        pages = [list_links(portal, BOSS, limit=3, offset=offset) for offset in (0, 3, 6)]
        assert [[shown.link.id for shown in page] for page in pages] == [register[:0:-1], register[:1], []]

    def test_what_another_issuer_has_is_neither_listed_nor_counted(self, portal: Portal, register: list[int]) -> None:
        with portal.ledger.read() as conn:
            link = find_link(conn, register[3])
        assert link is not None
        collector = people.staff(portal, link.issuer_id)
        assert [shown.link.id for shown in list_links(portal, collector, "9005")] == [register[3]]
        assert count_links(portal, collector, "penalosa") == 0


class TestAudit:
    def test_every_act_is_noted_with_its_person(self, portal: Portal, customer: int) -> None:
        collector = people.staff(portal, people.issuer_of(portal, customer))
        made = create_link(portal, collector, customer, where=people.HERE)
        visit(portal, token_of(made))
        rotate_link(portal, collector, made.link.id, where=people.HERE)
        revoke_link(portal, collector, made.link.id, where=people.HERE)
        told = [(one.event, one.actor, one.address) for one in people.noted(portal)]
        assert told == [
            (Event.LINK_MADE, collector.name, "203.0.113.9"),
            (Event.LINK_OPENED, f"link:{made.link.id}", "203.0.113.9"),
            (Event.LINK_ROTATED, collector.name, "203.0.113.9"),
            (Event.LINK_REVOKED, collector.name, "203.0.113.9"),
        ]
        assert {(one.subject, one.customer_id) for one in people.noted(portal)} == {(f"link:{made.link.id}", customer)}

    def test_looking_is_told_apart_from_visiting_and_not_every_look_is_told(
        self, portal: Portal, clock: FrozenClock, link: ShownLink
    ) -> None:
        for address in ("198.51.100.1", "198.51.100.1", "198.51.100.2"):
            look_at_link(portal, token_of(link), Where(address, "Mail scanner"))
        assert [one.address for one in people.noted(portal, Event.LINK_SCANNED)] == ["198.51.100.1", "198.51.100.2"]
        clock.forward(minutes=11)
        look_at_link(portal, token_of(link), Where("198.51.100.1", "Mail scanner"))
        assert len(people.noted(portal, Event.LINK_SCANNED)) == 3
        assert people.noted(portal, Event.LINK_OPENED) == []

    def test_a_dead_token_is_not_noted(self, portal: Portal) -> None:
        with pytest.raises(LinkClosed):
            look_at_link(portal, "x" * 40, people.HERE)
        assert people.noted(portal) == []


class TestMailing:
    def test_a_link_goes_out_with_the_issuers_words(self, portal: Portal, link: ShownLink) -> None:
        mail_link(portal, BOSS, link.link.id, "pagos@abc.example", " Hola, Luz \n", "es", people.HERE)
        ((template, to, values),) = people.mailed(portal)
        assert (template, to) == (Template.PERSONAL_LINK, "pagos@abc.example")
        assert values == {"link": link.url, "days": "90", "text": "Hola, Luz"}
        (entry,) = people.noted(portal, Event.LINK_MAILED)
        assert (entry.detail, token_of(link) in str(entry)) == ('{"to": "pagos@abc.example"}', False)

    def test_what_can_not_be_sent_is_refused_and_nothing_is_noted(self, portal: Portal, link: ShownLink) -> None:
        with pytest.raises(Refused, match="no es una dirección"):
            mail_link(portal, BOSS, link.link.id, "pagos", "", "es")
        with pytest.raises(Refused, match="más de 2000 caracteres"):
            mail_link(portal, BOSS, link.link.id, "pagos@abc.example", "a" * 2_001, "es")
        revoke_link(portal, BOSS, link.link.id)
        with pytest.raises(Refused, match="renuévalo"):
            mail_link(portal, BOSS, link.link.id, "pagos@abc.example", "", "es")
        assert people.mailed(portal) == people.noted(portal, Event.LINK_MAILED) == []

    def test_one_mailbox_and_one_issuer_have_their_limits(
        self, portal: Portal, clock: FrozenClock, link: ShownLink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(link_mails, "MOST_FROM_ONE", most := MOST_TO_ONE + 3)
        for _ in range(MOST_TO_ONE):
            mail_link(portal, BOSS, link.link.id, "Pagos@ABC.example", "", "es")
        with pytest.raises(TooMany, match="copia el enlace"):
            mail_link(portal, BOSS, link.link.id, "pagos@abc.example ", "", "es")
        for number in range(most - MOST_TO_ONE):
            mail_link(portal, BOSS, link.link.id, f"p{number}@abc.example", "", "es")
        with pytest.raises(TooMany):
            mail_link(portal, BOSS, link.link.id, "otra@abc.example", "", "es")
        assert len(people.mailed(portal)) == most
        clock.forward(hours=1)
        mail_link(portal, BOSS, link.link.id, "otra@abc.example", "", "es")

    def test_only_who_manages_a_link_mails_it(self, portal: Portal, link: ShownLink) -> None:
        stranger = people.acting(portal, people.person(portal, "x@x.example"))
        for link_id in (link.link.id, 99):
            with pytest.raises(NotFound):
                mail_link(portal, stranger, link_id, "x@x.example", "", "es")
