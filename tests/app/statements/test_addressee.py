"""To whom a statement is mailed is told as it is then decided, with what to do where it is nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app.contacts import add_contact
from portal.app.portal import Portal
from portal.app.statements.addressee import Addressee, addressee_of
from portal.app.statements.issuing import Wish
from portal.app.statements.mailing import mail_statement
from portal.domain.access import Actor, Right
from portal.domain.contacts import Channel, Gets
from portal.domain.mail import address_key
from portal.errors import NotFound, Refused
from portal.ledger.addresses import stop
from tests.app.people import BOSS
from tests.app.statements.account import account_of, customer, owner
from tests.app.test_silence import bounce


def told(portal: Portal, wish: Wish, actor: Actor | None = None) -> Addressee:
    """What the page says, which is what a click then does."""
    said = addressee_of(portal, actor or owner(wish), wish.issuer_id, wish.customer_id)
    if said.against is None:
        assert mail_statement(portal, owner(wish), wish) == said.email
    else:
        with pytest.raises(Refused, match=str(said.against)):
            mail_statement(portal, owner(wish), wish)
    return said


def contact(portal: Portal, wish: Wish, email: str, *gets: Gets) -> int:
    return add_contact(portal, BOSS, wish.customer_id, Channel.EMAIL, email, "", gets)


def test_it_is_the_address_of_the_documents_or_the_first_contact_that_gets_statements(
    portal: Portal, wish: Wish
) -> None:
    assert told(portal, wish) == Addressee("pagos@abc.example")
    contact(portal, wish, "cobros@abc.example", Gets.INVOICES)
    none = told(portal, wish)
    assert "Ningún contacto" in str(none.against) and none.mendable
    contact(portal, wish, "uno@abc.example", Gets.STATEMENTS)
    assert told(portal, wish) == Addressee("uno@abc.example")
    contact(portal, wish, "dos@abc.example", Gets.STATEMENTS)
    assert told(portal, wish) == Addressee("uno@abc.example", others=1)


def test_another_contact_is_taken_for_one_that_bounced_or_stopped_and_only_who_may_be_written_to_counts(
    portal: Portal, wish: Wish
) -> None:
    for name in ("uno", "dos", "tres"):
        contact(portal, wish, f"{name}@abc.example", Gets.STATEMENTS)
    with portal.ledger.write("test") as unit:
        stop(unit, wish.issuer_id, address_key("uno@abc.example"), Gets.REMINDERS)
        stop(unit, wish.issuer_id, address_key("tres@abc.example"), Gets.STATEMENTS)
        unit.commit()
    assert told(portal, wish) == Addressee("uno@abc.example", others=1)
    with portal.ledger.write("test") as unit:
        stop(unit, wish.issuer_id, address_key("uno@abc.example"), Gets.STATEMENTS)
        unit.commit()
    assert told(portal, wish) == Addressee("dos@abc.example")
    bounce(portal, wish.issuer_id, "dos@abc.example")
    assert "uno@abc.example pidió no recibir" in str(told(portal, wish).against)
    contact(portal, wish, "cuatro@abc.example", Gets.STATEMENTS)
    assert told(portal, wish) == Addressee("cuatro@abc.example")


def test_without_an_address_or_with_one_that_is_silent_it_says_what_to_do(portal: Portal, wish: Wish) -> None:
    nobody = replace(wish, customer_id=account_of(portal, "FE-9")[1])
    assert told(portal, nobody).mendable and "agrégalo" in str(told(portal, nobody).against)
    with portal.ledger.write("test") as unit:
        stop(unit, wish.issuer_id, address_key("pagos@abc.example"), Gets.STATEMENTS)
        unit.commit()
    stopped = told(portal, wish)
    assert "pidió no recibir" in str(stopped.against) and not stopped.mendable
    bounce(portal, wish.issuer_id, "pagos@abc.example")
    assert "se devolvió" in str(told(portal, wish).against) and told(portal, wish).mendable


def test_only_who_may_send_it_learns_the_address(portal: Portal, wish: Wish) -> None:
    for who, whose in (
        (customer(wish, *(set(Right) - {Right.LINKS})), wish),
        (owner(wish), replace(wish, customer_id=7)),
    ):
        with pytest.raises(NotFound):
            addressee_of(portal, who, whose.issuer_id, whose.customer_id)
    elsewhere = replace(wish, issuer_id=wish.issuer_id + 1)
    with pytest.raises(NotFound):
        addressee_of(portal, owner(elsewhere), elsewhere.issuer_id, wish.customer_id)
