"""How a basket is getting on, for its owner and nobody else; a comprobante, for who sees the customer."""

from __future__ import annotations

from datetime import date

import pytest

from portal.app.payments.accounts import set_account
from portal.app.payments.progress import read_progress
from portal.app.payments.quoting import fill_basket
from portal.app.payments.starting import Wish, start_checkout
from portal.app.payments.vouchers import read_voucher, voucher_pdf
from portal.app.sessions import user_actor
from portal.app.voiding import withdraw
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.checkouts import State
from portal.domain.payments import Standing
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.ledger.checkouts import set_checkout
from portal.ledger.payables import payables
from portal.ledger.users import user_by_id
from portal.render.labels import Labels
from tests.app.payments.till import Till
from tests.app.people import BOSS
from tests.factories import OTRA, XYZ, bring, facts
from tests.signed_in import grant, new_user


def stranger(till: Till) -> Actor:
    """Somebody who may pay for another customer of the same issuer."""
    (held,) = till.payer.grants
    return Actor(By.USER, "user:7", (Grant(held.issuer_id, 1, held.rights),), user_id=7)


def test_what_has_not_begun_is_told_with_what_is_outstanding_now(till: Till) -> None:
    basket, _ = till.bill("FE-1", "FE-2")
    (stage,) = read_progress(till.portal, till.payer, basket).stages
    assert (stage.numbers, stage.outstanding, stage.attempts) == (("FE-1", "FE-2"), 150_000, ())
    assert read_progress(till.portal, till.payer, basket).since is None


def test_every_state_of_an_attempt_is_told_until_it_ends(till: Till) -> None:
    checkout = till.start("FE-1")

    def now() -> tuple[State, bool, int]:
        told = read_progress(till.portal, till.payer, checkout.basket_id)
        (attempt,) = told.stages[0].attempts
        assert (told.since is None) is attempt.ended
        return attempt.state, attempt.to_go_on, told.stages[0].outstanding

    assert now() == (State.CREATED, True, 100_000)
    till.told(checkout, Standing.DECLINED)
    till.ask(checkout)
    assert now() == (State.DECLINED, False, 100_000)
    till.told(checkout, Standing.PENDING, id="t2")
    till.ask(checkout)
    assert now() == (State.PENDING, False, 100_000)
    till.told(checkout, Standing.APPROVED, id="t2")
    till.ask(checkout)
    assert now() == (State.APPROVED, False, 0)


