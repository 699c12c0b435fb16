"""An address that mails come back from, or that wants none of a kind, is not written to by itself, at that issuer."""

from __future__ import annotations

from portal.app.contacts import add_contact
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.reminders.planning import preview
from portal.app.silence import why_silent
from portal.domain.contacts import Channel, Gets, Silent
from portal.domain.mail import address_key
from portal.ledger import addresses
from portal.ledger.addresses import add_bounce
from tests.app.people import BOSS
from tests.app.reminders.conftest import LUZ, Post
from tests.app.reminders.conftest import post as post
from tests.factories import OTRA, bring, facts
from tests.signed_in import issuer_named


def bounce(portal: Portal, issuer_id: int, email: str) -> None:
    with portal.ledger.write("test") as unit:
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, email, "es", {"link": "https://x.example"})
        add_bounce(unit, issuer_id, address_key(email), "5.1.1", "no such user", mail_id)
        unit.commit()


def silent(portal: Portal, issuer_id: int, *emails: str, what: Gets = Gets.REMINDERS) -> dict[str, Silent]:
    with portal.ledger.read() as conn:
        return why_silent(conn, issuer_id, emails, what)


def test_each_address_is_told_with_what_speaks_against_it(post: Post) -> None:
    portal, issuer = post.portal, post.issuer
    bounce(portal, issuer, "pagos@abc.example")
    with portal.ledger.write("test") as unit:
        for _ in range(2):
            addresses.stop(unit, issuer, "luz@luz.example", Gets.REMINDERS)
        unit.commit()
    told = silent(portal, issuer, "Pagos@ABC.example", "luz@luz.example", "nadie", "", "eva@xyz.example")
    assert told == {
        "Pagos@ABC.example": Silent.BOUNCED, "luz@luz.example": Silent.STOPPED, "nadie": Silent.ADDRESS,
        "": Silent.ADDRESS,
    }  # fmt: skip
    assert silent(portal, issuer, "luz@luz.example", what=Gets.INVOICES) == {}
    bring(portal, facts("OT-1", issuer=OTRA))
    assert silent(portal, issuer_named(portal, OTRA.name), "pagos@abc.example", "luz@luz.example") == {}


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert address_key(" Ana@Peña.example") == address_key("ana@xn--pea-8ma.EXAMPLE")


def test_reminders_leave_out_what_bounced_and_say_so(post: Post) -> None:
    bounce(post.portal, post.issuer, "luz@luz.example")
    told = {one.customer_name: str(one.against) for one in preview(post.portal, BOSS, post.issuer).others}
    assert told[LUZ.name] == "bounced" and LUZ.name not in post.going()


def test_another_contact_is_written_to_instead_of_one_that_bounced(post: Post) -> None:
    (luz,) = [one.customer_id for one in preview(post.portal, BOSS, post.issuer).going if one.customer_name == LUZ.name]
    for address in ("ana@luz.example", "eva@luz.example"):
        add_contact(post.portal, BOSS, luz, Channel.EMAIL, address, "", [Gets.REMINDERS])
    bounce(post.portal, post.issuer, "ana@luz.example")
    going = {one.customer_name: one.email for one in preview(post.portal, BOSS, post.issuer).going}
    assert going[LUZ.name] == "eva@luz.example"
