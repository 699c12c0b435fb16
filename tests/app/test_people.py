"""Who sees what and why; other rights and the end of rights, for those only who look after them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.app.joining import join_link
from portal.app.links import create_link
from portal.app.people import Sight, end_grant, people_of_customer, set_level, set_rights, staff_of_issuer, what_i_see
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS, Actor, By, Right
from portal.domain.roles import CUSTOMER_RIGHTS, Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.users import set_user
from tests.app.people import BOSS, HERE, acting, add_party, give, held, issuer_of, noted, person, staff
from tests.app.test_links import token_of


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666")[0]


@pytest.fixture
def issuer(portal: Portal, customer: int) -> int:
    return issuer_of(portal, customer)


@pytest.fixture
def foreign(portal: Portal) -> int:
    return add_party(portal, "900300400", "900555666")[0]


@pytest.fixture
def member(portal: Portal, issuer: int, customer: int) -> Callable[..., tuple[Actor, int]]:
    """A person of the customer with these rights; the actor and the grant."""

    def make(name: str, *rights: Right) -> tuple[Actor, int]:
        user_id = person(portal, f"{name}@abc.example", name.capitalize())
        grant_id = give(portal, user_id, issuer, customer, rights=rights)
        return acting(portal, user_id), grant_id

    return make


Member = Callable[..., tuple[Actor, int]]


def names(sights: list[Sight]) -> set[str]:
    return {one.grant.user_name for one in sights}


def test_a_customers_people_are_shown_to_its_manager_and_to_the_issuers_desk(
    portal: Portal, issuer: int, customer: int, member: Member
) -> None:
    manager, _ = member("luz", Right.SEE, Right.MANAGE)
    member("ana", Right.SEE, Right.PAY)
    for actor in (manager, staff(portal, issuer), BOSS):
        assert names(people_of_customer(portal, actor, customer)) == {"Luz", "Ana"}


def test_a_customers_people_are_shown_to_nobody_else(
    portal: Portal, issuer: int, customer: int, foreign: int, member: Member
) -> None:
    manager, _ = member("luz", Right.MANAGE)
    simple, _ = member("ana", *LINK_RIGHTS)
    others = [simple, staff(portal, issuer, Role.READER), staff(portal, issuer_of(portal, foreign), Role.OWNER)]
    for actor in others:
        with pytest.raises(NotFound):
            people_of_customer(portal, actor, customer)
    for missing in (foreign, 99):
        with pytest.raises(NotFound):
            people_of_customer(portal, manager, missing)
    with pytest.raises(NotFound):
        people_of_customer(portal, BOSS, 99)


def test_staff_and_analysts_of_the_whole_issuer_are_shown_to_owners_only(
    portal: Portal, issuer: int, customer: int, member: Member
) -> None:
    owner, collector = staff(portal, issuer, Role.OWNER), staff(portal, issuer, Role.COLLECTOR)
    staff(portal, issuer, Role.ANALYST)
    member("luz", Right.SEE)
    assert {one.grant.role for one in staff_of_issuer(portal, owner, issuer)} == {
        Role.OWNER,
        Role.COLLECTOR,
        Role.ANALYST,
    }
    with pytest.raises(NotFound):
        staff_of_issuer(portal, collector, issuer)


def test_a_manager_changes_rights_within_their_own(portal: Portal, customer: int, member: Member) -> None:
    manager, own = member("luz", Right.SEE, Right.DOWNLOAD, Right.MANAGE)
    ana, grant_id = member("ana", Right.SEE)
    set_rights(portal, manager, grant_id, {Right.DOWNLOAD}, HERE)
    assert held(portal, ana.user_id or 0) == [(customer, {Right.SEE, Right.DOWNLOAD}, "invitation")]
    with pytest.raises(Refused, match="te falta pagar"):
        set_rights(portal, manager, grant_id, {Right.PAY})
    (entry,) = noted(portal, Event.GRANTED)
    assert (entry.actor, entry.subject, entry.address) == (manager.name, f"grant:{grant_id}", HERE.address)
    assert '"before": "see"' in (entry.detail or "")
    assert own


def test_the_issuer_gives_any_right_of_a_customers_person_and_no_other(
    portal: Portal, issuer: int, member: Member
) -> None:
    collector = staff(portal, issuer)
    _, grant_id = member("ana", Right.SEE)
    set_rights(portal, collector, grant_id, CUSTOMER_RIGHTS)
    with pytest.raises(Refused, match="registrar pagos; cambiar los ajustes"):
        set_rights(portal, collector, grant_id, {Right.BOOK, Right.SETTINGS})


def test_nobody_raises_themselves_but_anybody_may_step_down(
    portal: Portal, issuer: int, customer: int, member: Member
) -> None:
    manager, grant_id = member("luz", Right.SEE, Right.MANAGE, Right.COMMENT)
    give(portal, manager.user_id or 0, issuer, role=Role.COLLECTOR)
    as_both = acting(portal, manager.user_id or 0)
    for actor in (manager, as_both):
        with pytest.raises(Refused, match="Nadie se da permisos"):
            set_rights(portal, actor, grant_id, CUSTOMER_RIGHTS)
    set_rights(portal, manager, grant_id, {Right.MANAGE})
    assert (customer, {Right.SEE, Right.MANAGE}, "invitation") in held(portal, manager.user_id or 0)


def test_rights_of_a_role_are_not_changed_one_by_one(portal: Portal, issuer: int) -> None:
    owner, reader = staff(portal, issuer, Role.OWNER), staff(portal, issuer, Role.READER)
    (grant_id,) = [one.grant.id for one in what_i_see(portal, reader)]
    with pytest.raises(Refused, match="vienen con su nivel"):
        set_rights(portal, owner, grant_id, {Right.SEE})


def test_a_grant_that_is_not_yours_to_change_is_not_there(
    portal: Portal, issuer: int, foreign: int, member: Member
) -> None:
    simple, simple_grant = member("ana", *LINK_RIGHTS)
    manager, _ = member("luz", Right.MANAGE)
    stranger = staff(portal, issuer_of(portal, foreign), Role.OWNER)
    reader = staff(portal, issuer, Role.READER)
    (reader_grant,) = [one.grant.id for one in what_i_see(portal, reader)]
    analyst_grant = give(portal, stranger.user_id or 0, issuer, simple.grants[0].customer_id, Role.ANALYST)
    for actor, grant_id in (
        (stranger, simple_grant),
        (reader, simple_grant),
        (manager, reader_grant),
        (staff(portal, issuer), reader_grant),
        (manager, analyst_grant),
        (simple, analyst_grant),
        (BOSS, 99),
    ):
        with pytest.raises(NotFound):
            end_grant(portal, actor, grant_id)
        with pytest.raises(NotFound):
            set_rights(portal, actor, grant_id, {Right.SEE})


def test_another_level_takes_effect_at_once_and_is_noted(portal: Portal, issuer: int) -> None:
    owner, user_id = staff(portal, issuer, Role.OWNER), person(portal, "luis@emisor.example", "Luis")
    grant_id = give(portal, user_id, issuer, role=Role.READER)
    set_level(portal, owner, grant_id, Role.COLLECTOR, HERE)
    assert acting(portal, user_id).scope(Right.LINKS).covers(issuer, 0)
    set_level(portal, owner, grant_id, Role.ANALYST, HERE)
    assert acting(portal, user_id).scope(Right.LINKS).empty
    (_, note) = noted(portal, Event.GRANTED)[-2:]
    assert (note.actor, note.address, note.issuer_id) == (owner.name, HERE.address, issuer)
    assert note.detail and '"role": "analyst"' in note.detail and '"role_before": "collector"' in note.detail


def test_a_level_is_changed_by_owners_only_and_never_ones_own(
    portal: Portal, issuer: int, foreign: int, member: Member
) -> None:
    owner, luis = staff(portal, issuer, Role.OWNER), person(portal, "luis@emisor.example", "Luis")
    grant_id = give(portal, luis, issuer, role=Role.COLLECTOR)
    manager, customers_grant = member("luz", Right.MANAGE)
    others = staff(portal, issuer_of(portal, foreign), Role.OWNER)
    for actor in (acting(portal, luis), staff(portal, issuer, Role.READER), manager, others):
        with pytest.raises(NotFound):
            set_level(portal, actor, grant_id, Role.OWNER)
    with pytest.raises(NotFound):
        set_level(portal, owner, customers_grant, Role.OWNER)
    with pytest.raises(NotFound):
        set_level(portal, owner, grant_id, Role.CUSTOMER)
    (own,) = [one.grant.id for one in staff_of_issuer(portal, owner, issuer) if one.grant.user_id == owner.user_id]
    with pytest.raises(Refused, match="propio nivel"):
        set_level(portal, owner, own, Role.READER)
    with pytest.raises(Refused, match="única persona dueña"):
        set_level(portal, BOSS, own, Role.READER)
    assert acting(portal, luis).scope(Right.STAFF).empty


def test_an_end_takes_effect_at_once_and_is_noted(portal: Portal, customer: int, member: Member) -> None:
    manager, _ = member("luz", Right.MANAGE)
    ana, grant_id = member("ana", Right.SEE)
    end_grant(portal, manager, grant_id, HERE)
    assert acting(portal, ana.user_id or 0).scope().empty
    assert names(people_of_customer(portal, manager, customer)) == {"Luz"}
    (entry,) = noted(portal, Event.GRANT_ENDED)
    assert (entry.actor, entry.customer_id) == (manager.name, customer)
    with pytest.raises(NotFound):
        end_grant(portal, manager, grant_id)


def test_everybody_may_give_up_what_they_see(portal: Portal, member: Member) -> None:
    ana, grant_id = member("ana", Right.SEE)
    end_grant(portal, ana, grant_id)
    assert held(portal, ana.user_id or 0) == []


def test_the_last_owner_stays(portal: Portal, issuer: int) -> None:
    first = staff(portal, issuer, Role.OWNER)
    (grant_id,) = [one.grant.id for one in what_i_see(portal, first)]
    second = person(portal, "otra@emisor.example", "Otra")
    gone = give(portal, second, issuer, role=Role.OWNER)
    with portal.ledger.write("test") as unit:
        set_user(unit, second, disabled_at=unit.now)
        unit.commit()
    for actor in (first, BOSS):
        with pytest.raises(Refused, match="única persona dueña"):
            end_grant(portal, actor, grant_id)
    with portal.ledger.write("test") as unit:
        set_user(unit, second, disabled_at=None)
        unit.commit()
    end_grant(portal, first, grant_id)
    assert [one.grant.id for one in staff_of_issuer(portal, BOSS, issuer)] == [gone]


def test_of_two_owners_who_leave_at_once_one_stays(portal: Portal, issuer: int) -> None:
    people = [person(portal, f"d{number}@emisor.example") for number in range(2)]
    grants = [give(portal, one, issuer, role=Role.OWNER) for one in people]

    def leave(number: int) -> bool:
        try:
            end_grant(portal, acting(portal, people[number]), grants[number])
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, range(2))) == [False, True]


def test_people_read_what_they_see_by_whose_word_and_since_when(
    portal: Portal, issuer: int, customer: int, foreign: int
) -> None:
    user_id = person(portal, "luz@abc.example", "Luz Marina")
    collector = staff(portal, issuer)
    give(portal, user_id, issuer, customer, by=collector.name)
    link = create_link(portal, BOSS, foreign, days=30)
    join_link(portal, acting(portal, user_id), token_of(link), HERE)
    invited, joined = what_i_see(portal, acting(portal, user_id))
    assert (str(invited.why), str(invited.by)) == ("Por invitación.", "Collector del emisor")
    assert (invited.since, invited.until, invited.to_confirm) == (portal.clock.now(), None, False)
    assert (str(joined.by), joined.until, joined.to_confirm) == ("Luz Marina", link.link.expires_at, True)
    assert "mientras el enlace esté abierto" in str(joined.why)


@pytest.mark.parametrize(
    ("made_by", "told"), [("operator:cli", "Quien opera el portal"), ("issuer:7", "Emisor 900100200")]
)
def test_a_word_that_is_no_persons_is_named_too(
    portal: Portal, issuer: int, customer: int, made_by: str, told: str
) -> None:
    user_id = person(portal, "luz@abc.example")
    give(portal, user_id, issuer, customer, by=made_by)
    assert [str(one.by) for one in what_i_see(portal, acting(portal, user_id))] == [told]


def test_whoever_is_no_user_holds_no_grants(portal: Portal, customer: int) -> None:
    assert what_i_see(portal, Actor(By.LINK, "link:1")) == what_i_see(portal, BOSS) == []
