"""Who needs the numbers groups them, drills into a group, chooses columns, and keeps the view."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.exports import export_file, list_exports
from portal.app.portal import Portal
from portal.app.saved_views import list_views, save_view
from portal.domain.documents import Kind
from portal.domain.places import ANALYSIS
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ui import analysis_groups, saved_views_view
from portal.ui.nav import script
from tests.factories import ABC, EJEMPLAR, bring, facts
from tests.signed_in import grant, issuer_named, new_user, signed_in
from tests.ui.conftest import SHELL, Click
from tests.ui.hands import acting, press, ran, tables, toasts


@pytest.fixture
def analyst(portal: Portal) -> int:
    """Of the issuer; beside the two invoices there are one of February and a receipt."""
    bring(
        portal,
        facts("FE-3", 1000, customer=ABC, issue_date=date(2026, 2, 2), due_date=date(2026, 2, 20)),
        facts("RC-1", 300, Kind.RECEIPT, customer=ABC, issue_date=date(2026, 3, 3)),
    )
    user = new_user(portal, "ana@ejemplar.example")
    grant(portal, user, Role.ANALYST, issuer_named(portal, EJEMPLAR.name))
    return user


def analysis(portal: Portal, user: int, **asked: str | list[str]) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, user))}
    ran(app).switch_page(str(script(ANALYSIS)))
    for key, value in asked.items():
        app.query_params[key] = value
    return ran(app)


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """The addresses that the browser was sent to."""
    asked: list[dict[str, list[str]]] = []
    monkeypatch.setattr(saved_views_view, "open_analysis", asked.append)
    monkeypatch.setattr(analysis_groups, "open_analysis", asked.append)
    return asked


def group_by(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="agrupar").select(name)
    return ran(app)


def test_documents_stand_in_the_usual_columns_until_others_are_chosen(portal: Portal, analyst: int) -> None:
    app = analysis(portal, analyst)
    assert "FE-3" in tables(app) and "Saldo pendiente" in tables(app)
    app.multiselect(key="columnas").select("number").select("cufe")
    head = tables(ran(app)).splitlines()[0]
    assert head == ",abrir,Número,CUFE o CUDE"
    offered = {one.label.rpartition(" ")[2] for one in app.button if one.label.startswith("Descargar ")}
    assert offered == {"XLSX", "CSV", "ZIP", "PARQUET", "JSONL"}


def test_groups_have_sums_and_lead_to_their_documents(
    portal: Portal, analyst: int, click: Click, went: list[dict[str, list[str]]]
) -> None:
    app = group_by(analysis(portal, analyst), "month")
    rows = tables(app).splitlines()
    assert (
        rows[0] == ",boton-0,Mes de emisión,Documentos,Saldo pendiente,Vencido,Facturado,Notas y recibos,Saldo a favor"
    )
    assert rows[-1].startswith('1,Ver documentos,feb 2026,1,"1.000,00","1.000,00","1.000,00"')
    click("grupos-tabla-month-boton-0", 1)
    ran(app)
    listed = tables(analysis(portal, analyst, **went[0]))
    assert "FE-3" in listed and "FE-1" not in listed


def test_the_groups_shown_are_downloaded_as_groups_and_the_documents_behind_them_apart(
    portal: Portal, analyst: int
) -> None:
    bring(portal, facts("FE-7", 8, customer=ABC, currency="USD"))
    app = group_by(analysis(portal, analyst), "month")
    app.checkbox(key="grupos-coma").set_value(True)
    press(app, "Descargar grupos (CSV)")
    actor = acting(portal, analyst)
    [made] = list_exports(portal, actor)
    assert made.name == "documentos-por-mes-COP-2026-03-15.csv" and made.done_rows == 2
    file = export_file(portal, actor, made.id).data.decode("utf-8-sig").splitlines()
    head = [cell for cell in tables(app).splitlines()[0].split(",") if cell not in ("", "boton-0")]
    assert file[0].split(";") == [head[0], "Moneda", *head[1:]]
    assert file[2] == "2026-02-01;COP;1;1000,00;1000,00;1000,00;0,00;0,00"
    press(app, "Descargar documentos (CSV)")
    behind = export_file(portal, actor, list_exports(portal, actor)[0].id).data
    assert b"FE-3" in behind and b"FE-7" not in behind


def test_a_customer_of_a_group_is_the_only_one_listed_then(
    portal: Portal, analyst: int, click: Click, went: list[dict[str, list[str]]]
) -> None:
    app = group_by(analysis(portal, analyst), "customer")
    place = next(n for n, row in enumerate(tables(app).splitlines()[1:]) if ABC.name in row)
    click("grupos-tabla-customer-boton-0", place)
    ran(app)
    listed = tables(analysis(portal, analyst, **went[0]))
    assert "RC-1" in listed and "FE-2" not in listed


def test_what_no_filter_can_say_has_no_way_to_it(portal: Portal, analyst: int) -> None:
    app = analysis(portal, analyst, estado=["Pendiente", "Saldada con nota crédito"], agrupar="Estado")
    assert tables(app).startswith(",Estado,Documentos") and "Ver documentos" not in tables(app)
    app = analysis(portal, analyst, estado="Saldada con nota crédito", agrupar="Estado")
    assert "Ningún documento cumple estos filtros" in app.info[0].value


def test_a_view_is_kept_under_a_name_opened_and_forgotten(
    portal: Portal, analyst: int, went: list[dict[str, list[str]]]
) -> None:
    app = analysis(portal, analyst, agrupar="Mes de emisión", vencidas="Vencidas")
    app.text_input(key="vista-nombre").input("*Vencidas* por mes")
    app = press(app, "Guardar")
    assert toasts(app) == ["Vista guardada."]
    [kept] = list_views(portal, acting(portal, analyst))
    assert (kept.name, kept.asked) == ("*Vencidas* por mes", {"vencidas": ["Vencidas"], "agrupar": ["Mes de emisión"]})
    press(app, r"\*Vencidas\* por mes")
    assert went == [kept.asked]
    app.button(key=f"vista-quitar-{kept.id}").click()
    assert toasts(ran(app))[-1] == "Vista quitada."
    assert list_views(portal, acting(portal, analyst)) == []


def test_a_shared_view_stays_shared_under_its_name_until_its_maker_says_otherwise(
    portal: Portal, analyst: int, owner: int
) -> None:
    issuer = issuer_named(portal, EJEMPLAR.name)
    view = save_view(portal, acting(portal, analyst), "Vencidas", {}, issuer).id
    app = analysis(portal, analyst, vencidas="Vencidas")
    app.text_input(key="vista-nombre").input("Vencidas")
    said = "Vista guardada en lugar de la anterior; la siguen viendo quienes exportan en"
    assert toasts(press(app, "Guardar"))[-1].startswith(said)
    assert [one.asked for one in list_views(portal, acting(portal, owner))] == [{"vencidas": ["Vencidas"]}]
    app.button(key=f"vista-dejar-{view}").click()
    assert toasts(ran(app))[-1] == "Vista guardada, solo para ti."
    assert list_views(portal, acting(portal, owner)) == []


def test_somebody_elses_view_says_whose_it_is_and_cant_be_taken_away(portal: Portal, analyst: int, owner: int) -> None:
    issuer = issuer_named(portal, EJEMPLAR.name)
    view = save_view(portal, acting(portal, analyst), "Vencidas", {"vencidas": ["Vencidas"]}, issuer).id
    app = analysis(portal, owner)
    assert app.button(key=f"vista-{view}").help.startswith("De ")
    assert not [one for one in app.button if one.key == f"vista-quitar-{view}"]
