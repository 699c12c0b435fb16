"""Two spellings of one tax id become one customer: its money, its links, its people; and never while somebody pays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import insert, select

from portal.app.book import desk
from portal.app.contacts import add_contact, list_contacts
from portal.app.customer_joining import join_customers, preview_join, proposals
from portal.app.customers import history_of, list_customers, open_customer
from portal.app.links import create_link, open_link
from portal.app.many_links import Wanted
from portal.app.portal import Portal
from portal.app.reading import list_documents
from portal.app.sessions import session_actor
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel
from portal.domain.documents import Kind
from portal.domain.parties import CEDULA, check_digit
from portal.domain.roles import Role
from portal.domain.same_party import Spelling, folded_id, same_parties
from portal.domain.tokens import session_hash
from portal.errors import NotFound, Refused
from portal.ledger import books
from portal.ledger.audit import Event
from portal.ledger.books import lock_customers
from portal.ledger.customer_joins import join
from portal.ledger.join_tables import customer_joins
from portal.ledger.people_tables import mails
from portal.ledger.reminder_tables import reminders
from portal.ledger.tables import documents
from portal.ledger.unit import Connection, Unit
from portal.ledger.verify import broken_laws
from portal.views.filters import DocumentFilter, SortKey
from tests.app.payments.till import open_till
from tests.app.people import BOSS, HERE, acting, give, noted, person
from tests.factories import ABC, OTRA, XYZ, FrozenClock, bring, facts, pays

WITH_DIGIT = replace(ABC, tax_id=ABC.tax_id + check_digit(ABC.tax_id), id_type=CEDULA, name="Empresa A.B.C.")


@pytest.fixture
def two(portal: Portal) -> tuple[int, int, int]:
    """(issuer, the one that stays, the one that goes): each owes 1,000; 300 of the second's came in."""
    bring(portal, facts("FE-1", customer=ABC), facts("FE-2", customer=WITH_DIGIT), facts("FE-3", customer=XYZ),
          facts("RC-1", 300, Kind.RECEIPT, customer=WITH_DIGIT, references=pays("FE-2")))  # fmt: skip
    return parts(portal)


def parts(portal: Portal) -> tuple[int, int, int]:
    with portal.ledger.read() as conn:
        rows = {row.tax_id: row for row in conn.exec_driver_sql("SELECT id, issuer_id, tax_id FROM customers").all()}
    return rows[ABC.tax_id].issuer_id, rows[ABC.tax_id].id, rows[WITH_DIGIT.tax_id].id


def numbers(portal: Portal, actor: Actor) -> list[str]:
    found = list_documents(portal, actor, DocumentFilter(), SortKey.NUMBER, False, 50, 0)
    return [row.number for row in found.rows]


def sound(portal: Portal) -> bool:
    with portal.ledger.read() as conn:
        return not list(broken_laws(conn)) and portal.views.check() == []


def test_both_are_proposed_looked_at_and_become_one(portal: Portal, two: tuple[int, int, int]) -> None:
    issuer, stays, goes = two
    (group,) = proposals(portal, BOSS, issuer)
    assert [one.id for one in group] == [stays, goes]
    url = create_link(portal, BOSS, goes).url or ""
    ana, both, lasting = (person(portal, f"{name}@abc.example") for name in ("ana", "both", "lasting"))
    give(portal, ana, issuer, stays, rights=[Right.SEE])
    give(portal, both, issuer, stays, rights=[Right.SEE, Right.PAY])
    give(portal, both, issuer, goes, rights=[Right.DOWNLOAD])
    give(portal, lasting, issuer, goes)
    add_contact(portal, BOSS, stays, Channel.PHONE, "6015551234")
    add_contact(portal, BOSS, goes, Channel.PHONE, "6015551234")
    add_contact(portal, BOSS, goes, Channel.EMAIL, "dos@abc.example")
    preview = preview_join(portal, BOSS, stays, goes)
    assert (preview.goes.documents, preview.goes.people, preview.goes.links, preview.paying) == (2, 2, 1, False)
    assert [one.outstanding for one in preview.goes.sums] == [70_000]
    join_customers(portal, BOSS, stays, goes, HERE)
    assert sound(portal)
    assert [one.outstanding for one in open_customer(portal, BOSS, stays).sums] == [170_000]
    visitor = session_actor(portal, session_hash(open_link(portal, url.rpartition("/")[2], "", "")))
    assert visitor is not None
    for actor in (visitor, acting(portal, ana), acting(portal, both), acting(portal, lasting)):
        assert numbers(portal, actor) == ["FE-1", "FE-2", "RC-1"]
    (held,) = acting(portal, both).grants
    assert held.rights == {Right.SEE, Right.PAY, Right.DOWNLOAD}
    assert [one.contact.address for one in list_contacts(portal, BOSS, stays)] == ["6015551234", "dos@abc.example"]
    assert proposals(portal, BOSS, issuer) == []
    listed, total = list_customers(portal, BOSS, issuer, Wanted(), 10)
    assert total == 2 and {one.customer.id for one in listed} >= {stays}
    (told,) = noted(portal, Event.CUSTOMERS_JOINED)
    assert told.customer_id == stays
    assert Event.LINK_MADE in {one.entry.event for one in history_of(portal, BOSS, stays, 50)}


