"""Comments on screen: by both sides on the document, waiting at the desk, notes for the issuer's people only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.app.threads.reading import read_thread
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import operator
from portal.domain.places import COMMENTS, DOCUMENT, REQUESTS
from portal.domain.tokens import session_hash
from portal.ledger.tables import documents
from portal.ui.nav import script
from tests.signed_in import signed_in
from tests.ui.conftest import SHELL, Click
from tests.ui.hands import acting, as_user, press, ran, tables, toasts


def document(portal: Portal, number: str = "FE-1") -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(select(documents.c.id).where(documents.c.number == number)).scalar_one())


def on_document(portal: Portal, user_id: int) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, user_id))}
    app = ran(app)
    app.query_params["id"] = str(document(portal))
    return ran(app.switch_page(str(script(DOCUMENT))))


def box(app: AppTest) -> Any:
    """Where a comment is written; an objection has a field of its own."""
    (found,) = (one for one in app.text_area if not str(one.key).startswith("objecion"))
    return found


def said(app: AppTest) -> list[str]:
    return [one.value for one in app.text]


def test_a_customer_asks_and_the_issuer_answers_on_the_document(portal: Portal, pedro: int, owner: int) -> None:
    app = on_document(portal, pedro)
    assert [one.label for one in app.checkbox] == []
    box(app).set_value("¿Incluye el *flete*?")
    assert toasts(press(app, "Enviar")) == ["Comentario enviado."]
    assert "¿Incluye el *flete*?" in said(app) and box(app).value == ""
    theirs = on_document(portal, owner)
    box(theirs).set_value("Sí.")
    press(theirs, "Enviar")
    assert [one.words for one in read_thread(portal, acting(portal, pedro), document(portal)).messages] == [
        "¿Incluye el *flete*?",
        "Sí.",
    ]


def test_a_note_is_not_on_the_customers_page(portal: Portal, pedro: int, owner: int) -> None:
    app = on_document(portal, owner)
    box(app).set_value("Cliente difícil")
    app.checkbox[-1].check()
    assert toasts(press(app, "Enviar")) == ["Nota guardada."]
    assert "Cliente difícil" in said(app) and "Cliente difícil" not in said(on_document(portal, pedro))


def test_who_waits_stands_at_the_desk_until_answered_or_closed(
    portal: Portal, pedro: int, owner: int, click: Click
) -> None:
    empty = as_user(portal, owner, COMMENTS)
    assert "Nadie espera respuesta" in empty.info[0].value
    write_comment(portal, acting(portal, pedro), document(portal), Said("¿Y el flete?", "k"))
    waiting = as_user(portal, owner, COMMENTS)
    assert "FE-1" in tables(waiting) and "¿Y el flete?" in tables(waiting)
    assert any(one.label == "Comentarios sin respuesta: 1" for one in as_user(portal, owner, REQUESTS).button)
    press(on_document(portal, owner), "No hace falta responder")
    assert not as_user(portal, owner, COMMENTS).dataframe
    write_comment(portal, operator("test"), document(portal), Said("Listo", "k2"))


def test_an_objection_is_seen_by_both_sides_and_answered_at_the_desk(portal: Portal, pedro: int, owner: int) -> None:
    app = on_document(portal, pedro)
    app.text_area(key="objecion-texto").set_value("Llegaron 8 y no 10")
    press(app, "Enviar la objeción")
    assert "En disputa desde" in on_document(portal, pedro).warning[0].value
    desk = as_user(portal, owner, COMMENTS)
    desk.segmented_control(key="estado").set_value("disputed")
    assert "FE-1" in tables(ran(desk))
    theirs = on_document(portal, owner)
    theirs.selectbox[-1].set_value("accepted")
    press(theirs, "Responder")
    assert any("falta la nota crédito" in one.value for one in on_document(portal, owner).info)
