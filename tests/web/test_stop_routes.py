"""`/stop/…`: a mail program's one POST, or a person's button, ends mails of a kind, and starts them again."""

from __future__ import annotations

from datetime import date

import httpx
import pytest
from sqlalchemy import delete, select

from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.stopping import stop_address
from portal.domain.contacts import Gets
from portal.domain.mail import Mail, Mailbox
from portal.domain.tokens import make_stop_token
from portal.ledger.address_tables import mail_stops
from portal.ledger.ids import new_id
from portal.ledger.parties import customer_by_id
from portal.ledger.reminders import add_reminder
from portal.mail.message import compose
from tests.factories import FrozenClock
from tests.web.conftest import OURS, World

TO = "Pagos@ABC.example"


def stops(portal: Portal) -> list[tuple[str, str]]:
    with portal.ledger.read() as conn:
        return [tuple(row) for row in conn.execute(select(mail_stops.c.email, mail_stops.c.what))]


def path_out(world: World, what: Gets = Gets.REMINDERS, old: bool = False) -> str:
    """The way out of a mail to ana; `old`: as reminders had it."""
    portal, reminder_id = world.running.portal, new_id()
    with portal.ledger.write("test") as unit:
        unit.conn.execute(delete(mail_stops))
        issuer_id = customer_by_id(unit.conn, world.ana.customer_id).issuer_id
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, TO, "es", {"link": "https://x.example"}, issuer_id)
        told = {"mail_id": mail_id, "email": TO, "documents": 1}
        day = date.fromordinal(new_id() % 700_000 + 1)
        add_reminder(unit, reminder_id, issuer_id, world.ana.customer_id, day, **told)
        unit.commit()
    token = make_stop_token(reminder_id, 0, portal.secret) if old else ""
    return f"/stop/{token or stop_address(portal, mail_id, what).rpartition('/')[2]}"


@pytest.mark.parametrize("old", [False, True])
def test_a_mail_program_stops_them_by_one_post_without_cookie_or_origin(
    world: World, stranger: httpx.Client, old: bool
) -> None:
    path = path_out(world, old=old)
    shown = stranger.get(path)
    assert shown.status_code == 200 and TO.lower() in shown.text and stops(world.running.portal) == []
    for _ in range(2):
        done = stranger.post(path, data={"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200 and "ya no envía" in done.text and "set-cookie" not in done.headers
    assert stops(world.running.portal) == [(TO.lower(), "reminders")]


def test_a_person_stops_them_by_the_button(world: World, stranger: httpx.Client) -> None:
    assert stranger.post(path_out(world), headers=OURS).status_code == 200
    assert stops(world.running.portal) == [(TO.lower(), "reminders")]


def test_each_kind_has_its_own_way_out_and_back(world: World, stranger: httpx.Client) -> None:
    path = path_out(world, Gets.INVOICES)
    assert "documentos nuevos" in stranger.get(path).text
    stranger.post(path)
    assert stops(world.running.portal) == [(TO.lower(), "invoices")]
    assert 'href="?again=1"' in stranger.get(path).text
    asked = stranger.get(f"{path}?again=1")
    assert "otra vez" in asked.text and stops(world.running.portal) != []
    for _ in range(2):
        assert "vuelve a avisar" in stranger.post(f"{path}?again=1").text
    assert stops(world.running.portal) == []


def test_what_is_no_such_address_says_so_and_does_nothing(world: World, stranger: httpx.Client) -> None:
    path = path_out(world)
    strange = "/stop/" + make_stop_token(new_id(), 9, world.running.portal.secret)
    for odd in ("/stop/" + "A" * 40, "/stop/nada", path[:-1], strange, world.link(world.ana).url or ""):
        for method in ("GET", "POST"):
            assert stranger.request(method, odd.replace("/l/", "/stop/")).status_code == 404
    assert stops(world.running.portal) == []


def test_the_header_holds_the_whole_address_unfolded() -> None:
    url = "https://facturas.empresa-de-nombre-largo.example.com/stop/" + "A_-" * 13 + "A"
    mail = Mail(1, FrozenClock().now(), Mailbox("a@b.example"), "X", "S", "t", "<p>t</p>", "es", unsubscribe=url)
    sent = compose(mail, Mailbox("portal@x.example")).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in sent
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in sent
