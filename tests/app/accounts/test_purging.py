import pytest
from sqlalchemy import func, select

from portal.app.accounts.email_codes import ask_sign_in_code
from portal.app.accounts.purging import purge_stale
from portal.app.accounts.refusals import TooMany, WrongPassword
from portal.app.accounts.throttle import PASSWORD as RULE
from portal.app.portal import Portal
from portal.ledger.attempts import KNOWN
from portal.ledger.outbox import done
from portal.ledger.people_tables import attempts, codes
from portal.ledger.tables import outbox, sessions
from tests.app.accounts.ways import BROWSER, EMAIL, come_in, sign_in_password, with_password
from tests.app.people import HERE
from tests.factories import FrozenClock


def kept(portal: Portal) -> tuple[int, int, int]:
    """How many attempts, known places, codes there are."""
    with portal.ledger.read() as conn:
        kinds = list(conn.execute(select(attempts.c.kind)).scalars())
        return len(kinds) - kinds.count(KNOWN), kinds.count(KNOWN), conn.execute(
            select(func.count()).select_from(codes)
        ).scalar_one()  # fmt: skip


def test_what_still_counts_is_kept(portal: Portal, clock: FrozenClock) -> None:
    with_password(portal)
    for _ in range(RULE.own):
        with pytest.raises(WrongPassword):
            sign_in_password(portal, EMAIL, "otra cosa", BROWSER, HERE)
    ask_sign_in_code(portal, EMAIL, BROWSER, HERE, "es")
    before = kept(portal)
    purge_stale(portal)
    assert kept(portal) == before
    with pytest.raises(TooMany):
        come_in(portal)


def test_what_has_run_out_is_gone(portal: Portal, clock: FrozenClock) -> None:
    with_password(portal)
    come_in(portal)
    with pytest.raises(WrongPassword):
        sign_in_password(portal, EMAIL, "otra cosa", BROWSER, HERE)
    clock.forward(days=2)
    purge_stale(portal)
    assert kept(portal) == (0, 4, 0)
    clock.forward(days=90)
    purge_stale(portal)
    assert kept(portal) == (0, 0, 0)


def test_sessions_and_done_jobs_go_when_nobody_asks_for_them_any_more(portal: Portal, clock: FrozenClock) -> None:
    with_password(portal)
    come_in(portal)
    with portal.ledger.write("test") as unit:
        done_job, waiting = unit.job("mail", "x", {}), unit.job("mail", "y", {})
        unit.commit()
    with portal.ledger.write("test") as unit:
        done(unit, done_job)
        unit.commit()
    clock.forward(days=120)
    purge_stale(portal)
    with portal.ledger.read() as conn:
        assert conn.execute(select(func.count()).select_from(sessions)).scalar_one() == 0
        jobs = list(conn.execute(select(outbox.c.id)).scalars())
    assert done_job not in jobs and waiting in jobs
