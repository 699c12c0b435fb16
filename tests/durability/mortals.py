"""Processes that do a part of a payment and die at a point of it by SIGKILL: `python -m tests.durability.mortals`.

It reads orders, a line of JSON each, and forks for every one of them; the child does what the order says and is killed
at its point `at` (none: 0). Then it tells the child's exit code and, if it lived, how many points it passed. Points
stand before every statement and commit, and before and after jobs are sent.

- `press`: payers press at the same moment, as the web process lets them;
- `deliver`: a provider's notices come in at the same moment, through the routes of the web process;
- `work`: a worker with its relay, until nothing of paying is left to do now.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from portal.app import jobs
from portal.app.payments.starting import Wish, start_checkout
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.bootstrap import build
from portal.config import Settings
from portal.errors import Refused
from portal.ledger import outbox, payment_tables, tables
from portal.ledger.engine import make_engine
from portal.web.hooks import hooks_app
from tests.faults import Faults
from tests.waiting import until
from workers import relay
from workers.crew import Crew

SOON = {"FIRST_PAUSE": timedelta(milliseconds=100), "LEASE": timedelta(seconds=0.5), "MOST_ATTEMPTS": 50}

A_MOMENT = timedelta(seconds=2)  # a company is asked once a second at most


def press(portal: Portal, wishes: Sequence[dict[str, Any]]) -> None:
    def one(told: dict[str, Any]) -> None:
        actor = session_actor(portal, told["session"])
        assert actor is not None
        with suppress(Refused):  # the other tab was quicker, and its money is on the way
            start_checkout(portal, actor, Wish(**told["wish"]))

    with ThreadPoolExecutor(len(wishes)) as tabs:
        list(tabs.map(one, wishes))


def deliver(portal: Portal, notices: Sequence[dict[str, Any]]) -> None:
    async def all_at_once() -> list[int]:
        transport = httpx.ASGITransport(hooks_app(portal))
        async with httpx.AsyncClient(transport=transport, base_url=portal.settings.base_url) as company:
            posts = [company.post(one["path"], content=one["body"], headers=one["headers"]) for one in notices]
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    assert set(asyncio.run(all_at_once())) == {200}


def work(portal: Portal, _told: Sequence[dict[str, Any]]) -> None:
    crew, apart = Crew(portal), make_engine(portal.settings.database_url)
    job, checkout = tables.outbox.c, payment_tables.checkouts.c
    jobs_left = select(job.id).where(job.queue == "payments", job.done_at.is_(None), job.failed_at.is_(None))

    def none_waits() -> bool:
        soon = portal.clock.now() + A_MOMENT
        with apart.connect() as conn:
            return not conn.execute(jobs_left.union_all(select(checkout.id).where(checkout.next_look_at <= soon))).all()

    crew.start(("payments",))
    until(none_waits, "no job of paying waits, nor a question that was too early")


DO = {"press": press, "deliver": deliver, "work": work}


def do(order: dict[str, Any]) -> int:
    """In the child: how many points were passed, if it lives."""
    portal = build(Settings.load())
    Crew(portal)  # what is committed is sent
    faults = Faults(portal.ledger.engine, die=lambda: os.kill(os.getpid(), signal.SIGKILL))
    send = portal.ledger.sent

    def sent(ids: list[int]) -> None:
        faults.point()
        send(ids)
        faults.point()

    portal.ledger.sent = sent
    with faults.at(order["at"] or None):
        DO[order["do"]](portal, order["told"])
    return faults.passed


def main() -> None:
    outbox.GRACE = tables.GRACE = SOON["LEASE"]
    relay.EVERY = 0.1
    for name, value in SOON.items():
        setattr(jobs, name, value)
    for line in sys.stdin:
        mine, childs = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(childs, str(do(json.loads(line))).encode())
            except BaseException:  # noqa: BLE001
                sys.excepthook(*sys.exc_info())
                os._exit(1)
            os._exit(0)
        os.close(childs)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with os.fdopen(mine) as told:
            print(json.dumps([code, int(told.read() or 0)]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
