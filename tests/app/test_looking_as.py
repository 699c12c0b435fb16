"""An issuer's person looks as one of its customers: sees that and no more, changes nothing, and is told apart."""

from __future__ import annotations

import pytest

from portal.app.customers import history_of, list_customers, open_customer
from portal.app.looking import looks_written
from portal.app.looking_as import as_customer, note_look_as
from portal.app.many_links import Wanted
from portal.app.portal import Portal
from portal.app.preferences import list_preferences
from portal.app.reading import list_documents, read_document
from portal.domain.access import Right
from portal.domain.places import PLACES
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.ledger.audit import Event
from portal.ledger.documents import find
from portal.views.filters import DocumentFilter, SortKey
from tests.app.people import BOSS, HERE, acting, give, noted, person
from tests.factories import ABC, OTRA, XYZ, bring, facts


def test_it_sees_what_the_customer_sees_and_is_never_taken_for_it(portal: Portal) -> None:
    bring(portal, facts("FE-1", customer=ABC), facts("FE-2", customer=XYZ), facts("FE-9", issuer=OTRA, customer=ABC))
    with portal.ledger.read() as conn:
        rows = {
            row.number: row
            for row in conn.exec_driver_sql("SELECT id, number, issuer_id, customer_id FROM documents").all()
        }
    mine, other, elsewhere = rows["FE-1"], rows["FE-2"], rows["FE-9"]
    user = person(portal, "cobra@ejemplar.example")
    give(portal, user, mine.issuer_id, role=Role.COLLECTOR)
    staff = acting(portal, user)
    looking = as_customer(portal, staff, mine.customer_id)
    assert looking is not None and looking.name == staff.name
    listed = list_documents(portal, looking, DocumentFilter(), SortKey.NUMBER, False, 10, 0)
    assert [row.number for row in listed.rows] == ["FE-1"]
    for one in (other, elsewhere):
        with pytest.raises(NotFound):
            read_document(portal, looking, one.id)
    assert all(looking.scope(right).empty for right in Right if right is not Right.SEE)
    assert {place.address for place in PLACES if place.opens_to(looking)} == {
        "inicio", "documentos", "estado-de-cuenta", "documento", "pago", "avisos",
    }  # fmt: skip
    assert list_preferences(portal, looking) == []
    note_look_as(portal, looking, HERE)
    read_document(portal, looking, mine.id)
    looks_written()
    with portal.ledger.read() as conn:
        kept = find(conn, mine.id)
    assert kept is not None and kept.opened_at is None
    assert {(one.event, one.actor) for one in noted(portal, Event.CUSTOMER_LOOKED_AS, Event.DOCUMENT_SEEN)} == {
        (Event.CUSTOMER_LOOKED_AS, staff.name),
        (Event.DOCUMENT_SEEN, staff.name),
    }
    assert {one.entry.event for one in history_of(portal, staff, mine.customer_id, 10)} >= {Event.CUSTOMER_LOOKED_AS}
    assert as_customer(portal, staff, elsewhere.customer_id) is None
    assert as_customer(portal, looking, mine.customer_id) is None
    reader = person(portal, "lee@ejemplar.example")
    give(portal, reader, mine.issuer_id, role=Role.READER)
    for actor in (acting(portal, reader), looking):
        with pytest.raises(NotFound):
            open_customer(portal, actor, mine.customer_id)
        with pytest.raises(NotFound):
            history_of(portal, actor, mine.customer_id, 10)


def test_the_list_says_what_each_owes_and_who_has_a_link(portal: Portal) -> None:
    bring(portal, facts("FE-1", customer=ABC), facts("FE-3", 500, customer=ABC, currency="USD"),
          facts("FE-2", customer=XYZ))  # fmt: skip
    with portal.ledger.read() as conn:
        issuer = conn.exec_driver_sql("SELECT id FROM issuers").scalar_one()
    rows, total = list_customers(portal, BOSS, issuer, Wanted(), 1, 1)
    (abc,) = rows
    assert (total, abc.customer.name, abc.customer.link_id) == (2, ABC.name, None)
    assert [(one.currency, one.outstanding, one.overdue, one.owed, one.opened, one.last_paid) for one in abc.sums] == [
        ("COP", 100_000, 100_000, 1, 0, None),
        ("USD", 50_000, 50_000, 1, 0, None),
    ]
