"""A customer's contacts: kept, changed and removed by who makes its links; what is mailed to whom; in the audit."""

from __future__ import annotations

import pytest

from portal.app.contacts import MOST, add_contact, change_contact, list_contacts, remove_contact
from portal.app.desks import customers_with
from portal.app.many_links import Wanted, list_for_links
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel, Contact, Gets, checked
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.contacts import addresses_for
from tests.app.people import BOSS, HERE, acting, give, noted, person
from tests.factories import ABC, OTRA, bring, facts


@pytest.fixture
def abc(portal: Portal) -> tuple[int, int]:
    """(customer, issuer)."""
    bring(portal, facts("FE-1", customer=ABC))
    with portal.ledger.read() as conn:
        return tuple(conn.exec_driver_sql("SELECT id, issuer_id FROM customers").one())


def staff(portal: Portal, issuer: int, role: Role) -> Actor:
    user = person(portal, f"{role}@ejemplar.example")
    give(portal, user, issuer, role=role)
    return acting(portal, user)


def mailed(portal: Portal, customer: int, what: Gets) -> list[str]:
    with portal.ledger.read() as conn:
        return addresses_for(conn, customer, what)


def test_the_mailbox_of_the_documents_is_written_to_until_another_is_kept(portal: Portal, abc: tuple[int, int]) -> None:
    customer, issuer = abc
    ana = staff(portal, issuer, Role.COLLECTOR)
    assert mailed(portal, customer, Gets.REMINDERS) == [ABC.email]
    add_contact(portal, ana, customer, Channel.PHONE, "+57 (601) 555-1234", "Recepción", where=HERE)
    assert mailed(portal, customer, Gets.REMINDERS) == [ABC.email]
    pays = add_contact(portal, ana, customer, Channel.EMAIL, "Pagos@ABC.example", "Pagos", [Gets.REMINDERS])
    assert mailed(portal, customer, Gets.REMINDERS) == ["pagos@abc.example"]
    assert mailed(portal, customer, Gets.INVOICES) == []
    change_contact(portal, ana, pays, "pagos@abc.example", "Pagos", [Gets.INVOICES])
    assert mailed(portal, customer, Gets.INVOICES) == ["pagos@abc.example"]
    remove_contact(portal, ana, pays)
    assert mailed(portal, customer, Gets.INVOICES) == [ABC.email]
    told = [one for one in noted(portal) if one.event.startswith("contact_")]
    assert [one.event for one in sorted(told, key=lambda one: one.id)] == [
        Event.CONTACT_ADDED, Event.CONTACT_ADDED, Event.CONTACT_CHANGED, Event.CONTACT_REMOVED,
    ]  # fmt: skip
    assert all("abc.example" not in (one.detail or "") for one in told)


def test_a_kept_mailbox_finds_its_customer(portal: Portal, abc: tuple[int, int]) -> None:
    customer, issuer = abc
    ana = staff(portal, issuer, Role.OWNER)
    add_contact(portal, ana, customer, Channel.EMAIL, "tesoreria@grupo.example")
    for asked in ("TESORERIA@grupo", "pagos@abc.example"):
        assert [one.customer_id for one in customers_with(portal, ana, Right.LINKS, asked)] == [customer]
    assert customers_with(portal, ana, Right.LINKS, "nadie@grupo.example") == []


def test_only_who_makes_its_links_may(portal: Portal, abc: tuple[int, int]) -> None:
    customer, issuer = abc
    kept = add_contact(portal, BOSS, customer, Channel.EMAIL, "una@abc.example")
    bring(portal, facts("FE-1", issuer=OTRA))
    with portal.ledger.read() as conn:
        other = conn.exec_driver_sql(f"SELECT id FROM issuers WHERE tax_id = '{OTRA.tax_id}'").scalar_one()
    mine = person(portal, "ana@abc.example")
    give(portal, mine, issuer, customer)
    for actor in (staff(portal, issuer, Role.READER), staff(portal, other, Role.OWNER), acting(portal, mine)):
        for attempt in (
            lambda actor=actor: list_contacts(portal, actor, customer),
            lambda actor=actor: add_contact(portal, actor, customer, Channel.PHONE, "3001234567"),
            lambda actor=actor: change_contact(portal, actor, kept, "otra@abc.example", "", ()),
            lambda actor=actor: remove_contact(portal, actor, kept),
        ):
            with pytest.raises(NotFound):
                attempt()
    assert [one.contact.address for one in list_contacts(portal, BOSS, customer)] == ["una@abc.example"]


def test_an_address_stands_once_and_there_is_an_end(portal: Portal, abc: tuple[int, int]) -> None:
    customer, _ = abc
    add_contact(portal, BOSS, customer, Channel.WHATSAPP, "300 000 0000")
    with pytest.raises(Refused, match="ya está"):
        add_contact(portal, BOSS, customer, Channel.WHATSAPP, "300-000-0000")
    for number in range(MOST - 1):
        add_contact(portal, BOSS, customer, Channel.PHONE, f"300{number:07}")
    with pytest.raises(Refused, match="ya tiene"):
        add_contact(portal, BOSS, customer, Channel.PHONE, "3109999999")


@pytest.mark.parametrize("bad", ["", "abc", "12", "300 abc 0000", "+" + "1" * 16])
def test_what_is_no_number_is_refused(bad: str) -> None:
    with pytest.raises(Refused):
        checked(Channel.PHONE, bad, "", ())


def test_who_is_only_called_is_sent_nothing() -> None:
    assert checked(Channel.PHONE, "300 123 4567", "  Luz   Dary ", [Gets.INVOICES]) == Contact(
        Channel.PHONE, "3001234567", "Luz Dary"
    )


def test_lists_write_to_the_same_mailbox(portal: Portal, abc: tuple[int, int]) -> None:
    customer, issuer = abc

    def listed() -> tuple[str, int]:
        found = list_for_links(portal, BOSS, issuer, Wanted(), 10)
        return found.rows[0].email, found.with_address

    assert listed() == (ABC.email, 1)
    buys = add_contact(portal, BOSS, customer, Channel.EMAIL, "compras@abc.example", "", [Gets.REMINDERS])
    assert listed() == ("", 0)
    add_contact(portal, BOSS, customer, Channel.EMAIL, "facturas@abc.example", "", list(Gets))
    assert listed() == ("facturas@abc.example", 1)
    remove_contact(portal, BOSS, buys)
    assert listed() == ("facturas@abc.example", 1)
