"""Every morning once, again where it could not be, told by mail once, read by who reads payments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.app.jobs import run_job
from portal.app.payments.accounts import remove_account
from portal.app.payments.daily import compare_by_hand, comparisons_due, read_comparisons
from portal.domain.access import Actor
from portal.domain.comparing import Result
from portal.domain.payments import Standing
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.comparison_tables import comparisons
from portal.ledger.people_tables import mails
from portal.ledger.tables import issuers, outbox
from portal.mail.templates import Template
from tests.app.payments.mornings import DAY, went
from tests.app.payments.till import Till
from tests.app.people import BOSS, staff

pytestmark = pytest.mark.parametrize("portal", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _first_morning(till: Till, issuer: int) -> None:
    """The account has been seen, and its first morning is the next one."""
    with till.portal.ledger.write("test") as unit:
        unit.conn.execute(issuers.update().where(issuers.c.id == issuer).values(email="dueno@ejemplar.example"))
        unit.commit()
    assert comparisons_due(till.portal) == 0


def morning(till: Till, days: int = 1) -> int:
    """The hour at which comparisons run, so many days later; how many did."""
    till.clock.at = (till.clock.at + timedelta(days=days)).replace(hour=11, minute=30)  # 06:30 in Bogotá
    return run(till)


def run(till: Till) -> int:
    posted = comparisons_due(till.portal)
    with till.portal.ledger.read() as conn:
        wanted = select(outbox.c.id).where(outbox.c.job == "compare_days", outbox.c.done_at.is_(None))
        ids = list(conn.execute(wanted).scalars())
    for job_id in ids:
        run_job(till.portal, job_id)
    return posted


def days(till: Till) -> list[tuple[date, Result]]:
    with till.portal.ledger.read() as conn:
        issuer = conn.execute(select(issuers.c.id)).scalars().first()
    assert issuer is not None
    return [(one.compared.day, one.compared.result) for one in read_comparisons(till.portal, BOSS, issuer).found]


def told(till: Till) -> list[str]:
    with till.portal.ledger.read() as conn:
        wanted = select(mails.c.recipient).where(mails.c.template == Template.DAY_DIFFERS)
        return list(conn.execute(wanted).scalars())


def test_each_account_is_compared_once_in_the_morning_on_its_issuers_clock(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.clock.at = datetime(2026, 3, 16, 9, 59, tzinfo=UTC)  # 04:59 in Bogotá
    assert (run(till), days(till)) == (0, [])
    till.clock.at = datetime(2026, 3, 16, 11, 0, tzinfo=UTC)  # 06:00: the accounts' hour has passed
    assert (run(till), days(till)) == (1, [(DAY, Result.EQUAL)])
    till.clock.forward(hours=10)
    assert (run(till), days(till)) == (0, [(DAY, Result.EQUAL)])
    assert (morning(till), len(days(till))) == (1, 2)


def test_two_relays_post_one_job(till: Till) -> None:
    till.clock.forward(days=1)
    assert [comparisons_due(till.portal) for _ in range(2)] == [1, 0]


def test_a_comparison_whose_worker_died_is_begun_again(till: Till) -> None:
    till.clock.forward(days=1)
    assert comparisons_due(till.portal) == 1
    till.clock.forward(hours=2)
    assert comparisons_due(till.portal) == 1


def test_a_difference_is_mailed_once(till: Till, issuer: int) -> None:
    checkout = went(till, "FE-1")
    till.told(checkout)
    morning(till)
    assert (days(till), told(till)) == ([(DAY, Result.DIFFERENT)], ["dueno@ejemplar.example"])
    till.told(checkout, refunded=10_000)
    (again,) = compare_by_hand(till.portal, BOSS, issuer, DAY)
    assert (again.compared.result, again.mailed, len(told(till))) == (Result.DIFFERENT, False, 1)


def test_days_that_are_equal_or_could_not_be_compared_are_not_mailed(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.provider.down = True
    morning(till)
    assert (days(till), told(till)) == ([(DAY, Result.INCOMPLETE)], [])
    till.provider.down = False
    till.clock.forward(hours=3)
    run(till)
    assert (days(till)[0], told(till)) == ((DAY, Result.EQUAL), [])


def test_what_could_not_be_compared_is_tried_again_after_hours_and_written_once(till: Till) -> None:
    till.approve(went(till, "FE-1"))
    till.provider.down = True
    morning(till)
    till.clock.forward(hours=2)
    assert run(till) == 0
    till.clock.forward(hours=1)
    assert (run(till), len(days(till))) == (1, 1)


def test_after_days_without_answers_each_of_them_is_compared(till: Till) -> None:
    checkout = went(till, "FE-1")
    till.told(checkout)
    assert morning(till, days=4) == 1
    found = sorted(days(till))
    assert found == [(DAY, Result.DIFFERENT), *((DAY + timedelta(days=n), Result.EQUAL) for n in (1, 2, 3))]
    assert (morning(till, days=30), len(days(till))) == (1, 7)


def test_an_account_that_was_taken_away_is_compared_no_more(till: Till) -> None:
    remove_account(till.portal, BOSS, till.account_id)
    assert (morning(till), days(till)) == (0, [])


def test_by_hand_any_day_but_one_to_come(till: Till, issuer: int) -> None:
    till.told(went(till, "FE-1"), Standing.DECLINED)
    (today,) = compare_by_hand(till.portal, BOSS, issuer, DAY)
    assert today.compared.result is Result.INCOMPLETE
    with pytest.raises(Refused):
        compare_by_hand(till.portal, BOSS, issuer, DAY + timedelta(days=1))
    till.clock.forward(days=1)
    (yesterday,) = compare_by_hand(till.portal, BOSS, issuer)
    assert (yesterday.compared.day, yesterday.compared.result, yesterday.person) == (DAY, Result.EQUAL, BOSS.name)


def test_whose_it_is_to_read_and_to_run(till: Till, issuer: int, collector: Actor) -> None:
    morning(till)
    readers = [staff(till.portal, issuer, role) for role in (Role.OWNER, Role.READER)]
    for actor in (*readers, collector, BOSS):
        (one,) = read_comparisons(till.portal, actor, issuer).of_yesterday()
        assert (one.account_id, one.provider, one.compared.day) == (till.account_id, "fake", DAY)
    with pytest.raises(NotFound):
        read_comparisons(till.portal, till.payer, issuer)
    for actor in (till.payer, readers[1]):
        with pytest.raises(NotFound):
            compare_by_hand(till.portal, actor, issuer, DAY)


def test_yesterday_shows_the_newest_of_each_account(till: Till, issuer: int) -> None:
    till.told(went(till, "FE-1"))
    morning(till)
    compare_by_hand(till.portal, BOSS, issuer, DAY)
    shown = read_comparisons(till.portal, BOSS, issuer)
    assert [one.compared.result for one in shown.of_yesterday()] == [Result.EQUAL]
    assert [one.compared.result for one in shown.found] == [Result.EQUAL, Result.DIFFERENT]
    assert [one.compared.result for one in shown.before()] == [Result.DIFFERENT]
    for _ in range(2):
        compare_by_hand(till.portal, BOSS, issuer, DAY)
    assert len(read_comparisons(till.portal, BOSS, issuer).before()) == 1


def test_what_was_found_is_never_changed(till: Till, issuer: int) -> None:
    till.told(went(till, "FE-1"))
    morning(till)

    def kept() -> list[tuple[object, ...]]:
        with till.portal.ledger.read() as conn:
            return [tuple(row) for row in conn.execute(select(comparisons).order_by(comparisons.c.id))]

    before = kept()
    compare_by_hand(till.portal, BOSS, issuer, DAY)
    morning(till)
    assert kept()[: len(before)] == before
