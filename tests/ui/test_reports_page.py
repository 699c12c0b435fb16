"""«Ya pagué» on screen: the payer sees what waits, the issuer accepts in one click, or says why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.payments.deciding import accept_report
from portal.app.payments.reporting import Said, list_reports, report_transfer
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.documents import Kind
from portal.domain.places import DOCUMENT, DOCUMENTS, REQUESTS, STATEMENT
from portal.domain.transfers import ReportState
from portal.ledger.tables import documents
from portal.ui.nav import script
from tests.factories import bring, facts, pays
from tests.files.test_uploads import picture
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts

BOSS = operator("test")


def said(shown: Iterable[Any]) -> list[str]:
    """Their words, as they are read."""
    return [one.value.replace("\\", "").replace("\u00a0", " ") for one in shown]


def document(portal: Portal, number: str = "FE-1") -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(documents.select().where(documents.c.number == number)).one().id)


@pytest.fixture
def report(portal: Portal) -> int:
    told = Said([document(portal)], "1", 100_000, date(2026, 3, 14), "nequi", "M777", "", "Desde mi *cuenta*")
    return report_transfer(portal, BOSS, told)


def state(portal: Portal, report: int) -> ReportState:
    found = list_reports(portal, BOSS, list(ReportState))
    return next(one.report.state for one in found if one.report.id == report)


def opened(portal: Portal, user: int, number: str = "FE-1") -> AppTest:
    app = as_user(portal, user, DOCUMENTS)
    app.query_params["id"] = str(document(portal, number))
    return ran(app.switch_page(str(script(DOCUMENT))))


class TestThePayer:
    def test_sees_it_in_review_in_the_list_the_document_and_the_statement(
        self, portal: Portal, pedro: int, report: int
    ) -> None:
        assert "En revisión" in tables(as_user(portal, pedro, DOCUMENTS))
        told = said(opened(portal, pedro).info)
        assert told == [
            "Pago de COP 1.000,00 del 14/03/2026, avisado por Empresa ABC S.A.S.: en revisión por el emisor."
        ]
        (below,) = said(as_user(portal, pedro, STATEMENT).info)
        assert "COP 1.000,00" in below and "(FE-1)" in below

    def test_sees_why_it_came_to_nothing(self, portal: Portal, pedro: int, owner: int, report: int) -> None:
        app = looked_at(portal, owner)
        app.text_area(key=f"avisos-motivo-{report}").set_value("No está *en* el banco")
        press(app, "Rechazar el pago")
        assert state(portal, report) is ReportState.REJECTED
        told = said(opened(portal, pedro).warning)
        assert told == ["El emisor no aceptó el pago de COP 1.000,00 del 14/03/2026. Motivo: No está *en* el banco"]

    def test_finds_what_is_in_review_by_the_filter(self, portal: Portal, pedro: int, report: int) -> None:
        bring(portal, facts("FE-9"))
        app = as_user(portal, pedro, DOCUMENTS)
        app.multiselect(key="estado").set_value(["review"])
        shown = tables(ran(app))
        assert "FE-1" in shown and "FE-9" not in shown


def looked_at(portal: Portal, owner: int) -> AppTest:
    app = as_user(portal, owner, REQUESTS)
    app.session_state["abierto-avisos"] = list_reports(portal, BOSS, [ReportState.WAITING])[0].report.id
    return ran(app)


class TestTheIssuer:
    def test_accepts_in_one_click(self, portal: Portal, owner: int, report: int, click: Click) -> None:
        app = as_user(portal, owner, REQUESTS)
        assert "M777" in tables(app)
        click("avisos-boton-0", 0)
        assert toasts(ran(app)) == ["Pago aceptado: quien lo avisó recibe su comprobante."]
        assert state(portal, report) is ReportState.ACCEPTED

    def test_looks_closely_and_sees_the_picture_that_the_route_serves(
        self, portal: Portal, owner: int, click: Click
    ) -> None:
        proof = ("foto.png", picture("PNG"))
        report_transfer(portal, BOSS, Said([document(portal)], "2", 5, date(2026, 3, 14), "47", proof=proof))
        app = as_user(portal, owner, REQUESTS)
        click("avisos-boton-1", 0)
        ran(app)
        (drawn,) = [one for one in app.get("html") if "<img" in one.proto.body]
        assert 'src="/attachments/' in drawn.proto.body
        press(app, "Aceptar")

    def test_says_why_not_or_does_not_reject(self, portal: Portal, owner: int, report: int) -> None:
        app = press(looked_at(portal, owner), "Rechazar el pago")
        assert "motivo" in errors(app)[0] and state(portal, report) is ReportState.WAITING

    def test_is_asked_where_the_money_may_be_there_already(
        self, portal: Portal, owner: int, report: int, click: Click
    ) -> None:
        bring(portal, facts("RC-1", kind=Kind.RECEIPT, references=pays("FE-1"), issue_date=date(2026, 3, 14)))
        app = as_user(portal, owner, REQUESTS)
        click("avisos-boton-0", 0)
        ran(app)
        assert state(portal, report) is ReportState.WAITING and [one.value for one in app.warning]
        press(app, "Es el mismo: Recibo de caja RC-1 del 14/03/2026")
        assert state(portal, report) is ReportState.ACCEPTED

    def test_takes_an_accepted_one_back_and_says_why(
        self, portal: Portal, owner: int, report: int, click: Click
    ) -> None:
        accept_report(portal, BOSS, report)
        app = as_user(portal, owner, REQUESTS)
        click("avisos-decididos-boton-0", 0)
        ran(app)
        app.text_input(key=f"avisos-motivo-deshacer-{report}").set_value("Era de otro cliente")
        assert toasts(press(app, "Deshacer el pago")) == ["Pago deshecho."]
        assert state(portal, report) is ReportState.UNDONE
