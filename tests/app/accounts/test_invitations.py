"""Who may invite whom to what; an invitation is good once, for who reads the mailbox, while its maker could make it."""

import json
from collections.abc import Collection

import pytest
from sqlalchemy import select

from portal.app.accounts.accepting import look_at_invitation, redeem_invitation
from portal.app.accounts.invitations import invite, open_invitations, revoke_invitation
from portal.app.accounts.leaving import disable_user
from portal.app.accounts.refusals import InvitationClosed, TooMany
from portal.app.links import create_link
from portal.app.portal import Portal
from portal.app.sessions import link_actor
from portal.domain.access import LINK_RIGHTS, Actor, Right, operator
from portal.domain.roles import CUSTOMER_RIGHTS, RIGHTS, Role
from portal.errors import NotFound, PortalError, Refused
from portal.ledger.audit import Event
from portal.ledger.consents import consents_of
from portal.ledger.people_tables import grants
from portal.ledger.users import user_by_email
from portal.mail.templates import Template
from tests.app.accounts.ways import BROWSER, EMAIL, last_mail, many_at_once, user_of, won
from tests.app.people import BOSS, HERE, acting, add_party, give, held, issuer_of, noted, person, staff
from tests.factories import FrozenClock

SEE = frozenset({Right.SEE})


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666", "900777888")[0]


@pytest.fixture
def issuer(portal: Portal, customer: int) -> int:
    return issuer_of(portal, customer)


def manager(portal: Portal, issuer: int, customer: int, rights: Collection[Right] = CUSTOMER_RIGHTS) -> Actor:
    user_id = person(portal, "jefa@empresa.example", "Jefa")
    give(portal, user_id, issuer, customer, rights=rights)
    return acting(portal, user_id)


def to_customer(portal: Portal, actor: Actor, issuer: int, customer: int, rights: Collection[Right] = SEE) -> int:
    return invite(portal, actor, EMAIL, issuer, customer, Role.CUSTOMER, rights, "es")


def token(portal: Portal) -> str:
    return last_mail(portal, Template.INVITATION)["token"]


def accept(portal: Portal, with_token: str | None = None, **how: object) -> str | None:
    given = {"name": "Ana Peña", "language": "es", "consent_version": "2026-01", **how}
    return redeem_invitation(portal, with_token or token(portal), BROWSER, HERE, **given)  # type: ignore[arg-type]


def test_the_mail_says_who_invites_to_what(portal: Portal, issuer: int, customer: int) -> None:
    to_customer(portal, manager(portal, issuer, customer), issuer, customer)
    said = last_mail(portal, Template.INVITATION)
    assert (said["person"], said["party"], said["days"]) == ("Jefa", "Cliente 900555666", "7")
    assert said["link"].startswith(f"{portal.settings.base_url}/auth/invitation/")
    invitation, is_new = look_at_invitation(portal, token(portal))
    assert (invitation.email, invitation.customer_name, is_new) == (EMAIL, "Cliente 900555666", True)


def test_nothing_changes_until_it_is_taken_up(portal: Portal, issuer: int, customer: int) -> None:
    to_customer(portal, BOSS, issuer, customer)
    for _ in range(20):
        look_at_invitation(portal, token(portal))
    with portal.ledger.read() as conn:
        assert user_by_email(conn, EMAIL) is None and conn.execute(select(grants)).all() == []


def test_a_new_person_comes_with_consent_and_grant(portal: Portal, issuer: int, customer: int) -> None:
    who = manager(portal, issuer, customer)
    to_customer(portal, who, issuer, customer, {Right.PAY})
    entered = accept(portal)
    assert entered is not None
    user_id = user_of(portal, entered)
    assert held(portal, user_id) == [(customer, frozenset({Right.SEE, Right.PAY}), "invitation")]
    with portal.ledger.read() as conn:
        assert [one.version for one in consents_of(conn, user_id)] == ["2026-01"]
    granted = noted(portal, Event.GRANTED)[-1]
    assert granted.actor == who.name and json.loads(granted.detail or "")["user"] == user_id
    assert EMAIL not in str(noted(portal))


@pytest.mark.parametrize(("missing", "said"), [("name", "tu nombre"), ("consent_version", "tratamiento")])
def test_a_new_person_gives_name_and_consent_or_it_stays_open(
    portal: Portal, issuer: int, customer: int, missing: str, said: str
) -> None:
    to_customer(portal, BOSS, issuer, customer)
    with pytest.raises(Refused, match=said):
        accept(portal, **{missing: ""})
    assert accept(portal)


