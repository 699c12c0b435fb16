"""The page of reminders: the owner sets the rules, whoever makes links sees who gets the next ones and why not."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.reminders import planning
from portal.app.reminders.rules import read_rules
from portal.app.reminders.sending import reminders_due
from portal.domain.places import REMINDERS
from portal.domain.reminders import Rules
from portal.domain.roles import Role
from portal.ledger.tables import outbox
from portal.ui import reminders_view
from tests.app.people import BOSS
from tests.factories import ABC, XYZ, FrozenClock, bring, facts
from tests.signed_in import grant, new_user
from tests.ui.hands import as_user, errors, press, tables, toasts

TOMORROW = date(2026, 3, 16)


def test_rules_are_set_and_the_next_mails_are_seen_before_they_go(
    portal: Portal, clock: FrozenClock, owner: int, issuer: int
) -> None:
    bring(portal, facts("FE-7", 70, customer=ABC, due_date=TOMORROW), facts("FE-8", customer=XYZ, due_date=TOMORROW))
    app = as_user(portal, owner, REMINDERS)
    headlines = [one.value.replace("\u202f", " ").replace("\u00a0", " ") for one in app.subheader]
    assert headlines[1].startswith("Lo recibirían el 16/03/2026") and "8:00" in headlines[1]
    assert "FE-7" in tables(app) and "No tiene un correo al que escribir" in tables(app)
    app.toggle[0].set_value(True)
    app.text_input(key=f"rec-dias-{issuer}").set_value("0, cinco")
    app = press(app, "Guardar")
    assert "separados por comas" in errors(app)[0]
    app.text_input(key=f"rec-dias-{issuer}").set_value("0, 5")
    assert toasts(press(app, "Guardar")) == ["Recordatorios guardados."]
    assert read_rules(portal, BOSS, issuer) == Rules(True, 8, (0, 5))
    assert "Este cliente lo recibe el 16/03/2026" in as_user(portal, owner, REMINDERS).subheader[1].value
    clock.forward(days=1)
    assert reminders_due(portal) == 1
    for _ in ("shares them out", "writes them"):
        with portal.ledger.read() as conn:
            waiting = outbox.c.job == "send_reminders", outbox.c.done_at.is_(None)
            (job,) = conn.execute(select(outbox.c.id).where(*waiting)).scalars()
        run_job(portal, job)
    assert "pagos@abc.example" in tables(as_user(portal, owner, REMINDERS))


def test_of_more_customers_than_are_looked_at_it_says_how_many_there_are(
    portal: Portal, owner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(portal, facts("FE-7", 70, customer=ABC, due_date=TOMORROW), facts("FE-8", customer=XYZ, due_date=TOMORROW))
    for module in (planning, reminders_view):
        monkeypatch.setattr(module, "MOST_SHOWN", 1)
    app = as_user(portal, owner, REMINDERS)
    assert app.subheader[1].value.startswith("Al menos")
    assert "De 2 clientes que deben algo de esas fechas se muestran los primeros 1." in [c.value for c in app.caption]


def test_a_collector_sees_them_and_changes_nothing(portal: Portal, issuer: int) -> None:
    user = new_user(portal, "cobra@ejemplar.example", "Cobra")
    grant(portal, user, Role.COLLECTOR, issuer)
    app = as_user(portal, user, REMINDERS)
    assert not app.toggle and "apagados" in app.caption[0].value