def test_what_comes_later_under_either_spelling_is_the_ones(portal: Portal, two: tuple[int, int, int]) -> None:
    issuer, stays, goes = two
    join_customers(portal, BOSS, stays, goes)
    bring(portal, facts("FE-9", customer=WITH_DIGIT), facts("FE-8", customer=ABC),
          facts("RC-2", 2500, Kind.RECEIPT, customer=WITH_DIGIT, references=pays("FE-1", "FE-2", "FE-9")))  # fmt: skip
    assert sound(portal)
    assert [(one.outstanding, one.available) for one in open_customer(portal, BOSS, stays).sums] == [(120_000, 0)]
    user = person(portal, "tarde@abc.example")
    give(portal, user, issuer, goes)
    assert "FE-8" in numbers(portal, acting(portal, user))
    assert create_link(portal, BOSS, goes).link.customer_id == stays
    bring(portal, facts("FE-2", customer=WITH_DIGIT))  # the same bytes again: nothing new
    assert sound(portal)


@pytest.fixture
def joined_while_waiting(monkeypatch: pytest.MonkeyPatch, two: tuple[int, int, int]) -> Callable[[ModuleType], None]:
    """Somebody joins the two just while a unit of that module waits for the customers' locks."""
    issuer, stays, goes = two

    def meanwhile(module: ModuleType) -> None:
        def lock(conn: Connection, ids: Collection[int]) -> None:
            monkeypatch.setattr(module, "lock_customers", lock_customers)
            lock_customers(conn, {stays, goes})
            join(Unit(conn, FrozenClock().now(), "test"), issuer, goes, stays)
            lock_customers(conn, ids)

        monkeypatch.setattr(module, "lock_customers", lock)

    return meanwhile


def test_an_import_that_waited_for_a_join_brings_nothing_to_who_is_gone(
    portal: Portal, two: tuple[int, int, int], joined_while_waiting: Callable[[ModuleType], None]
) -> None:
    _, stays, goes = two
    joined_while_waiting(books)
    bring(portal, facts("FE-9", customer=WITH_DIGIT))
    with portal.ledger.read() as conn:
        assert conn.execute(select(documents.c.id).where(documents.c.customer_id == goes)).all() == []
        assert not list(broken_laws(conn))
    assert [one.outstanding for one in open_customer(portal, BOSS, stays).sums] == [270_000]


def test_an_act_at_the_book_that_waited_for_a_join_finds_nobody(
    portal: Portal, two: tuple[int, int, int], joined_while_waiting: Callable[[ModuleType], None]
) -> None:
    issuer, _, goes = two
    joined_while_waiting(desk)
    with pytest.raises(NotFound), desk.at_desk(portal, BOSS, desk.Wish(desk.Whose(issuer, goes, "COP"), "1")):
        pytest.fail("it was let in")


def test_a_chain_of_joins_ends_at_the_last(portal: Portal, two: tuple[int, int, int]) -> None:
    _, stays, goes = two
    zeros = replace(ABC, tax_id=f"00{ABC.tax_id}", id_type="22")
    bring(portal, facts("FE-7", customer=zeros))
    with portal.ledger.read() as conn:
        third = conn.exec_driver_sql(f"SELECT id FROM customers WHERE tax_id = '{zeros.tax_id}'").scalar_one()
    join_customers(portal, BOSS, stays, goes)
    join_customers(portal, BOSS, third, stays)
    assert sound(portal)
    with portal.ledger.read() as conn:
        assert {(row.from_id, row.into_id) for row in conn.execute(customer_joins.select())} == {
            (goes, third), (stays, third),
        }  # fmt: skip
    bring(portal, facts("FE-10", customer=WITH_DIGIT))
    assert [one.outstanding for one in open_customer(portal, BOSS, third).sums] == [370_000]


def test_nobody_is_joined_while_a_payment_is_under_way(portal: Portal, clock: FrozenClock) -> None:
    bring(portal, facts("FE-1", customer=ABC), facts("FE-2", customer=WITH_DIGIT))
    till = open_till(portal, clock)
    checkout = till.start("FE-1")
    issuer, stays, goes = parts(portal)
    for one, other in ((stays, goes), (goes, stays)):
        assert preview_join(portal, BOSS, one, other).paying
        with pytest.raises(Refused, match="pago en curso"):
            join_customers(portal, BOSS, one, other)
    till.approve(checkout)
    join_customers(portal, BOSS, goes, stays)
    assert sound(portal)
    assert [one.outstanding for one in open_customer(portal, BOSS, goes).sums] == [100_000]
    assert till.payments()[0].customer_id == goes
    assert issuer