def test_who_has_an_account_gives_nothing_and_loses_nothing(portal: Portal, issuer: int, customer: int) -> None:
    user_id = person(portal, EMAIL, "Ana")
    give(portal, user_id, issuer, customer, rights=[Right.PAY])
    to_customer(portal, BOSS, issuer, customer, {Right.DOWNLOAD})
    assert not look_at_invitation(portal, token(portal))[1]
    assert accept(portal, name="", consent_version="")
    assert held(portal, user_id) == [(customer, frozenset({Right.SEE, Right.PAY, Right.DOWNLOAD}), "invitation")]


def test_who_is_signed_in_keeps_the_session_and_somebody_else_is_refused(
    portal: Portal, issuer: int, customer: int
) -> None:
    mine, other = person(portal, EMAIL), person(portal, "otra@empresa.example")
    to_customer(portal, BOSS, issuer, customer)
    with pytest.raises(Refused, match="entraste con otra cuenta"):
        accept(portal, signed_in=other)
    assert accept(portal, signed_in=mine) is None
    assert held(portal, mine) and not held(portal, other)


def test_somebody_else_signed_in_is_refused_for_a_new_person_too(portal: Portal, issuer: int, customer: int) -> None:
    to_customer(portal, BOSS, issuer, customer)
    with pytest.raises(Refused, match="entraste con otra cuenta"):
        accept(portal, signed_in=person(portal, "otra@empresa.example"))


def test_it_is_good_once(portal: Portal, issuer: int, customer: int) -> None:
    to_customer(portal, BOSS, issuer, customer)
    assert accept(portal)
    with pytest.raises(InvitationClosed):
        accept(portal)


def test_of_several_at_once_one_is_taken(portal: Portal, issuer: int, customer: int) -> None:
    to_customer(portal, BOSS, issuer, customer)
    asked = token(portal)
    assert won(many_at_once(lambda: accept(portal, asked))) == 1
    with portal.ledger.read() as conn:
        assert len(conn.execute(select(grants)).all()) == 1


def test_it_lives_seven_days(portal: Portal, issuer: int, customer: int, clock: FrozenClock) -> None:
    to_customer(portal, BOSS, issuer, customer)
    clock.forward(days=7, seconds=-1)
    look_at_invitation(portal, token(portal))
    clock.forward(seconds=1)
    with pytest.raises(InvitationClosed):
        accept(portal)


@pytest.mark.parametrize("wrong", ["", "a" * 43, "\x00", "a" * 5_000])
def test_what_is_no_invitation_is_refused(portal: Portal, wrong: str) -> None:
    with pytest.raises(InvitationClosed):
        redeem_invitation(portal, wrong, BROWSER, HERE)


def test_a_withdrawn_one_is_closed(portal: Portal, issuer: int, customer: int) -> None:
    invitation = to_customer(portal, BOSS, issuer, customer)
    assert [one.id for one in open_invitations(portal, BOSS)] == [invitation]
    revoke_invitation(portal, BOSS, invitation)
    with pytest.raises(InvitationClosed):
        accept(portal)
    with pytest.raises(NotFound):
        revoke_invitation(portal, BOSS, invitation)
    assert open_invitations(portal, BOSS) == []


def test_only_who_could_have_made_it_sees_and_withdraws_it(portal: Portal, issuer: int, customer: int) -> None:
    foreign = add_party(portal, "900300400", "900999000")[0]
    invitation = to_customer(portal, BOSS, issuer, customer, LINK_RIGHTS)
    full, less = manager(portal, issuer, customer), person(portal, "menos@empresa.example")
    give(portal, less, issuer, customer, rights=[Right.MANAGE])
    for actor in (acting(portal, less), staff(portal, issuer_of(portal, foreign)), staff(portal, issuer, Role.READER)):
        assert open_invitations(portal, actor) == []
        with pytest.raises(NotFound):
            revoke_invitation(portal, actor, invitation)
    for actor in (full, staff(portal, issuer)):
        assert [one.id for one in open_invitations(portal, actor)] == [invitation]


def test_it_is_as_good_as_the_word_of_who_made_it(portal: Portal, issuer: int, customer: int) -> None:
    who = manager(portal, issuer, customer)
    to_customer(portal, who, issuer, customer, {Right.PAY})
    give(portal, who.user_id or 0, issuer, customer, rights=[Right.MANAGE])  # may no longer pay
    with pytest.raises(InvitationClosed):
        accept(portal)
    give(portal, who.user_id or 0, issuer, customer, rights=CUSTOMER_RIGHTS)
    look_at_invitation(portal, token(portal))
    disable_user(portal, BOSS, who.user_id or 0)
    with pytest.raises(InvitationClosed):
        accept(portal)


