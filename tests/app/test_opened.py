"""When a customer first opened a document: its link or its person did; nobody else's look counts."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal.app.files import document_pdf
from portal.app.links import create_link, look_at_link, open_link
from portal.app.looking import looks_written
from portal.app.portal import Portal
from portal.app.reading import read_document
from portal.app.sessions import session_actor
from portal.domain.access import LINK_RIGHTS, Actor, By, Grant, Right
from portal.domain.roles import RIGHTS, Role
from portal.domain.tokens import session_hash
from portal.ledger.documents import find
from portal.render.labels import Labels
from tests.app.people import BOSS, HERE, acting, give, person
from tests.factories import FrozenClock, bring, facts

DESK = RIGHTS[Role.OWNER]


def opened_at(portal: Portal, document: int) -> datetime | None:
    looks_written()
    with portal.ledger.read() as conn:
        row = find(conn, document)
    assert row is not None
    return row.opened_at


def test_the_first_look_of_the_customers_link_or_person_is_kept(portal: Portal, clock: FrozenClock) -> None:
    bring(portal, facts("FE-1"), facts("FE-2"))
    with portal.ledger.read() as conn:
        first, second = (conn.exec_driver_sql("SELECT id, issuer_id, customer_id FROM documents ORDER BY number")).all()
    token = (create_link(portal, BOSS, first.customer_id).url or "").rpartition("/")[2]
    look_at_link(portal, token, HERE)  # a mail scanner
    for role in (Role.OWNER, Role.READER, Role.ANALYST):
        user = person(portal, f"{role}@ejemplar.example")
        give(portal, user, first.issuer_id, role=role)
        read_document(portal, acting(portal, user), first.id)
    document_pdf(portal, BOSS, first.id, Labels())
    assert opened_at(portal, first.id) is None
    clock.forward(hours=1)
    actor = session_actor(portal, session_hash(open_link(portal, token, HERE.address, HERE.agent)))
    assert actor is not None
    seq = portal.views.fresh()
    read_document(portal, actor, first.id)
    assert opened_at(portal, first.id) == (then := clock.now())
    assert portal.views.fresh() > seq
    clock.forward(hours=1)
    ana = person(portal, "ana@abc.example")
    give(portal, ana, first.issuer_id, first.customer_id)
    document_pdf(portal, acting(portal, ana), first.id, Labels())
    document_pdf(portal, acting(portal, ana), second.id, Labels())
    assert (opened_at(portal, first.id), opened_at(portal, second.id)) == (then, clock.now())


@pytest.mark.parametrize(
    ("actor", "counts"),
    [
        (Actor(By.LINK, "link:1", (Grant(1, 2, LINK_RIGHTS),)), True),
        (Actor(By.USER, "user:1", (Grant(1, 2, frozenset({Right.SEE})),)), True),
        (Actor(By.USER, "user:1", (Grant(1, 3, LINK_RIGHTS),)), False),
        (Actor(By.USER, "user:1", (Grant(4, None, DESK), Grant(1, 2, LINK_RIGHTS))), True),
        (Actor(By.USER, "user:1", (Grant(1, None, DESK), Grant(1, 2, LINK_RIGHTS))), False),
        (Actor(By.USER, "user:1", (Grant(1, None, DESK),)).narrowed(1, 2), False),
        (Actor(By.USER, "user:1", (Grant(1, 2, RIGHTS[Role.ANALYST]),)), False),
        (Actor(By.OPERATOR, "user:1"), False),
        (Actor(By.ISSUER, "token:1", (Grant(1, None, LINK_RIGHTS),)), False),
    ],
)
def test_who_looks_for_the_customer_itself(actor: Actor, counts: bool) -> None:
    assert actor.is_of_customer(1, 2) is counts
