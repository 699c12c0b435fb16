"""Documents of several customers paid at once: one payment each, and a clear word on what stayed out."""

from __future__ import annotations

import pytest

from portal.app.book.paying_many import named_documents, register_many
from portal.domain.acts import Money
from portal.errors import NotFound
from tests.app.book.counter import TODAY, Counter
from tests.app.payments.till import open_till
from tests.factories import OTRA, FrozenClock, bring, facts
from tests.ledger.balances import balances, laws

MONEY = Money(0, TODAY, "47", "EXTRACTO 3")


def pay(counter: Counter, *numbers: str, key: str = "1") -> dict[tuple[str, str], str]:
    """By customer and currency: what came in, or why not."""
    ids = [counter.id(number) for number in numbers]
    told = register_many(counter.portal, counter.actor, counter.whose.issuer_id, key, ids, MONEY)
    assert laws(counter.portal) == []
    return {(one.customer_name, one.currency): str(one.why or one.amount) for one in told}


def test_each_customer_and_currency_has_a_payment_of_its_own(counter: Counter) -> None:
    assert pay(counter, "FE-1", "FE-8", "US-1", "FE-3") == {
        ("Empresa ABC S.A.S.", "COP"): "125000",
        ("Empresa ABC S.A.S.", "USD"): "2000",
        ("Ana María Peña", "COP"): "30000",
    }
    paid = balances(counter.portal)
    assert [paid[one] for one in ("FE-1", "FE-2", "FE-3", "FE-8", "US-1")] == [0, 50_000, 0, 0, 0]


def test_sent_twice_it_happens_once(counter: Counter) -> None:
    assert pay(counter, "FE-1", "FE-8") == pay(counter, "FE-1", "FE-8") | {
        ("Empresa ABC S.A.S.", "COP"): "100000", ("Ana María Peña", "COP"): "30000",
    }  # fmt: skip
    assert len(counter.acts()) == 2


def test_what_may_be_there_already_stays_out_and_the_rest_comes_in(counter: Counter) -> None:
    counter.pay(100_000, "FE-2", "FE-3")
    told = pay(counter, "FE-1", "FE-8")
    assert "el mismo" in told["Empresa ABC S.A.S.", "COP"] and told["Ana María Peña", "COP"] == "30000"
    assert balances(counter.portal)["FE-1"] == 100_000


def test_numbers_are_read_as_people_write_them(counter: Counter, clock: FrozenClock) -> None:
    open_till(counter.portal, clock).start("FE-3")
    counter.write_off("FE-2")
    typed = ["fe 1", "FE-8", "", "FE-2", "FE-3", "NO-7", "FE8"]
    found = named_documents(counter.portal, counter.actor, counter.whose.issuer_id, typed)
    assert [one.number for one in found.lines] == ["FE-1", "FE-8"]
    assert [(number, str(why).split(";")[0]) for number, why in found.others] == [
        ("FE-2", "ya no tiene saldo."),
        ("FE-3", "alguien lo está pagando en el portal"),
        ("NO-7", "no es una factura ni una nota débito activa de este emisor."),
    ]


def test_is_not_for_another_issuers_documents(counter: Counter) -> None:
    bring(counter.portal, facts("OT-1", issuer=OTRA))
    with pytest.raises(NotFound):
        pay(counter, "FE-1", "OT-1")
    named = named_documents(counter.portal, counter.actor, counter.whose.issuer_id, ["OT-1"])
    assert not named.lines
    with pytest.raises(NotFound):
        named_documents(counter.portal, counter.actor, counter.whose.issuer_id + 1, ["OT-1"])
