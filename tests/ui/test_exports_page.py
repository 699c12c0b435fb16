"""Files: made at once or by a job, their progress, cancelling, and the page «Mis archivos»."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from portal.app import exports_at_once
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import State, export_file, list_exports, request_export
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Actor
from portal.domain.places import DOCUMENTS, EXPORTS, Place
from portal.ui.nav import script
from tests.factories import ABC
from tests.ui.conftest import SHELL, Visit
from tests.ui.hands import as_user, press, ran, toasts


@pytest.fixture
def session(visit: Visit) -> str:
    return visit(ABC.name)


@pytest.fixture
def actor(portal: Portal, session: str) -> Actor:
    found = session_actor(portal, session)
    assert found is not None
    return found


def at(session: str, place: Place) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session}
    return ran(ran(app).switch_page(str(script(place))))


def names(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def links(app: AppTest) -> dict[str, str]:
    """What a click opens, by name."""
    return {one.proto.label: one.proto.url for one in app.get("link_button")}


def test_a_small_list_is_there_in_the_run_that_asked_for_it(portal: Portal, session: str, actor: Actor) -> None:
    app = at(session, DOCUMENTS)
    app.checkbox(key="lista-coma").set_value(True)
    app.checkbox(key="lista-bom").set_value(False)
    press(app, "Descargar CSV")
    (made,) = list_exports(portal, actor)
    assert made.state is State.READY and links(app)[f"Abrir {made.name}"] == f"/exports/{made.id}"
    data = export_file(portal, actor, made.id).data
    assert data.startswith("Id;Tipo;Número".encode()) and b";1000,00;" in data


def test_every_format_is_offered(session: str) -> None:
    offered = {f"Descargar {format}" for format in ("XLSX", "CSV", "ZIP", "PARQUET", "JSONL")}
    assert offered <= set(names(at(session, DOCUMENTS)))


def test_a_long_one_shows_how_far_it_is_can_be_cancelled_and_leaves_no_link(
    portal: Portal, session: str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports_at_once.AT_ONCE, Format.XLSX, 0)
    app = press(at(session, DOCUMENTS), "Descargar XLSX")
    assert "Cancelar" in names(app) and not any(name.startswith("Abrir doc") for name in links(app))
    press(app, "Cancelar")
    (cancelled,) = list_exports(portal, actor)
    assert cancelled.state is State.CANCELLED and "Cancelar" not in names(app)
    assert not any(name.startswith("Abrir doc") for name in links(app))


def test_who_has_no_files_is_told_where_they_come_from(session: str) -> None:
    app = at(session, EXPORTS)
    assert "No tienes archivos" in app.info[0].value


def test_the_list_says_what_each_file_is_until_it_is_taken_out(portal: Portal, session: str, actor: Actor) -> None:
    ready = request_export(portal, actor, DocumentsRequest(Format.CSV))
    run_job(portal, ready)
    waiting = request_export(portal, actor, DocumentsRequest(Format.ZIP))
    app = at(session, EXPORTS)
    shown = "\n".join([*(one.value for one in app.markdown), *(one.value for one in app.caption)]).replace("\\", "")
    for said in ("Paquete de fin de mes (ZIP)", "En espera", "documentos-2026-03-15.csv", "Listo · 1 filas", "vence"):
        assert said in shown
    assert links(app)["Bajar"] == f"/exports/{ready}"
    app.button(key=f"cancelar-{waiting}").click()
    assert "Cancelado" in "".join(one.value for one in ran(app).caption)
    app.button(key=f"quitar-{ready}").click()
    assert toasts(ran(app)) == ["Quitado de la lista."]
    assert [one.id for one in list_exports(portal, actor)] == [waiting]


def test_somebody_elses_files_are_not_in_the_list(portal: Portal, session: str, actor: Actor, owner: int) -> None:
    request_export(portal, actor, DocumentsRequest(Format.CSV))
    assert "No tienes archivos" in as_user(portal, owner, EXPORTS).info[0].value
