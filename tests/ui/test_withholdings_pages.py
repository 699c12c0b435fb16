"""Withholdings on screen: the payer sees the net, the issuer accepts in one click or says why not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.payments.withheld_deciding import list_withholdings
from portal.app.payments.withheld_policy import decide_policy, read_policy
from portal.app.payments.withheld_stating import state_withholdings
from portal.app.portal import Portal
from portal.domain.documents import Tax
from portal.domain.places import DOCUMENT, DOCUMENTS, METHODS, REQUESTS, STATEMENT
from portal.domain.withholdings import Policy, Rate, Stand, Withheld
from tests.app.payments.till import Till, open_till
from tests.app.people import BOSS
from tests.factories import FrozenClock, bring, facts
from tests.ui.conftest import Click
from tests.ui.hands import as_user, errors, press, ran, tables, toasts
from tests.ui.payer import asked, checkouts, go, page, paying, plain, refused, said


@pytest.fixture
def till(portal: Portal, clock: FrozenClock, issuer: int) -> Till:
    told: dict[str, Any] = {
        "line_total": Decimal(1000),
        "taxes": (Tax("01", "IVA", Decimal(190)),),
        "withholdings": (Tax("06", "ReteFuente", Decimal(25)),),
        "due_date": date(2026, 3, 10),
    }
    bring(portal, facts("FE-7", 1190, **told))
    decide_policy(portal, BOSS, issuer, Policy(allowed=True))
    return open_till(portal, clock, "FE-7")


def key(till: Till) -> str:
    (held,) = till.payer.grants
    return f"retener-{held.issuer_id}-{held.customer_id}-COP"


def withholding(till: Till) -> AppTest:
    """The page where FE-7 is paid, by who keeps something back."""
    made = paying(till, "FE-7")
    made.toggle(key=key(till)).set_value(True)
    return ran(made)


def type_in(till: Till, made: AppTest, tax: Withheld, typed: str) -> AppTest:
    made.text_input(key=f"{key(till)}-{till.document('FE-7')}-{tax}").set_value(typed)
    return ran(made)


def stated(till: Till) -> int:
    """A withholding that waits; returns its id."""
    state_withholdings(till.portal, till.payer, {till.document("FE-7"): {Withheld.RETEFUENTE: 2_500}}, "1")
    return list_withholdings(till.portal, BOSS, [Stand.WAITING])[0].withholding.id


def stands(till: Till) -> Stand:
    return list_withholdings(till.portal, BOSS, list(Stand))[0].withholding.state


class TestThePayer:
    def test_keeps_nothing_back_before_saying_so(self, till: Till) -> None:
        assert asked(paying(till, "FE-7")) == "COP 1.190,00"

    def test_finds_the_suggestion_filled_in_and_pays_the_net(self, till: Till, left: list[str]) -> None:
        made = withholding(till)
        assert asked(made) == "COP 1.165,00" and "neto a pagar COP 1.165,00" in said(made)
        (checkout,) = checkouts(till, go(made, "Pagar COP 1.165,00 con Falsa"))
        assert checkout.amount == 116_500 and left == [f"/pay/{checkout.id}"]
        till.approve(checkout)
        assert "Retefuente de COP 25,00, informada por Empresa ABC S.A.S.: retenido, por aceptar." in said(opened(till))

    def test_finds_what_waits_below_the_statement(self, till: Till) -> None:
        stated(till)
        told = said(page(till, STATEMENT))
        assert "Retenido, por aceptar: COP 25,00 que todavía cuenta en este saldo (FE-7)." in told

    def test_changes_it_and_adds_others(self, till: Till) -> None:
        made = type_in(till, withholding(till), Withheld.RETEIVA, "28,50")
        assert asked(type_in(till, made, Withheld.RETEFUENTE, "")) == "COP 1.161,50"

    def test_is_told_when_it_is_more_than_the_base_and_can_not_pay(self, till: Till) -> None:
        made = type_in(till, withholding(till), Withheld.RETEIVA, "190,01")
        assert refused(made) == ["FE-7: la retención no puede ser mayor que su base."] and not made.metric

    def test_states_them_without_paying(self, till: Till) -> None:
        go(withholding(till), "Informar las retenciones sin pagar aquí")
        assert stands(till) is Stand.WAITING
        shown = opened(till)
        assert "Pagar COP 1.165,00" in [one.label.replace("\u00a0", " ") for one in shown.button]

    def test_is_not_offered_what_the_issuer_does_not_take(self, till: Till, issuer: int) -> None:
        decide_policy(till.portal, BOSS, issuer, Policy())
        assert key(till) not in [one.key for one in paying(till, "FE-7").toggle]

    def test_of_too_many_documents_reads_why_nothing_can_be_stated(self, till: Till) -> None:
        many = [f"FE-{number}" for number in range(100, 121)]
        bring(till.portal, *(facts(number, 1190) for number in many))
        made = paying(till, *many)
        assert key(till) not in [one.key for one in made.toggle]
        told = "Para practicar retenciones, paga hasta 20 documentos a la vez."
        assert told in [one.value for one in made.caption]
        assert told not in [one.value for one in paying(till, *many[1:]).caption]

    def test_reads_why_it_was_not_accepted(self, till: Till, owner: int) -> None:
        looked_at(till, owner, "Somos *autorretenedores*")
        assert "Motivo: Somos *autorretenedores*" in said(opened(till))


def opened(till: Till) -> AppTest:
    return page(till, DOCUMENT, id=str(till.document("FE-7")))


def looked_at(till: Till, owner: int, reason: str) -> AppTest:
    """The desk, where what waits is opened and rejected with a reason."""
    waiting = stated(till)
    app = as_user(till.portal, owner, REQUESTS)
    app.session_state["abierto-retenciones"] = waiting
    ran(app).text_area(key=f"retenciones-motivo-{waiting}").set_value(reason)
    return press(app, "Rechazar la retención")


class TestTheIssuer:
    def test_accepts_in_one_click_and_lists_say_retenido(self, till: Till, owner: int, click: Click) -> None:
        stated(till)
        app = as_user(till.portal, owner, REQUESTS)
        assert "FE-7" in tables(app) and "Falta" in tables(app)
        click("retenciones-boton-0", 0)
        assert toasts(ran(app)) == ["Retención aceptada: ese valor ya no se debe."]
        assert stands(till) is Stand.ACCEPTED
        assert "Retenido" in tables(as_user(till.portal, owner, DOCUMENTS))
        shown = {str(one.label): plain(str(one.value)) for one in opened(till).metric}
        assert shown == {
            "Total": "COP 1.190,00", "Abonado": "COP 0,00", "Retenido": "COP 25,00", "Saldo pendiente": "COP 1.165,00",
        }  # fmt: skip

    def test_accepts_all_at_once(self, till: Till, owner: int) -> None:
        stated(till)
        state_withholdings(till.portal, till.payer, {till.document("FE-7"): {Withheld.RETEICA: 1_000}}, "2")
        app = press(as_user(till.portal, owner, REQUESTS), "Aceptar todas")
        assert toasts(app) == ["Retenciones aceptadas."]
        states = {one.withholding.state for one in list_withholdings(till.portal, BOSS, list(Stand))}
        assert states == {Stand.ACCEPTED}

    def test_says_why_not_or_does_not_reject(self, till: Till, owner: int) -> None:
        assert "motivo" in errors(looked_at(till, owner, " "))[0] and stands(till) is Stand.WAITING

    def test_takes_an_accepted_one_back(self, till: Till, owner: int, click: Click) -> None:
        one = stated(till)
        app = as_user(till.portal, owner, REQUESTS)
        click("retenciones-boton-0", 0)
        ran(app)
        click("retenciones-decididos-boton-0", 0)
        ran(app).text_input(key=f"retenciones-motivo-deshacer-{one}").set_value("Sin certificado")
        assert toasts(press(app, "Deshacer la retención")) == ["Retención deshecha."]
        assert stands(till) is Stand.UNDONE

    def test_decides_its_policy_and_its_rates(self, till: Till, owner: int, issuer: int, click: Click) -> None:
        app = as_user(till.portal, owner, METHODS)
        app.toggle(key=f"retenciones-aceptar-{issuer}").set_value(True)
        assert toasts(press(app, "Guardar retenciones")) == ["Retenciones guardadas."]
        app.selectbox(key=f"tarifa-cual-{issuer}").set_value("ReteICA")
        app.text_input(key=f"tarifa-valor-{issuer}").set_value("9,66 x mil")
        press(app, "Agregar la tarifa")
        told = read_policy(till.portal, BOSS, issuer)
        assert told.policy == Policy(allowed=True, automatic=True)
        assert [one.rate for one in told.rates] == [Rate(Withheld.RETEICA, Decimal("0.966"), 0, date(2026, 1, 1))]
        click("tarifas-boton-0", 0)
        assert toasts(ran(app)) == ["Tarifa quitada."] and read_policy(till.portal, BOSS, issuer).rates == ()

    def test_a_rate_that_is_none_is_said(self, till: Till, owner: int, issuer: int) -> None:
        app = as_user(till.portal, owner, METHODS)
        app.text_input(key=f"tarifa-valor-{issuer}").set_value("mucho")
        assert "no es una tarifa" in errors(press(app, "Agregar la tarifa"))[0]