def test_only_who_approves_for_both_may_and_only_two_spellings_of_one(
    portal: Portal, two: tuple[int, int, int]
) -> None:
    issuer, stays, goes = two
    bring(portal, facts("FE-1", issuer=OTRA, customer=ABC))
    with portal.ledger.read() as conn:
        xyz = conn.exec_driver_sql(f"SELECT id FROM customers WHERE tax_id = '{XYZ.tax_id}'").scalar_one()
        other, elsewhere = conn.exec_driver_sql(
            f"SELECT issuer_id, id FROM customers WHERE tax_id = '{ABC.tax_id}' AND issuer_id <> {issuer}"
        ).one()
    for role, at in ((Role.READER, issuer), (Role.OWNER, other), (Role.ANALYST, issuer)):
        user = person(portal, f"{role}@x.example")
        give(portal, user, at, role=role)
        for attempt in (
            lambda user=user: join_customers(portal, acting(portal, user), stays, goes),
            lambda user=user: preview_join(portal, acting(portal, user), stays, goes),
            lambda user=user: proposals(portal, acting(portal, user), issuer),
        ):
            with pytest.raises(NotFound):
                attempt()
    for one, another in ((stays, xyz), (stays, elsewhere)):
        with pytest.raises(Refused, match="misma identificación"):
            join_customers(portal, BOSS, one, another)
    for one, another in ((stays, stays), (stays, 1)):
        with pytest.raises(NotFound):
            join_customers(portal, BOSS, one, another)


def test_a_spelling_is_folded_as_people_write_it() -> None:
    digit = check_digit("900555666")
    for id_type, written in (("31", f"900555666{digit}"), ("13", f"900555666{digit}"), ("31", "0900.555.666")):
        assert folded_id("CO", id_type, written) == "900555666"
    wrong = str((int(digit) + 1) % 10)
    for country, id_type, last in (("CO", "31", wrong), ("PE", "31", digit), ("CO", "41", digit)):
        assert folded_id(country, id_type, f"900555666{last}") == f"900555666{last}"
    one, other = Spelling(1, "CO", "31", f"900555666{digit}", "A"), Spelling(2, "CO", "13", "900555666", "B")
    assert same_parties([one, other, Spelling(3, "CO", "31", "800111222", "C")]) == [[other, one]]


def test_the_same_digits_abroad_and_a_persons_long_cedula_are_other_parties(portal: Portal) -> None:
    peruvian = replace(ABC, country="PE", id_type="50", name="ABC Perú")
    cedula = "102030405" + check_digit("102030405")  # its last digit is the check digit by chance
    bring(portal, facts("FE-1", customer=ABC), facts("FE-2", customer=peruvian),
          facts("FE-3", customer=replace(ABC, id_type=CEDULA, tax_id=cedula)),
          facts("FE-4", customer=replace(ABC, tax_id="102030405")))  # fmt: skip
    with portal.ledger.read() as conn:
        ids = {row.number: row.customer_id for row in conn.exec_driver_sql("SELECT number, customer_id FROM documents")}
        issuer = conn.exec_driver_sql("SELECT id FROM issuers").scalar_one()
    assert proposals(portal, BOSS, issuer) == []
    for one, other in (("FE-1", "FE-2"), ("FE-3", "FE-4")):
        with pytest.raises(Refused, match="misma identificación"):
            join_customers(portal, BOSS, ids[one], ids[other])


def test_a_reminder_of_the_same_day_at_both_stays_what_it_was(portal: Portal, two: tuple[int, int, int]) -> None:
    issuer, stays, goes = two
    told = {"issuer_id": issuer, "email": "x@abc.example", "documents": 1, "posted_at": portal.clock.now()}
    with portal.ledger.write("test") as unit:
        mail_id = unit.conn.execute(
            insert(mails)
            .values(id=1, recipient="x", template="reminder", created_at=unit.now, sends=0)
            .returning(mails.c.id)
        ).scalar_one()
        days = ((stays, 1), (goes, 1), (goes, 2))
        rows = [{"id": number, "customer_id": customer, "day": date(2026, 3, day), "mail_id": mail_id, **told}
                for number, (customer, day) in enumerate(days)]  # fmt: skip
        unit.conn.execute(insert(reminders), rows)
        unit.commit()
    join_customers(portal, BOSS, stays, goes)
    with portal.ledger.read() as conn:
        kept = conn.execute(select(reminders.c.customer_id, reminders.c.day).order_by(reminders.c.id)).all()
    assert [tuple(row) for row in kept] == [
        (stays, date(2026, 3, 1)), (goes, date(2026, 3, 1)), (stays, date(2026, 3, 2)),
    ]  # fmt: skip
