"""The operator's page: health, work that failed, mails without their contents."""

from __future__ import annotations

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from portal.app.bouncing import bounce
from portal.app.jobs import dead_letters, run_job
from portal.app.link_mails import mail_link
from portal.app.links import create_link
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.standing import standings
from portal.app.threads.replies import take_reply
from portal.domain.access import operator
from portal.domain.bounces import Failure
from portal.domain.mail_trouble import Trouble
from portal.domain.places import SYSTEM
from portal.domain.tokens import session_hash
from portal.ledger.audit import Event
from portal.ledger.links import owner_of
from portal.ledger.people_tables import mails
from portal.ledger.tables import outbox
from portal.ui.nav import script
from portal.ui.system_view import TEMPLATES
from tests.app.people import noted
from tests.factories import ABC
from tests.signed_in import new_user, signed_in
from tests.ui.conftest import Click
from tests.ui.hands import as_user, ran, tables, toasts


def seen_by_operator(portal: Portal, part: str) -> AppTest:
    app = as_user(portal, new_user(portal, "op@portal.example", "Olga", operator=True), SYSTEM)
    app.segmented_control(key="parte").set_value(part)
    return ran(app)


def failed_job(portal: Portal) -> int:
    with portal.ledger.write("test") as unit:
        job_id = unit.job("exports", "make_export", {})
        unit.commit()
    with portal.ledger.write("test") as unit:
        dead = {"failed_at": unit.now, "error": "OSError: disk full", "attempts": 5}
        unit.conn.execute(outbox.update().where(outbox.c.id == job_id).values(dead))
        unit.commit()
    return job_id


def test_an_issuers_owner_does_not_find_it(portal: Portal, owner: int) -> None:
    app = AppTest.from_file(str(script(SYSTEM)), default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, owner))}
    assert len(ran(app).info) == 1 and not app.success and not app.dataframe


def test_addresses_that_were_marked_by_mistake_are_forgotten_by_their_day(portal: Portal, abc: int) -> None:
    with portal.ledger.write("test") as unit:
        owner = owner_of(unit.conn, abc)
        assert owner is not None
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, ABC.email, "es", {"link": "https://x.example"})
        bounce(unit, mail_id, ABC.email, owner[0], Failure("5.1.1", "550 5.1.1 no"))
        unit.commit()
    app = seen_by_operator(portal, "correos")
    app.selectbox(key="estado-correo").set_value("bounced")
    (button,) = (one for one in ran(app).button if one.key == "olvidar-marcas")
    assert button.label.endswith(": 1")
    button.click()
    assert toasts(ran(app)) == ["Se les vuelve a escribir a esas direcciones."]
    assert standings(portal, operator("test"), abc) == {}


def test_a_healthy_portal_says_so(portal: Portal) -> None:
    assert [one.value for one in seen_by_operator(portal, "salud").success] == ["Todo está en orden."]


def test_failed_work_is_tried_again_by_its_button(portal: Portal, click: Click) -> None:
    failed_job(portal)
    app = seen_by_operator(portal, "trabajos")
    assert "OSError: disk full" in tables(app)
    click("trabajos-boton-0", 0)
    assert toasts(ran(app)) == ["El trabajo va de nuevo."] and dead_letters(portal, operator("test")) == []


def test_mails_are_listed_and_never_what_they_say(portal: Portal, abc: int) -> None:
    link = create_link(portal, operator("test"), abc)
    mail_link(portal, operator("test"), link.link.id, "pagos@abc.example", "palabras del emisor", "es")
    said = tables(seen_by_operator(portal, "correos"))
    assert "pagos@abc.example,Enlace personal,En espera" in said
    assert "palabras" not in said and "/l/" not in said


def test_the_operator_reads_the_audit_of_everything(portal: Portal, abc: int) -> None:
    create_link(portal, operator("test"), abc)
    assert "Creó un enlace,Quien opera el portal" in tables(seen_by_operator(portal, "registro"))


def test_a_mail_in_doubt_says_so_and_is_sent_again_by_its_button(portal: Portal, abc: int, click: Click) -> None:
    link = create_link(portal, operator("test"), abc)
    mail_link(portal, operator("test"), link.link.id, "pagos@abc.example", "", "es")
    with portal.ledger.write("test") as unit:
        unit.conn.execute(mails.update().values(error=str(Trouble.UNSURE), sends=2, sending_at=unit.now))
        unit.conn.execute(outbox.update().values(failed_at=unit.now, error="MailRefused", attempts=2))
        unit.commit()
    app = seen_by_operator(portal, "correos")
    assert "En duda: quizá salió" in tables(app)
    click("correos-boton-1", 0)
    assert toasts(ran(app)) == ["El correo va de nuevo."] and dead_letters(portal, operator("test")) == []


def test_a_mail_is_opened_and_read_where_it_stands_in_a_file_and_each_look_is_noted(
    portal: Portal, abc: int, click: Click
) -> None:
    link = create_link(portal, operator("test"), abc)
    mail_link(portal, operator("test"), link.link.id, "pagos@abc.example", "palabras del emisor", "es")
    app = seen_by_operator(portal, "correos")
    click("correos-boton-0", 0)
    assert "leer-correo" not in [one.key for one in ran(app).button]
    with portal.ledger.read() as conn:
        (mail_id,) = conn.execute(select(mails.c.id)).scalars()
    run_job(portal, mail_id)
    assert "palabras" not in str([one.value for one in ran(app).code])
    app.button(key="leer-correo").click()
    read = [one.value for one in ran(app).code]
    assert "To: pagos@abc.example" in read[0] and "palabras del emisor" in read[1]
    assert [one.subject for one in noted(portal, Event.MAIL_LOOKED_AT)] == [f"mail:{mail_id}"]


def test_a_mail_that_came_and_was_refused_stands_there_with_the_reason(portal: Portal) -> None:
    take_reply(portal, b"From: eva@evil.example\r\nTo: x@y.example\r\nSubject: Hola\r\n\r\nhola")
    said = tables(seen_by_operator(portal, "llegados"))
    assert "eva@evil.example,Hola" in said and "No va a una dirección de respuesta" in said


def test_every_mail_has_a_name() -> None:
    assert set(TEMPLATES) == set(Template)
