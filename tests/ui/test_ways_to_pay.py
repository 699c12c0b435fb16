"""The ways in to paying: a row, a document, those that are ticked, all that is overdue, all; for who may pay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.domain.access import Right
from portal.domain.places import DOCUMENT, DOCUMENTS, HOME, Place
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ui import state
from tests.app.payments.till import Till
from tests.factories import bring, facts
from tests.signed_in import grant, new_user, signed_in
from tests.ui.conftest import Click
from tests.ui.hands import ran
from tests.ui.payer import app, asked, go, page, said, ways

Tick = Callable[[list[int]], None]


@pytest.fixture
def tick(monkeypatch: pytest.MonkeyPatch) -> Tick:
    """Rows ticked in a table: AppTest has no hand for what is drawn on a canvas."""
    return lambda rows: monkeypatch.setattr(state, "ticked_rows", lambda _key: rows)


def test_the_first_page_offers_what_is_overdue_and_all(till: Till) -> None:
    made = app(till)
    assert ways(made) == ["Pagar todo lo vencido (COP 1.500,00)", "Pagar todo (COP 1.650,00)"]
    assert asked(go(made, "Pagar todo lo vencido (COP 1.500,00)")) == "COP 1.500,00"
    assert asked(go(app(till), "Pagar todo (COP 1.650,00)")) == "COP 1.650,00"


def test_a_row_with_a_balance_has_a_button(till: Till, click: Click) -> None:
    made = page(till, DOCUMENTS)
    rows = made.dataframe[0].value
    assert {row["Número"] for _, row in rows.iterrows() if row["pagar"] == "Pagar"} == {"FE-1", "FE-3", "FE-4"}
    click("documentos-pagar", [*rows["Número"]].index("FE-4"))
    assert asked(ran(made)) == "COP 150,00"


def test_ticked_rows_are_paid_together_and_those_without_a_balance_do_not_count(till: Till, tick: Tick) -> None:
    made = page(till, DOCUMENTS)
    numbers = [*made.dataframe[0].value["Número"]]
    tick([numbers.index(one) for one in ("FE-3", "FE-4", "RC-4")])
    assert ways(ran(made)) == ["Pagar 2 documentos (COP 650,00)"]
    assert asked(go(made, "Pagar 2 documentos (COP 650,00)")) == "COP 650,00"


def test_of_what_is_settled_nothing_is_offered(till: Till, tick: Tick) -> None:
    made = page(till, DOCUMENTS)
    tick([[*made.dataframe[0].value["Número"]].index("RC-4")])
    assert ways(ran(made)) == [] and "no tiene saldo" in said(made)


def test_ticks_belong_to_the_rows_that_were_drawn(till: Till) -> None:
    made = page(till, DOCUMENTS)
    before = made.dataframe[0].key
    assert ran(made).dataframe[0].key == before
    bring(till.portal, facts("FE-6", 10))
    assert ran(made).dataframe[0].key != before


def test_the_sums_of_the_list_follow_its_filters(till: Till) -> None:
    made = page(till, DOCUMENTS)
    made.text_input(key="buscar").set_value("FE-4")
    assert ways(ran(made)) == ["Pagar todo (COP 150,00)"]
    assert asked(go(made, "Pagar todo (COP 150,00)")) == "COP 150,00"


def test_a_document_is_paid_from_its_page(till: Till) -> None:
    made = page(till, DOCUMENT, id=str(till.document("FE-3")))
    assert asked(go(made, "Pagar COP 500,00")) == "COP 500,00"


def test_a_card_on_a_phone_has_its_button(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "prefers_cards", lambda: True)
    made = page(till, DOCUMENTS)
    made.button(key=f"documentos-pagar-{till.document('FE-3')}").click()
    assert asked(ran(made)) == "COP 500,00"


@pytest.mark.parametrize("place", [HOME, DOCUMENTS, DOCUMENT], ids=lambda place: place.address)
def test_who_may_not_pay_is_offered_nothing(till: Till, place: Place) -> None:
    (held,) = till.payer.grants
    user = new_user(till.portal, "ve@abc.example")
    grant(till.portal, user, Role.CUSTOMER, held.issuer_id, held.customer_id, {Right.SEE})
    made = page(till, place, session_hash(signed_in(till.portal, user)), id=str(till.document("FE-3")))
    assert ways(made) == [] and "Ejemplar S.A.S." in said(made)
    assert all("pagar" not in one.value.columns for one in made.dataframe)
