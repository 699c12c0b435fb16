"""What an issuer decides about its looks, and where its customers see it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from portal.app.looks import Look, logo_picture, read_look, remove_logo, save_look, set_logo
from portal.app.mailing import Template, post_mail, send_mail
from portal.app.portal import Portal
from portal.app.shop import QrFormat, find_shop, shop_qr
from portal.app.viewing import viewing
from portal.domain.access import Actor
from portal.domain.mail import Mail
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.files.logos import SIZE
from portal.ledger.audit import Event
from portal.ledger.outbox import Job
from tests.app.people import BOSS, HERE, acting, add_party, give, issuer_of, noted, person, staff


def picture(width: int = 900, height: int = 300, kind: str = "PNG", colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666")[0]


@pytest.fixture
def issuer(portal: Portal, customer: int) -> int:
    return issuer_of(portal, customer)


@pytest.fixture
def owner(portal: Portal, issuer: int) -> Actor:
    return staff(portal, issuer, Role.OWNER)


def decide(portal: Portal, owner: Actor, issuer: int, **look: str) -> None:
    now = read_look(portal, owner, issuer)
    save_look(portal, owner, issuer, replace(now, look=Look(**look)), HERE)


def test_what_was_saved_is_read_again_and_the_audit_says_what_changed(
    portal: Portal, owner: Actor, issuer: int
) -> None:
    now = read_look(portal, owner, issuer)
    wanted = replace(now, look=Look("#aa3300", "Cartera", "Hola", "Chao"), timezone="America/Lima", language="en")
    assert save_look(portal, owner, issuer, wanted, HERE) == wanted == read_look(portal, owner, issuer)
    save_look(portal, owner, issuer, wanted, HERE)
    (entry,) = noted(portal, Event.SETTINGS_CHANGED)
    assert '"timezone": "America/Lima"' in (entry.detail or "") and '"logo"' not in (entry.detail or "")


def test_a_logo_is_small_stays_when_the_rest_is_saved_and_goes_when_it_is_removed(
    portal: Portal, owner: Actor, issuer: int
) -> None:
    set_logo(portal, owner, issuer, "logo.jpg", picture(kind="JPEG"), HERE)
    decide(portal, owner, issuer, greeting="Hola")
    logo = read_look(portal, owner, issuer).look.logo
    with Image.open(io.BytesIO(logo_picture(portal, logo).data)) as shown:
        assert shown.format == "PNG" and shown.size == SIZE
    remove_logo(portal, owner, issuer, HERE)
    assert read_look(portal, owner, issuer).look == Look(greeting="Hola")
    for gone in (logo, "", "0" * 64):
        with pytest.raises(NotFound):
            logo_picture(portal, gone)


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"%PDF-1.7\n%%EOF", picture()[:200]])
def test_what_is_no_picture_is_no_logo(portal: Portal, owner: Actor, issuer: int, data: bytes) -> None:
    with pytest.raises(Refused):
        set_logo(portal, owner, issuer, "logo.png", data)
    assert read_look(portal, owner, issuer).look.logo == ""


def test_only_who_decides_about_settings_reads_and_changes_it(portal: Portal, issuer: int) -> None:
    collector = staff(portal, issuer)
    now = read_look(portal, BOSS, issuer)
    for act in (
        lambda: read_look(portal, collector, issuer),
        lambda: save_look(portal, collector, issuer, now),
        lambda: set_logo(portal, collector, issuer, "logo.png", picture()),
        lambda: remove_logo(portal, collector, issuer),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"timezone": "America/Bogotá"}])
def test_an_unknown_language_or_zone_changes_nothing(
    portal: Portal, owner: Actor, issuer: int, wrong: dict[str, str]
) -> None:
    now = read_look(portal, owner, issuer)
    with pytest.raises(Refused):
        save_look(portal, owner, issuer, replace(now, **wrong))  # type: ignore[arg-type]
    assert read_look(portal, owner, issuer) == now


def test_its_customers_and_its_shop_show_it_and_who_has_two_issuers_sees_none(
    portal: Portal, owner: Actor, issuer: int, customer: int
) -> None:
    decide(portal, owner, issuer, greeting="Hola")
    user = person(portal, "ana@abc.example")
    give(portal, user, issuer, customer)
    assert viewing(portal, acting(portal, user)).look.greeting == "Hola"
    with portal.ledger.read() as conn:
        slug = conn.exec_driver_sql(f"SELECT slug FROM issuers WHERE id = {issuer}").scalar_one()
    assert find_shop(portal, slug).look.greeting == "Hola"
    other = add_party(portal, "900100299", "900555666")[0]
    give(portal, user, issuer_of(portal, other), other)
    assert viewing(portal, acting(portal, user)).look == Look()


def test_its_mails_go_out_in_its_colours(portal: Portal, owner: Actor, issuer: int) -> None:
    decide(portal, owner, issuer, colour="#ffee00", sender="Cartera de Ejemplar", closing="Hasta pronto")
    set_logo(portal, owner, issuer, "logo.png", picture())
    sent: list[Mail] = []

    class Box:
        def send(self, mail: Mail) -> str:
            sent.append(mail)
            return "<1@x>"

    with portal.ledger.write("test") as unit:
        values = {"link": "https://x.example/l/1", "days": "9", "text": ""}
        job = post_mail(portal, unit, Template.PERSONAL_LINK, "a@b.example", "es", values, issuer)
        unit.commit()
    send_mail(replace(portal, mailer=Box()), Job(job, "mail", "send_mail", {}, 1))
    (mail,) = sent
    assert mail.sender_name == "Cartera de Ejemplar" and "Hasta pronto" in mail.text and mail.logo is not None
    assert "background-color:#ffee00" in mail.html and "color:#10191c" in mail.html and 'src="cid:logo"' in mail.html


def test_the_poster_carries_it(portal: Portal, owner: Actor, issuer: int) -> None:
    bare = shop_qr(portal, owner, issuer, QrFormat.PDF_A4).data
    decide(portal, owner, issuer, colour="#aa3300")
    set_logo(portal, owner, issuer, "logo.png", picture())
    dressed = shop_qr(portal, owner, issuer, QrFormat.PDF_A4).data
    assert dressed.count(b"/Subtype /Image") == bare.count(b"/Subtype /Image") + 1
