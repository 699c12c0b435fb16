"""The page Importar: how one begins, one import's report, its undo; and taking a document back from its own page."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.importing.asking import ask_import
from portal.app.importing.register import open_import
from portal.app.incoming.quarantine import read_senders
from portal.app.incoming.reading import note_letter
from portal.app.incoming.signing import read_signing
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.taking_back import list_withdrawn
from portal.domain.letters import Attachment, Letter, Outcome, Taken
from portal.domain.places import DOCUMENT, DOCUMENTS, IMPORTS
from portal.importers.certificates import Authorities
from portal.ledger import outbox
from portal.ledger.letters import SignedRule
from portal.ledger.tables import documents
from portal.mail.imap import ImapPostbox
from portal.text import Text
from portal.ui import state
from portal.ui.nav import script
from tests.app.people import BOSS
from tests.app.test_import_files import HEAD, ROW
from tests.importers.signing import cast
from tests.ui.conftest import Click
from tests.ui.hands import acting, as_user, errors, press, ran, tables, toasts

SHEET = HEAD + ROW.format(n="FE-7", total="1000,00")


@pytest.fixture
def run_id(portal: Portal, owner: int, issuer: int) -> int:
    files = [("ventas.csv", SHEET.encode()), ("malo.csv", SHEET.replace("1000,00", "mil").encode())]
    made = ask_import(portal, acting(portal, owner), issuer, files)
    run_job(portal, made)
    return made


def test_who_has_brought_nothing_is_told_how_to_begin(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, IMPORTS)
    assert "Suelta arriba el ZIP" in app.info[0].value
    assert "Hasta 50 MB por archivo" in app.caption[0].value


def test_an_import_is_read_withdrawn_with_a_reason_and_restored(
    portal: Portal, owner: int, issuer: int, run_id: int, click: Click
) -> None:
    app = as_user(portal, owner, IMPORTS)
    assert "ventas.csv y 1 más" in tables(app)
    click("importaciones-boton-0", 0)
    ran(app)
    assert "«mil» no es un valor en dinero" in tables(app)
    assert errors(press(app, "Retirar")) == ["Escribe el motivo: queda en el registro."]
    app.text_input(key=f"retirar-motivo-{run_id}").set_value("archivo equivocado")
    assert toasts(press(app, "Retirar")) == ["Retirando la importación."]
    _undo(portal)
    ran(app)
    assert toasts(press(app, "Restaurar lo retirado")) == ["Restaurando la importación."]
    _undo(portal)
    assert open_import(portal, BOSS, run_id).standing == {"active": 1}


def test_a_document_is_withdrawn_on_its_page_and_restored_on_the_other(
    portal: Portal, owner: int, issuer: int, run_id: int, click: Click
) -> None:
    (kept,) = open_import(portal, BOSS, run_id).standing
    app = _opened(portal, owner, "FE-7")
    app.text_input(key="retirar-motivo").set_value("duplicada")
    assert toasts(press(app, "Retirar")) == ["Documento retirado. Puedes restaurarlo aquí."]
    assert "duplicada" in tables(app)
    app = as_user(portal, owner, IMPORTS)
    click("retirados-boton-0", 0)
    assert toasts(ran(app)) == ["Documento restaurado."]
    assert list_withdrawn(portal, BOSS, issuer, 10).total == 0 and kept == "active"


def test_a_customers_person_is_offered_nothing_of_it(portal: Portal, pedro: int) -> None:
    app = _opened(portal, pedro, "FE-1")
    assert "Retirar" not in [one.label for one in app.button]


def _opened(portal: Portal, user_id: int, number: str) -> AppTest:
    app = as_user(portal, user_id, DOCUMENTS)
    app.query_params["id"] = str(_document(portal, number))
    return ran(app.switch_page(str(script(DOCUMENT))))


def _document(portal: Portal, number: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(documents.select().where(documents.c.number == number)).one().id)


def _undo(portal: Portal) -> None:
    with portal.ledger.read() as conn:
        waiting = conn.execute(outbox.outbox.select().where(outbox.outbox.c.done_at.is_(None))).all()
    for row in waiting:
        run_job(portal, row.id)


def test_mail_that_waits_is_accepted_or_discarded_and_senders_are_allowed(
    portal: Portal, owner: int, issuer: int, click: Click
) -> None:
    made = state.use(replace(portal, postbox=ImapPostbox("imap://u:p@127.0.0.1:1")))
    for number in (1, 2):
        file = Attachment(f"{number}.csv", "text/csv", SHEET.encode())
        sent = Letter(str(number), "<1>", "erp@erp.example", False, f"Facturas {number}")
        note_letter(made, sent, Taken(Outcome.WAITING, issuer, Text("No lo confirma."), files=(file,)))
    app = as_user(made, owner, IMPORTS)
    assert "Facturas 1" in tables(app) and "No lo confirma." in tables(app)
    click("cuarentena-boton-1", 0)
    assert toasts(ran(app)) == ["Correo descartado: sigue en el buzón."]
    app.text_area(key=f"remitentes-{issuer}").set_value("erp@erp.example\n@abc.example")
    assert toasts(press(app, "Guardar")) == ["Remitentes guardados."]
    assert read_senders(made, BOSS, issuer) == ["@abc.example", "erp@erp.example"]
    assert any("en qué entidades de certificación confía" in one.value for one in app.caption)
    click("cuarentena-boton-0", 0)
    ran(app)
    assert ran(app).title[0].value.replace("\\", "") == "1.csv"


def test_an_owner_names_who_signs_for_it_and_says_whether_signatures_open_the_way(
    portal: Portal, owner: int, issuer: int
) -> None:
    trusted = Authorities([cast().below.certificate])
    made = state.use(replace(portal, postbox=ImapPostbox("imap://u:p@127.0.0.1:1"), authorities=trusted))
    app = as_user(made, owner, IMPORTS)
    assert app.toggle(key=f"firmas-{issuer}").value
    app.text_area(key=f"firman-{issuer}").set_value("900123456-8\n860.123.456")
    assert toasts(press(app, "Guardar firmas")) == ["Firmas guardadas."]
    app.toggle(key=f"firmas-{issuer}").set_value(False)
    press(app, "Guardar firmas")
    assert read_signing(made, BOSS, issuer) == SignedRule(False, ("860123456", "900123456"))
    app.text_area(key=f"firman-{issuer}").set_value("mi proveedor")
    assert "no es un NIT" in press(app, "Guardar firmas").error[0].value
