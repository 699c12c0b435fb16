"""An issuer with three customers, whose reminders go out at eight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select

from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.reminders.planning import preview
from portal.app.reminders.rules import save_rules
from portal.app.reminders.sending import reminders_due
from portal.domain.parties import Party
from portal.domain.reminders import Rules
from portal.ledger.tables import issuers, outbox
from tests.app.people import BOSS
from tests.factories import ABC, EJEMPLAR, XYZ, FrozenClock, bring, facts

LUZ = Party("CO", "31", "900777888", "Luz S.A.S.", email="luz@luz.example")
DAY = date(2026, 3, 16)  # tomorrow
EIGHT = datetime(2026, 3, 16, 13, 0, tzinfo=UTC)  # in Bogotá


@dataclass
class Post:
    """The reminders of the issuer, in few words."""

    portal: Portal
    clock: FrozenClock
    issuer: int

    def rules(self, *days: int, **more: object) -> None:
        told: dict[str, object] = {"enabled": True, "days": days or (0,), **more}
        save_rules(self.portal, BOSS, self.issuer, Rules(**told))  # type: ignore[arg-type]

    def at_eight(self) -> int:
        """The clock strikes, the relay looks, the jobs are done; how many issuers there were."""
        self.clock.at = EIGHT
        posted = reminders_due(self.portal)
        self.work()
        return posted

    def work(self) -> None:
        """All jobs, and those that they post."""
        while waiting := self.jobs():
            for job_id in waiting:
                run_job(self.portal, job_id)

    def send(self) -> list[str]:
        """The mails that wait go out; all that ever went out, as their readers see them."""
        for job_id in self.jobs("send_reminder"):
            run_job(self.portal, job_id)
        files = sorted(self.portal.settings.mail_dir.glob("*.eml"))
        mails = [message_from_bytes(one.read_bytes(), policy=default) for one in files]
        return [f"{one['To']}\n{one.get_body(('plain',)).get_content()}" for one in mails]

    def jobs(self, name: str = "send_reminders") -> list[int]:
        with self.portal.ledger.read() as conn:
            mine = select(outbox.c.id).where(outbox.c.job == name, outbox.c.done_at.is_(None))
            return list(conn.execute(mine.order_by(outbox.c.id)).scalars())

    def going(self) -> dict[str, list[str]]:
        """By customer, the documents that it will be reminded of."""
        told = preview(self.portal, BOSS, self.issuer).going
        return {one.customer_name: [each.number for each in one.documents] for one in told}

    def others(self) -> dict[str, str]:
        told = preview(self.portal, BOSS, self.issuer).others
        return {one.customer_name: str(one.against) for one in told}


@pytest.fixture
def post(portal: Portal, clock: FrozenClock) -> Post:
    bring(
        portal,
        facts("FE-1", 1000, customer=ABC, due_date=DAY),
        facts("FE-2", 500, customer=ABC, due_date=date(2026, 3, 1)),
        facts("FE-3", 250, customer=ABC, due_date=date(2026, 3, 30)),
        facts("FE-4", 300, customer=LUZ, due_date=DAY),
        facts("FE-5", 400, customer=XYZ, due_date=DAY),
        facts("FE-6", 20, customer=LUZ, due_date=DAY, currency="USD"),
    )
    with portal.ledger.read() as conn:
        issuer = int(conn.execute(select(issuers.c.id).where(issuers.c.tax_id == EJEMPLAR.tax_id)).scalar_one())
    return Post(portal, clock, issuer)
