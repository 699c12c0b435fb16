"""`/stop/…`: a mail program's one POST, or a person's button, ends the reminders; looking does not."""

from __future__ import annotations

from datetime import date

import httpx
from sqlalchemy import delete, select

from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.reminders.stopping import stop_address
from portal.domain.mail import Mail, Mailbox
from portal.ledger.ids import new_id
from portal.ledger.parties import customer_by_id
from portal.ledger.reminder_tables import reminder_stops
from portal.ledger.reminders import add_reminder
from portal.mail.message import compose
from tests.factories import FrozenClock
from tests.web.conftest import OURS, World

TO = "Pagos@ABC.example"


def stops(portal: Portal) -> list[str]:
    with portal.ledger.read() as conn:
        return list(conn.execute(select(reminder_stops.c.email)).scalars())


def path_out(world: World) -> str:
    """The way out of a reminder to ana."""
    portal, reminder_id = world.running.portal, new_id()
    with portal.ledger.write("test") as unit:
        unit.conn.execute(delete(reminder_stops))
        issuer_id = customer_by_id(unit.conn, world.ana.customer_id).issuer_id
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, TO, "es", {"link": "https://x.example"}, issuer_id)
        told = {"mail_id": mail_id, "email": TO, "documents": 1}
        add_reminder(
            unit, reminder_id, issuer_id, world.ana.customer_id, date.fromordinal(new_id() % 700_000 + 1), **told
        )
        unit.commit()
    return "/stop/" + stop_address(portal, reminder_id).rpartition("/")[2]


def test_a_mail_program_stops_them_by_one_post_without_cookie_or_origin(world: World, stranger: httpx.Client) -> None:
    path = path_out(world)
    shown = stranger.get(path)
    assert shown.status_code == 200 and TO.lower() in shown.text and stops(world.running.portal) == []
    for _ in range(2):
        done = stranger.post(path, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200 and "ya no envía" in done.text and "set-cookie" not in done.headers
    assert stops(world.running.portal) == [TO.lower()]


def test_a_person_stops_them_by_the_button(world: World, stranger: httpx.Client) -> None:
    assert stranger.post(path_out(world), headers=OURS).status_code == 200
    assert stops(world.running.portal) == [TO.lower()]


def test_what_is_no_such_address_says_so_and_does_nothing(world: World, stranger: httpx.Client) -> None:
    path = path_out(world)
    for odd in ("/stop/" + "A" * 40, "/stop/nada", path[:-1], world.link(world.ana).url or ""):
        for method in ("GET", "POST"):
            assert stranger.request(method, odd.replace("/l/", "/stop/")).status_code == 404
    assert stops(world.running.portal) == []


def test_the_header_holds_the_whole_address_unfolded() -> None:
    url = "https://facturas.empresa-de-nombre-largo.example.com/stop/" + "A_-" * 13 + "A"
    mail = Mail(1, FrozenClock().now(), Mailbox("a@b.example"), "X", "S", "t", "<p>t</p>", "es", unsubscribe=url)
    sent = compose(mail, Mailbox("portal@x.example")).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in sent
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
