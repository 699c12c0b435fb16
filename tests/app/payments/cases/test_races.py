"""Everything at the same moment: two tabs, two payers, two pollers, a notice and a poller; on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

from portal.app.jobs import run_job
from portal.app.payments.asking import ask_about, begin_look, look_due, record
from portal.domain.crediting import Trouble
from tests.app.payments.cases.shop import Shop
from tests.app.payments.till import Till
from tests.ledger.balances import balances, laws


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """All of it, begun in the same moment."""
    ready = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as many:
        return list(many.map(run, works))


def test_case_29_two_tabs_that_both_pay_are_two_payments_and_one_paid_invoice(till: Till) -> None:
    first, second = till.start("FE-1"), till.start("FE-1", payer=till.another_payer())
    till.told(first, id="t1")
    till.told(second, id="t2")
    at_once([lambda: ask_about(till.portal, first.id), lambda: ask_about(till.portal, second.id)])
    facts = till.payments()
    assert sorted(str(fact.trouble) for fact in facts) == ["None", "not_open"]
    assert balances(till.portal)["FE-1"] == 0
    assert till.bill("FE-2")[1].in_favour == 100_000
    assert till.vouchers() == [1, 2]
    assert laws(till.portal) == []


def test_case_30_two_parts_that_are_too_much_together_never_pay_more_than_is_owed(till: Till) -> None:
    part = {till.document("FE-1"): 60_000}
    first = till.start("FE-1", expected=60_000, chosen=part)
    second = till.start("FE-1", payer=till.another_payer(), expected=60_000, chosen=part)
    till.told(first, id="t1")
    till.told(second, id="t2")
    at_once([lambda: ask_about(till.portal, first.id), lambda: ask_about(till.portal, second.id)])
    assert balances(till.portal)["FE-1"] == 0
    assert till.bill("FE-2")[1].in_favour == 20_000
    assert [fact.trouble for fact in till.payments()] in ([None, Trouble.NOT_OPEN], [Trouble.NOT_OPEN, None])
    assert laws(till.portal) == []


def test_case_59_a_notice_and_a_poller_at_the_same_moment_credit_once(racing_shop: Shop) -> None:
    shop = racing_shop
    checkout, door = shop.begin("FE-1")
    shop.emulator.pay(door, "approved")
    shop.deliver()
    shop.forward(minutes=5)
    look_due(shop.portal)
    jobs = shop.till.waiting()
    assert len(jobs) == 2
    at_once([lambda job=job: run_job(shop.portal, job) for job in jobs])
    shop.asked(checkout)
    assert (len(shop.paid()), shop.till.vouchers(), shop.balance("FE-1")) == (1, [1], 0)


def test_case_60_two_pollers_ask_about_each_checkout_once(till: Till) -> None:
    begun = [till.start(number) for number in ("FE-1", "FE-2", "FE-3")]
    till.work()
    till.clock.forward(minutes=10)
    taken = at_once([lambda: look_due(till.portal)] * 4)
    assert sum(taken) == len(begun)  # type: ignore[arg-type]
    jobs = till.waiting()
    at_once([lambda job=job: run_job(till.portal, job) for job in jobs * 2])
    assert till.provider.asked == len(begun)


def test_case_60_questions_at_once_keep_a_companys_limit(till: Till) -> None:
    till.provider.patience = timedelta(minutes=10)
    checkout = till.start("FE-1")
    till.clock.forward(minutes=10)
    at_once([lambda: ask_about(till.portal, checkout.id)] * 6)
    assert till.provider.asked == 1


def test_answers_at_once_credit_each_transaction_once(till: Till) -> None:
    checkout = till.start("FE-1")
    till.told(checkout)
    book = till.provider.book[checkout.reference]
    looks = [begin_look(till.portal, checkout.id) for _ in range(2)]
    assert looks[1] is not None
    same = [replace(looks[1]) for _ in range(8)]
    at_once([lambda look=look: record(till.portal, look, book) for look in same])
    assert (len(till.payments()), till.vouchers()) == (1, [1])


def test_the_first_comprobantes_of_an_issuer_at_once_have_no_gap(till: Till) -> None:
    begun = [till.start(number) for number in ("FE-1", "FE-2", "FE-3")]
    for n, checkout in enumerate(begun):
        till.told(checkout, id=f"t{n}")
    at_once([lambda one=one: ask_about(till.portal, one.id) for one in begun])
    assert till.vouchers() == [1, 2, 3]