def test_an_approved_attempt_names_its_comprobante_and_what_went_back(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    (attempt,) = read_progress(till.portal, till.payer, checkout.basket_id).stages[0].attempts
    ((voucher_id, number),) = attempt.vouchers
    told = read_voucher(till.portal, till.payer, voucher_id)
    assert (number, attempt.paid, attempt.returned) == (1, 100_000, 0)
    assert (told.number, told.facts.amount, told.facts.provider, told.returned) == (1, 100_000, "Falsa", 0)
    assert [(one.number, one.amount) for one in told.facts.applied] == [("FE-1", 100_000)]
    till.approve(checkout, refunded=30_000)
    (attempt,) = read_progress(till.portal, till.payer, checkout.basket_id).stages[0].attempts
    assert (attempt.paid, attempt.returned) == (100_000, 30_000)
    assert read_voucher(till.portal, till.payer, voucher_id).returned == 30_000


def test_a_payment_kept_apart_is_told_as_such(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout, currency="USD")
    (attempt,) = read_progress(till.portal, till.payer, checkout.basket_id).stages[0].attempts
    assert attempt.apart and not attempt.vouchers and attempt.paid == 0


def test_what_a_later_attempt_replaced_is_left_out(till: Till) -> None:
    basket, bill = till.bill("FE-1")
    begun = [
        start_checkout(
            till.portal,
            till.payer,
            Wish(basket, key, bill.issuer_id, bill.customer_id, "COP", till.account_id, sum_, chosen),
        )
        for key, sum_, chosen in (("a", 100_000, {}), ("b", 40_000, {till.document("FE-1"): 40_000}))
    ]
    stage = read_progress(till.portal, till.payer, basket).stages[0]
    assert [one.checkout.id for one in stage.attempts] == [begun[1]]
    till.approve(till.checkout(begun[1] or 0))
    assert read_progress(till.portal, till.payer, basket).stages[0].outstanding == 60_000
    third = Wish(basket, "c", bill.issuer_id, bill.customer_id, "COP", till.account_id, 60_000)
    rest = start_checkout(till.portal, till.payer, third)
    stage = read_progress(till.portal, till.payer, basket).stages[0]
    assert [one.checkout.id for one in stage.attempts] == [rest, begun[1]]


def test_nothing_is_lost_when_one_of_several_fails(till: Till) -> None:
    bring(till.portal, facts("OT-1", 80, issuer=OTRA, customer=XYZ, due_date=date(2026, 3, 1)))
    both = Actor(By.USER, "user:9", tuple(Grant(*_owner(till, n), frozenset({Right.SEE, Right.PAY})) for n in NUMBERS))
    basket = fill_basket(till.portal, both, [till.document(number) for number in NUMBERS])
    account = set_account(till.portal, BOSS, _owner(till, "OT-1")[0], "fake", {"receiver": "tienda", "key": "otra"})
    made = start_checkout(till.portal, both, Wish(basket, "x", *_owner(till, "OT-1"), "COP", account.row.id, 8_000))
    with till.portal.ledger.write("test") as unit:
        set_checkout(unit, made or 0, state=State.FAILED, trouble="cuenta cerrada")
        unit.commit()
    stages = read_progress(till.portal, both, basket).stages
    assert [(one.numbers, one.outstanding, len(one.attempts)) for one in stages] == [
        (("FE-1",), 100_000, 0),
        (("OT-1",), 8_000, 1),
    ]
    assert stages[1].attempts[0].checkout.trouble == "cuenta cerrada"


NUMBERS = ("FE-1", "OT-1")


def _owner(till: Till, number: str) -> tuple[int, int]:
    with till.portal.ledger.read() as conn:
        (one,) = payables(conn, [till.document(number)])
    return one.issuer_id, one.customer_id


def test_a_payment_is_still_told_when_its_document_was_withdrawn(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    with till.portal.ledger.write("test") as unit:
        withdraw(unit, till.document("FE-1"), "prueba")
        unit.commit()
    (stage,) = read_progress(till.portal, till.payer, checkout.basket_id).stages
    assert (stage.numbers, stage.attempts[0].state) == ((), State.APPROVED)


@pytest.mark.parametrize("who", ["another person", "the same issuer's other customer"])
def test_somebody_elses_basket_is_not_there(till: Till, who: str) -> None:
    basket, _ = till.bill("FE-1")
    other = BOSS if who == "another person" else stranger(till)
    for asked, by in ((basket, other), (1, till.payer)):
        with pytest.raises(NotFound):
            read_progress(till.portal, by, asked)


def test_a_basket_shows_nothing_of_a_customer_that_its_owner_sees_no_more(till: Till) -> None:
    basket, _ = till.bill("FE-1")
    with pytest.raises(NotFound):
        read_progress(till.portal, Actor(till.payer.by, till.payer.name), basket)


def test_a_comprobante_is_shown_to_who_sees_the_customer_and_goes_along_with_who_may_download(till: Till) -> None:
    checkout = till.start("FE-1")
    till.approve(checkout)
    ((voucher_id, _),) = read_progress(till.portal, till.payer, checkout.basket_id).stages[0].attempts[0].vouchers
    issuer, customer = checkout.issuer_id, checkout.customer_id
    sees, owns = (_person(till, name) for name in ("ve@abc.example", "duena@ejemplar.example"))
    grant(till.portal, sees, Role.CUSTOMER, issuer, customer, ())
    grant(till.portal, owns, Role.OWNER, issuer)
    assert not read_voucher(till.portal, _actor(till, sees), voucher_id).file
    with pytest.raises(NotFound):
        voucher_pdf(till.portal, _actor(till, sees), voucher_id, Labels())
    file = voucher_pdf(till.portal, _actor(till, owns), voucher_id, Labels())
    assert (file.name, file.media_type, file.data[:5]) == ("Comprobante 1.pdf", "application/pdf", b"%PDF-")
    for by, asked in ((stranger(till), voucher_id), (till.payer, 1)):
        with pytest.raises(NotFound):
            read_voucher(till.portal, by, asked)


def _person(till: Till, email: str) -> int:
    return new_user(till.portal, email)


def _actor(till: Till, user_id: int) -> Actor:
    with till.portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
    assert user is not None
    return user_actor(till.portal, user)
