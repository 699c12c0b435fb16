"""How a payment stands, in a sentence; it looks again by itself, and offers what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.app.payments.opening import door_of
from portal.app.payments.progress import read_progress
from portal.app.sessions import end_session
from portal.domain.checkouts import State
from portal.domain.payments import Standing
from portal.domain.places import DOCUMENT, PAID
from portal.ledger.checkouts import set_checkout
from portal.ui import pay_words
from portal.ui.pay_words import standing
from portal.ui.progress_view import OFTEN, RARELY, look_again_in
from tests.app.payments.till import Till
from tests.factories import XYZ
from tests.ui.payer import asked, go, names, page, plain, refused, said, shows_nothing, ways


def test_every_state_has_its_sentence(till: Till) -> None:
    checkout = till.start("FE-1")
    told = set()
    for now in State:
        with till.portal.ledger.write("test") as unit:
            set_checkout(unit, checkout.id, state=now, trouble="cuenta cerrada")
            unit.commit()
        stage = read_progress(till.portal, till.payer, checkout.basket_id).stages[0]
        if now is not State.CANCELLED:
            told.add(str(standing(stage.attempts[0])[1]))
    assert len(told) == len(State) - 1 and set(pay_words._SAID) == set(State)
    assert any("cuenta cerrada" in sentence for sentence in told)


def test_a_declined_payment_says_so_and_leads_back(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.DECLINED)
    till.ask(checkout)
    made = page(till, PAID, b=str(checkout.basket_id))
    assert refused(made) == ["El banco no lo aprobó y no se cobró nada. Intenta de nuevo o con otro medio."]
    assert asked(go(made, "Intentar de nuevo")) == "COP 1.000,00"


def test_a_payment_on_its_way_is_never_called_unpaid_and_offers_no_second_one(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout, Standing.PENDING)
    till.ask(checkout)
    made = page(till, PAID, b=str(checkout.basket_id))
    assert "Tu pago de COP 1.000,00 está en proceso en Falsa" in said(made) and "pendiente" not in said(made)
    assert ways(made) == [] and "Intentar de nuevo" not in names(made)
    assert "Hay un pago en proceso" in said(page(till, DOCUMENT, id=str(till.document("FE-1"))))


def test_who_did_not_finish_goes_on_or_begins_anew(till: Till, left: list[str]) -> None:
    checkout = till.start("FE-1")
    made = page(till, PAID, b=str(checkout.basket_id))
    assert "Intentar de nuevo" in names(go(made, "Continuar el pago"))
    assert left == [f"/pay/{checkout.id}"]


def test_an_approved_payment_shows_its_comprobante_and_so_does_the_document(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    made = page(till, PAID, b=str(checkout.basket_id))
    assert "Pago aprobado: COP 1.000,00." in said(made)
    assert asked(go(made, "Comprobante de pago 1")) == "COP 1.000,00" and "FE-1" in plain(made.table[0].value.to_csv())
    shown = page(till, DOCUMENT, id=str(till.document("FE-1")))
    assert asked(go(shown, "Comprobante de pago 1")) == "COP 1.000,00"
    till.approve(checkout, refunded=40_000)
    shown = page(till, DOCUMENT, id=str(till.document("FE-1")))
    assert "se devolvió COP 400,00" in said(go(shown, "Comprobante de pago 1"))


def test_what_does_not_fit_is_said_and_asks_nobody_to_pay_again(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, currency="USD")
    made = page(till, PAID, b=str(checkout.basket_id))
    assert "no pagues otra vez" in said(made) and ways(made) == [] and "Intentar de nuevo" not in names(made)


@pytest.mark.parametrize(("amount", "words"), [(60_000, "menos de lo pedido"), (130_000, "más de lo pedido")])
def test_another_sum_is_told_in_plain_words(till: Till, amount: int, words: str) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, amount=amount)
    made = page(till, PAID, b=str(checkout.basket_id))
    assert words in said(made) and (ways(made) == ["Pagar"]) is (amount < 100_000)


def test_the_provider_is_asked_again_or_it_is_said_when(till: Till) -> None:
    checkout = till.start("FE-1")
    till.work()
    door_of(till.portal, till.payer, checkout.id)
    made = go(page(till, PAID, b=str(checkout.basket_id)), "Comprobar de nuevo")
    assert "la respuesta aparece aquí" in made.toast[0].value
    till.work()
    till.provider.patience = timedelta(days=1)
    assert "deja preguntar de nuevo desde" in go(made, "Comprobar de nuevo").toast[0].value


def test_it_looks_again_while_something_may_change(till: Till) -> None:
    checkout = till.start("FE-1")

    def seconds() -> float | None:
        return look_again_in(read_progress(till.portal, till.payer, checkout.basket_id))

    assert seconds() == OFTEN
    till.clock.forward(minutes=20)
    assert seconds() == RARELY
    till.approve(checkout)
    assert seconds() is None


def test_the_end_of_the_session_ends_the_look(till: Till) -> None:
    checkout = till.start("FE-1")
    made = page(till, PAID, b=str(checkout.basket_id))
    end_session(till.portal, till.session)
    assert said(made.run()) == "Abre de nuevo tu enlace personal para continuar."


def test_somebody_elses_comprobante_is_not_there(till: Till, visit: Callable[[str], str]) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    attempt = read_progress(till.portal, till.payer, checkout.basket_id).stages[0].attempts[0]
    for voucher in (attempt.vouchers[0][0], 77):
        assert shows_nothing(page(till, PAID, visit(XYZ.name), v=str(voucher)))
