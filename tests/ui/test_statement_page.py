"""The statement of account on its page: as known on a day, what was issued of it, by mail, and every month."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from portal.app.contacts import add_contact, remove_contact
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.statements.issuing import Wish, issue
from portal.app.statements.mailing import mail_statement
from portal.app.statements.monthly import read_monthly
from portal.app.stopping import stop_mails
from portal.domain.contacts import Channel, Gets
from portal.domain.documents import Kind
from portal.domain.monthly import MonthlyRules
from portal.domain.places import REMINDERS, STATEMENT, SYSTEM
from portal.domain.roles import Role
from portal.ledger.statement_tables import statement_mails
from portal.ui import statement_mail_view
from tests.app.people import BOSS, mailed
from tests.app.test_silence import bounce
from tests.factories import FrozenClock, bring, facts
from tests.signed_in import grant, new_user
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def metrics(app: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in app.metric}


def captions(app: AppTest) -> str:
    return " ".join(one.value for one in app.caption).replace("\\", "")


def links(app: AppTest) -> list[str]:
    return [one.proto.label for one in app.get("page_link") if "contactos" in one.proto.label]


def chosen(portal: Portal, user: int, customer: int) -> AppTest:
    """The statement of one of an issuer's customers."""
    app = as_user(portal, user, STATEMENT)
    app.selectbox(key="cliente").set_value(str(customer))
    return ran(app)


def test_a_day_before_shows_the_account_as_it_was_known_then(portal: Portal, clock: FrozenClock, pedro: int) -> None:
    clock.forward(days=2)
    bring(portal, facts("FE-7", 500), facts("AN-1", 70, Kind.ADVANCE))
    app = as_user(portal, pedro, STATEMENT)
    assert metrics(app)["Saldo final (COP)"] == "1.430,00"
    assert metrics(app)["Saldo a favor sin aplicar (COP)"] == "70,00"
    app.date_input(key="conocido").set_value(date(2026, 3, 16))
    app = ran(app)
    assert metrics(app)["Saldo final (COP)"] == "1.000,00" and "Saldo a favor" not in " ".join(metrics(app))
    assert "terminar el 16/03/2026" in app.warning[0].value
    app = press(app, "Volver a hoy")
    assert metrics(app)["Saldo final (COP)"] == "1.430,00" and not app.warning


def test_what_was_issued_is_listed_and_tells_what_was_recorded_after_it(
    portal: Portal, clock: FrozenClock, pedro: int, issuer: int, abc: int, click: Click
) -> None:
    issue(portal, BOSS, Wish(issuer, abc, "COP", *YEAR))
    clock.forward(days=2)
    bring(portal, facts("FE-7", 500))
    app = as_user(portal, pedro, STATEMENT)
    assert "EC-000001" in tables(app) and not [one for one in app.get("link_button") if "Descargar" in one.proto.label]
    click("emitidos-boton-0", 0)
    app = ran(app)
    said = " ".join(one.value for one in app.text).replace("\u00a0", " ").replace("\\", "")
    assert "Cerró en COP 1.000,00. Con lo registrado después (COP 500,00) hoy cerraría en COP 1.500,00." in said
    assert "FE-7" in tables(app)
    links = [one.proto.url for one in app.get("link_button")]
    assert any(url.startswith("/statements/") and ".pdf" in url for url in links)
    assert any(url.startswith("/verificar/") for url in links)


def test_its_people_send_it_and_customers_do_not(portal: Portal, owner: int, pedro: int, issuer: int, abc: int) -> None:
    customers = [one.label for one in as_user(portal, pedro, STATEMENT).button]
    assert "Enviar" not in customers and "Preparar" not in customers
    app = as_user(portal, owner, STATEMENT)
    assert "Preparar" in [one.label for one in app.button]
    app = chosen(portal, owner, abc)
    assert "Va a `pagos@abc.example`." in captions(app) and "Lleva el PDF" in captions(app)
    assert toasts(press(app, "Enviar")) == ["Estado de cuenta enviado a pagos@abc.example."]
    assert [to for _, to, _ in mailed(portal)] == ["pagos@abc.example"]


