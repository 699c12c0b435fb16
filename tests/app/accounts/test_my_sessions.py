import pytest

from portal.app.accounts.my_sessions import end_all_sessions, end_session_of, sessions_of
from portal.app.portal import Portal
from portal.app.sessions import find_session
from portal.errors import NotFound
from portal.ledger.audit import Event
from tests.app.accounts.ways import come_in, with_password
from tests.app.people import HERE, noted
from tests.factories import FrozenClock


def shown(portal: Portal, user_id: int) -> set[str]:
    return {one.token_hash for one in sessions_of(portal, user_id)}


def test_a_person_sees_their_living_sessions_only(portal: Portal, clock: FrozenClock) -> None:
    mine, other = with_password(portal), with_password(portal, "otra@empresa.example")
    come_in(portal)
    clock.forward(hours=8)
    fresh, foreign = come_in(portal), come_in(portal, "otra@empresa.example")
    assert shown(portal, mine) == {fresh} and shown(portal, other) == {foreign}
    assert sessions_of(portal, mine)[0].agent == HERE.agent


def test_one_is_ended_by_its_person_only(portal: Portal) -> None:
    mine, other = with_password(portal), with_password(portal, "otra@empresa.example")
    first, second = come_in(portal), come_in(portal)
    for whose, token_hash in ((other, first), (mine, "f" * 64)):
        with pytest.raises(NotFound):
            end_session_of(portal, whose, token_hash, HERE)
    end_session_of(portal, mine, first, HERE)
    assert find_session(portal, first) is None and find_session(portal, second)
    with pytest.raises(NotFound):
        end_session_of(portal, mine, first, HERE)


def test_all_end_but_the_one_in_hand(portal: Portal) -> None:
    mine = with_password(portal)
    first, second, third = (come_in(portal) for _ in range(3))
    assert set(end_all_sessions(portal, mine, HERE, but=third)) == {first, second}
    assert shown(portal, mine) == {third}
    assert end_all_sessions(portal, mine, HERE) == [third] and shown(portal, mine) == set()
    assert len(noted(portal, Event.SESSIONS_ENDED)) == 2
