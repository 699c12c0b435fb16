"""The page where a basket is paid: what is asked is what was read; what was typed is not lost."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.payments.accounts import switch_account
from portal.app.payments.quoting import fill_basket
from portal.domain.checkouts import Rules
from portal.domain.documents import Kind
from portal.domain.payments import Standing
from portal.domain.places import PAID, PAY
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.payables import payables
from portal.ledger.payment_accounts import set_rules
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.factories import OTRA, bring, facts, pays
from tests.signed_in import grant, new_user, signed_in
from tests.ui.hands import ran
from tests.ui.payer import app, asked, checkouts, go, names, page, paying, refused, said, shows_nothing, ways


def key(till: Till, name: str) -> str:
    (held,) = till.payer.grants
    return f"{name}-{held.issuer_id}-{held.customer_id}-COP"


def part(till: Till, made: AppTest, typed: str) -> Any:
    """Type how much to pay in all."""
    made.segmented_control(key=key(till, "cuanto")).set_value("valor")
    field = ran(made).text_input(key=key(till, "valor"))
    field.set_value(typed)
    ran(made)
    return made.text_input(key=key(till, "valor"))


def each(till: Till, made: AppTest, typed: dict[int, str]) -> AppTest:
    """Type how much to pay of each document, by its row."""
    made.segmented_control(key=key(till, "cuanto")).set_value("cada")
    rows = {row: {"A pagar": text} for row, text in typed.items()}
    made.session_state[key(till, "partes")] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    return ran(made)


def decide(till: Till, rules: Rules) -> None:
    with till.portal.ledger.write("test") as unit:
        set_rules(unit, till.payer.grants[0].issuer_id, "COP", rules)
        unit.commit()


def test_one_click_leads_to_the_provider(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1", "FE-3")
    assert asked(made) == "COP 1.500,00" and "Vencida" in made.dataframe[0].value.to_csv()
    (checkout,) = checkouts(till, go(made, "Pagar COP 1.500,00 con Falsa"))
    assert (checkout.amount, checkout.language, left) == (150_000, "es", [f"/pay/{checkout.id}"])


def test_a_button_pressed_twice_begins_one_payment(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1")
    for _ in range(2):
        go(made, "Pagar COP 1.000,00 con Falsa")
    assert len(checkouts(till, made)) == 1 and len(left) == 2 and len(set(left)) == 1


def test_a_sum_that_changed_after_it_was_read_is_shown_and_not_asked(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1")
    bring(till.portal, facts("NC-1", 400, Kind.CREDIT_NOTE, references=pays("FE-1")))
    go(made, "Pagar COP 1.000,00 con Falsa")
    assert left == [] and "ahora son COP 600,00" in said(made)
    assert [one.amount for one in checkouts(till, go(made, "Pagar COP 600,00 con Falsa"))] == [60_000]


def test_a_part_goes_to_the_oldest_first(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1", "FE-3", "FE-4")
    part(till, made, "700,50")
    assert dict(zip(*(made.dataframe[0].value[name] for name in ("Número", "A pagar")), strict=True)) == {
        "FE-1": "700,50", "FE-3": "–", "FE-4": "–",
    }  # fmt: skip
    assert [one.amount for one in checkouts(till, go(made, "Pagar COP 700,50 con Falsa"))] == [70_050]


def test_what_was_typed_outlives_a_balance_that_changed(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1", "FE-3")
    part(till, made, "1.200")
    bring(till.portal, facts("NC-1", 350, Kind.CREDIT_NOTE, references=pays("FE-3")))
    go(made, "Pagar COP 1.200,00 con Falsa") if ways(ran(made)) else None
    assert left == [] and refused(made) == ["Escribe un valor mayor que cero, hasta COP 1.150,00."]
    assert made.text_input(key=key(till, "valor")).value == "1.200"


@pytest.mark.parametrize("typed", ["0", "-5", "2.000.000", "mucho", "1,234", "1e3", ""])
def test_what_can_not_be_paid_has_no_button(till: Till, typed: str) -> None:
    made = paying(till, "FE-1")
    part(till, made, typed)
    assert ways(made) == [] and not made.metric and bool(refused(made)) is bool(typed)


def test_amounts_by_document(till: Till, left: list[str]) -> None:
    made = each(till, paying(till, "FE-1", "FE-3", "FE-4"), {0: "300", 2: "0"})
    (checkout,) = checkouts(till, go(made, "Pagar COP 800,00 con Falsa"))
    till.approve(checkout)
    found = {line.number: line.outstanding for line in till.bill("FE-1", "FE-3", "FE-4")[1].lines}
    assert found == {"FE-1": 70_000, "FE-4": 15_000}


def test_more_than_a_balance_is_refused_by_the_documents_number(till: Till) -> None:
    made = each(till, paying(till, "FE-1", "FE-3"), {1: "501"})
    assert refused(made) == ["FE-3: paga como máximo su saldo, COP 500,00."] and ways(made) == []


def test_the_issuers_rules_are_explained(till: Till) -> None:
    decide(till, Rules(smallest=20_000))
    made = paying(till, "FE-1")
    part(till, made, "100")
    assert "recibe abonos desde COP 200,00" in said(made) and "abono mínimo" in said(made) and ways(made) == []
    decide(till, Rules(parts=False))
    assert "recibe el saldo completo" in said(ran(made)) and len(ways(made)) == 1


def test_credit_is_used_when_the_payer_says_so(till: Till, left: list[str]) -> None:
    made = paying(till, "FE-1")
    made.checkbox(key=key(till, "favor")).check()
    assert "Con COP 70,00 de saldo a favor" in said(ran(made))
    assert [one.amount for one in checkouts(till, go(made, "Pagar COP 930,00 con Falsa"))] == [93_000]


def test_credit_alone_settles_at_once(till: Till, left: list[str]) -> None:
    bring(till.portal, facts("AN-6", 5000, Kind.ADVANCE))
    made = paying(till, "FE-3")
    made.checkbox(key=key(till, "favor")).check()
    go(ran(made), "Usar COP 500,00 de saldo a favor")
    assert "Usaste COP 500,00 de tu saldo a favor." in said(made) and left == []


def test_a_ways_limits_are_said(till: Till) -> None:
    till.provider.minimum = 150_000
    made = paying(till, "FE-1")
    assert "Falsa recibe desde COP 1.500,00." in said(made) and ways(made) == []
    till.provider.minimum, till.provider.unit = 1, 30_000
    assert ways(ran(made)) == ["Pagar COP 900,00 con Falsa"] and "múltiplos de COP 300,00" in said(made)


def test_where_nothing_can_be_paid_online_the_issuers_contact_is_told(till: Till) -> None:
    switch_account(till.portal, BOSS, till.account_id, False)
    made = paying(till, "FE-1")
    assert "Ejemplar S.A.S. no recibe pagos en línea en COP." in said(made) and ways(made) == []


def test_beside_a_payment_on_its_way_a_plain_word_is_needed(till: Till, left: list[str]) -> None:
    first = till.start("FE-1")
    till.told(first, Standing.PENDING)
    till.ask(first)
    made = paying(till, "FE-1")
    assert "podrías pagar dos veces" in said(made)
    assert [one.disabled for one in made.button if one.label.startswith("Pagar")] == [True]
    made.checkbox(key=key(till, "otra")).check()
    assert len(checkouts(till, go(ran(made), "Pagar COP 1.000,00 con Falsa"))) == 1 and left


def test_each_issuer_is_a_bill_of_its_own(till: Till) -> None:
    bring(till.portal, facts("OT-1", 80, issuer=OTRA))
    user = new_user(till.portal, "tesoreria@abc.example")
    with till.portal.ledger.read() as conn:
        for one in payables(conn, [till.document("FE-1"), till.document("OT-1")]):
            grant(till.portal, user, Role.CUSTOMER, one.issuer_id, one.customer_id)
    made = app(till, session_hash(signed_in(till.portal, user)))
    go(made, "Pagar todo (COP 1.730,00)")
    assert [one.value.replace("\\", "") for one in made.subheader] == ["Ejemplar S.A.S.", "Otra Empresa S.A."]
    assert ways(made) == ["Pagar COP 1.650,00 con Falsa"]
    assert "0 de 2 listos" in said(go(made, "Ver cómo van"))
    made.button(key=f"pagar-{key(till, '')[1:]}").click()
    assert [one.value.replace("\\", "") for one in ran(made).subheader] == ["Ejemplar S.A.S."]


def test_what_was_settled_meanwhile_is_not_asked(till: Till) -> None:
    basket, _ = till.bill("FE-3")
    bring(till.portal, facts("RC-3", 500, Kind.RECEIPT, references=pays("FE-3")))
    made = page(till, PAY, b=str(basket))
    assert "no hay nada por pagar" in said(made) and names(made)[-1] == "Ver todos los documentos"


@pytest.mark.parametrize("asked", ["foreign", "missing", "none", "odd"])
def test_a_basket_that_is_not_mine_is_not_there(till: Till, asked: str) -> None:
    foreign = fill_basket(till.portal, BOSS, [till.document("FE-1")])
    query = {"foreign": {"b": str(foreign)}, "missing": {"b": "77"}, "none": {}, "odd": {"b": "1 or 1"}}[asked]
    for place in (PAY, PAID):
        made = page(till, place, **query)
        assert shows_nothing(made)