def test_to_which_address_it_goes_or_why_to_none_is_seen_before_by_who_may_send_it(
    portal: Portal, owner: int, pedro: int, issuer: int, abc: int
) -> None:
    statements = {Gets.STATEMENTS}
    first = add_contact(portal, BOSS, abc, Channel.EMAIL, "uno@abc.example", "", statements)
    add_contact(portal, BOSS, abc, Channel.EMAIL, "dos@abc.example", "", statements)
    app = chosen(portal, owner, abc)
    assert "Va a `uno@abc.example`, uno de los contactos que reciben" in captions(app)
    assert "@abc" not in captions(as_user(portal, pedro, STATEMENT))
    reader = new_user(portal, "lee@ejemplar.example")
    grant(portal, reader, Role.READER, issuer)
    assert "@abc" not in captions(chosen(portal, reader, abc))
    remove_contact(portal, BOSS, first)
    app = press(app, "Enviar")  # what was on the screen went to somebody else
    assert not toasts(app) and "Va a `dos@abc.example`" in captions(app) and mailed(portal) == []
    mail_statement(portal, BOSS, Wish(issuer, abc, "COP", *YEAR))
    stop_mails(portal, mailed(portal)[0][2]["stop"].rpartition("/")[2])
    app = ran(app)
    assert "`dos@abc.example` pidió no recibir" in " ".join(one.value for one in app.warning).replace("\\", "")
    assert "Enviar" not in [one.label for one in app.button] and not links(app)
    bounce(portal, issuer, "dos@abc.example")
    app = ran(app)
    assert "`dos@abc.example` se devolvió" in " ".join(one.value for one in app.warning).replace("\\", "")
    assert links(app) == ["Ir a sus contactos"]


def test_the_monthly_rule_is_set_where_who_gets_it_is_seen(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, REMINDERS)
    assert "pagos@abc.example" in tables(app) and "No tiene un correo al que escribir" in tables(app)
    app.toggle(key=f"mes-activos-{issuer}").set_value(True)
    app.number_input(key=f"mes-dia-{issuer}").set_value(5)
    app = press(app, "Guardar los mensuales")
    assert toasts(app) == ["Estados de cuenta mensuales guardados."] and not errors(app)
    assert read_monthly(portal, BOSS, issuer) == MonthlyRules(True, 5)


def test_one_that_was_left_out_stands_with_its_reason_among_those_that_were_sent(
    portal: Portal, owner: int, issuer: int, abc: int
) -> None:
    mail_statement(portal, BOSS, Wish(issuer, abc, "COP", *YEAR))
    waiting = [one.value.to_csv() for one in as_user(portal, owner, REMINDERS).dataframe][-1]
    assert "En espera" in waiting and "Pidió no recibir" not in waiting
    stop_mails(portal, mailed(portal)[0][2]["stop"].rpartition("/")[2])
    with portal.ledger.read() as conn:
        mail_id = conn.execute(select(statement_mails.c.mail_id)).scalar_one()
    run_job(portal, mail_id)
    sent = [one.value.to_csv() for one in as_user(portal, owner, REMINDERS).dataframe]
    assert "pagos@abc.example" in sent[-1] and "Cancelado,Pidió no recibir estados de cuenta" in sent[-1]
    operated = as_user(portal, new_user(portal, "op@portal.example", "Olga", operator=True), SYSTEM)
    operated.segmented_control(key="parte").set_value("correos")
    assert "Cancelado,Pidió no recibir estados de cuenta" in tables(ran(operated))


def test_one_too_long_to_carry_its_paper_says_so_before(
    portal: Portal, owner: int, abc: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_mail_view, "MOST_ATTACHED", 0)
    app = chosen(portal, owner, abc)
    assert "va sin el PDF" in captions(app) and "Lleva el PDF" not in captions(app)
