"""A process that does jobs, for tests that kill it: `python -m tests.durability.jobs_process MODE`.

MODE `workers` is the real `python -m workers`; `norelay` the same with nobody to send overdue jobs; `inprocess` does
what the web process does without Redis. Times are short, and besides the portal's jobs it knows:

- `effect` notes its id, once, in the transaction that says done;
- `careless` notes its id in a transaction of its own, and the first time its process dies right after;
- `slow` writes the file `began` and waits for the file `go`, both in PORTAL_HOME, and then does as `effect`;
- `poison` kills its process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from datetime import timedelta

from sqlalchemy import BigInteger, Column, MetaData, Table, insert

from portal.app import jobs
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.ledger import outbox
from portal.ledger.outbox import Job
from workers import __main__ as production
from workers import relay
from workers.inprocess import jobs_of_web

effects = Table("effects", MetaData(), Column("job_id", BigInteger, nullable=False))


def effect(portal: Portal, job: Job) -> None:
    with portal.ledger.write("test") as unit:
        unit.conn.execute(insert(effects).values(job_id=job.id))
        if outbox.done(unit, job.id):
            unit.commit()


def careless(portal: Portal, job: Job) -> None:
    with portal.ledger.write("test") as unit:
        unit.conn.execute(insert(effects).values(job_id=job.id))
        unit.commit()
    if job.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def slow(portal: Portal, job: Job) -> None:
    home = portal.settings.home
    (home / "began").touch()
    while not (home / "go").exists():
        time.sleep(0.02)
    effect(portal, job)


def poison(_portal: Portal, _job: Job) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def prepare() -> None:
    jobs.LEASE = outbox.GRACE = timedelta(seconds=1)
    jobs.FIRST_PAUSE = timedelta(milliseconds=100)
    jobs.MOST_ATTEMPTS = int(os.environ.get("MOST_ATTEMPTS", "50"))
    jobs.WORK.update(effect=effect, careless=careless, slow=slow, poison=poison)


def main(mode: str) -> None:
    prepare()
    if mode == "norelay":
        relay.relay = lambda _portal: 0
    if mode != "inprocess":
        production.main([])
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    with jobs_of_web(build(Settings.load())):
        ended.wait()


if __name__ == "__main__":
    main(sys.argv[1])