def test_staff_and_analysts_are_invited_by_owners(portal: Portal, issuer: int, customer: int) -> None:
    owner = staff(portal, issuer, Role.OWNER)
    for role in (Role.OWNER, Role.COLLECTOR, Role.READER, Role.ANALYST):
        invite(portal, owner, f"{role}@nuevo.example", issuer, None, role, (), "es")
    for role in (Role.COLLECTOR, Role.READER, Role.ANALYST):
        user_id = person(portal, f"otro-{role}@emisor.example")
        give(portal, user_id, issuer, role=role)
        with pytest.raises(NotFound):
            invite(portal, acting(portal, user_id), EMAIL, issuer, None, Role.READER, (), "es")


def test_an_owner_is_made(portal: Portal, issuer: int) -> None:
    invite(portal, BOSS, EMAIL, issuer, None, Role.OWNER, (), "en")
    entered = accept(portal)
    assert entered is not None
    assert Right.STAFF in held(portal, user_of(portal, entered))[0][1]
    assert last_mail(portal, Template.INVITATION)["party"] == "Emisor 900100200"


def test_an_operator_is_made_by_operators_only(portal: Portal, issuer: int) -> None:
    with pytest.raises(NotFound):
        invite(portal, staff(portal, issuer, Role.OWNER), EMAIL, None, None, None, (), "es", operator=True)
    invite(portal, BOSS, EMAIL, None, None, None, (), "es", operator=True)
    entered = accept(portal)
    assert entered is not None and acting(portal, user_of(portal, entered)).scope().everything


def test_a_customers_manager_invites_only_there_and_only_to_what_they_hold(
    portal: Portal, issuer: int, customer: int
) -> None:
    who = manager(portal, issuer, customer, {Right.MANAGE, Right.PAY})
    to_customer(portal, who, issuer, customer, {Right.MANAGE, Right.PAY})
    with pytest.raises(Refused, match="te falta descargar"):
        to_customer(portal, who, issuer, customer, {Right.DOWNLOAD})
    neighbour = add_party(portal, "900300400", "900999000")[0]
    for role, where in ((Role.READER, None), (Role.ANALYST, customer), (Role.CUSTOMER, neighbour)):
        with pytest.raises(NotFound):
            invite(portal, who, EMAIL, issuer, where, role, (), "es")


def test_others_invite_nobody(portal: Portal, issuer: int, customer: int) -> None:
    link = create_link(portal, BOSS, customer).link
    viewer, nobody = person(portal, "ve@empresa.example"), person(portal, "nada@empresa.example")
    give(portal, viewer, issuer, customer)
    for actor in (acting(portal, viewer), acting(portal, nobody), link_actor(link), staff(portal, issuer, Role.READER)):
        with pytest.raises(NotFound):
            to_customer(portal, actor, issuer, customer)


def test_parties_must_fit(portal: Portal, issuer: int, customer: int) -> None:
    foreign = add_party(portal, "900300400", "900999000", "222222222222")
    other = issuer_of(portal, foreign[0])
    cases: list[tuple[Actor, int | None, int | None, Role | None, bool, type[PortalError]]] = [
        (BOSS, issuer, foreign[0], Role.CUSTOMER, False, NotFound),
        (BOSS, issuer, 12345, Role.CUSTOMER, False, NotFound),
        (BOSS, other, foreign[1], Role.CUSTOMER, False, Refused),
        (BOSS, issuer, None, Role.CUSTOMER, False, Refused),
        (BOSS, issuer, customer, Role.OWNER, False, Refused),
        (BOSS, None, None, None, False, Refused),
        (BOSS, issuer, None, Role.OWNER, True, Refused),
    ]
    for actor, at, whose, role, as_operator, how in cases:
        with pytest.raises(how):
            invite(portal, actor, EMAIL, at, whose, role, (), "es", operator=as_operator)
    with pytest.raises(Refused):
        to_customer(portal, BOSS, issuer, customer, {Right.SETTINGS})
    assert open_invitations(portal, operator()) == []


def test_one_mailbox_gets_few_invitations_a_day(portal: Portal, issuer: int, customer: int) -> None:
    for _ in range(5):
        to_customer(portal, BOSS, issuer, customer)
    with pytest.raises(TooMany):
        to_customer(portal, BOSS, issuer, customer)


def test_an_owner_stays_owner_whatever_else_is_offered(portal: Portal, issuer: int) -> None:
    user_id = person(portal, EMAIL)
    give(portal, user_id, issuer, None, Role.OWNER)
    invite(portal, BOSS, EMAIL, issuer, None, Role.READER, [], "es")
    accept(portal)
    assert [rights for _, rights, _ in held(portal, user_id)] == [RIGHTS[Role.OWNER]]
